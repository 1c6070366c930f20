"""`make chaos`: people generate while everything dies at random; then every promise is looked at."""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Sequence

from server.adapters.sql_database import Database
from server.adapters.sql_jobs import SqlJobStore
from server.domain.job import Job
from tests.chaos.faults import WEBS, WORKERS, Chaos
from tests.chaos.model import PaidModel
from tests.chaos.people import PATIENCE_SECONDS, Person
from tests.support.invariants import broken_promises
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack

SETTINGS = {"LEASE_SECONDS": "4", "MAX_JOBS": "200", "DAILY_GENERATIONS": "0"}


async def run(seconds: float, seed: int, people: int) -> int:
    """Run for a while; return how many promises were broken."""
    chance = random.Random(seed)
    with PaidModel() as model, PostgresServer() as postgres, _stack(model, postgres) as stack:
        crowd = [Person(stack.urls, random.Random(chance.random())) for _ in range(people)]
        for person in crowd:
            await person.user.__aenter__()
        done = await _live(crowd, Chaos(stack, postgres, chance), seconds)
        broken = [problem for person in crowd for problem in await _look(stack, person)]
        jobs = [job for person in crowd for job in await _jobs(stack, person)]
        for person in crowd:
            await person.user.http.aclose()
        _report(done, crowd, jobs, broken)
        print(f"model calls       {len(model.received)}, paid for twice {model.paid_twice()}")
        if broken:
            for name in (*WEBS, *WORKERS):
                print(f"--- {name} ---\n{stack.output(name)[-6000:]}")
        return len(broken)


def _stack(model: PaidModel, postgres: PostgresServer) -> Stack:
    gemini = {"GENERATOR": "gemini", "GEMINI_API_KEY": "for tests only", "GEMINI_BASE_URL": model.url}
    return Stack(postgres.dsn(postgres.create_database()), SETTINGS | gemini, (*WEBS, *WORKERS))


async def _live(crowd: Sequence[Person], chaos: Chaos, seconds: float) -> dict[str, int]:
    """Let everybody live while the faults happen; what runs then is watched to its end."""
    until = asyncio.get_running_loop().time() + seconds
    async with asyncio.timeout(seconds + 2 * PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
        raging = tasks.create_task(chaos.rage(seconds))
        for person in crowd:
            tasks.create_task(person.live(until))
    return raging.result()


async def _look(stack: Stack, person: Person) -> list[str]:
    accepted = list(person.record.accepted.values())
    doubled = [] if len(set(accepted)) == len(accepted) else [f"{person.user.user_id}: one job for two keys"]
    return [*doubled, *await broken_promises(stack, person.user, accepted)]


async def _jobs(stack: Stack, person: Person) -> list[Job]:
    database = Database(stack.settings.database_url)
    try:
        return await SqlJobStore(database).recent(person.user.user_id, 1000)
    finally:
        await database.close()


def _report(done: dict[str, int], crowd: Sequence[Person], jobs: Sequence[Job], broken: Sequence[str]) -> None:
    accepted = {job_id for person in crowd for job_id in person.record.accepted.values()}
    silences = sorted(silence for person in crowd for silence in person.record.silences)
    lost, doubled = accepted - {job.id for job in jobs}, {job.id for job in jobs} - accepted
    print("faults            " + ", ".join(f"{name} {count}" for name, count in done.items() if count))
    print(f"jobs accepted     {len(accepted)}")
    print("jobs ended        " + ", ".join(f"{status} {n}" for status, n in Counter(j.status for j in jobs).items()))
    print(f"lost              {len(lost)}")
    print(f"doubled           {len(doubled)} (jobs that nobody was told of)")
    print(f"attempts          {sum(job.attempt for job in jobs)}, crashes {sum(job.crashes for job in jobs)}")
    print(f"longest silence   {silences[-1] if silences else 0:.1f} s (of a job somebody watched)")
    print(f"broken promises   {len(broken)}")
    for problem in broken[:20]:
        print(f"  {problem}")


def main() -> None:
    """Read the arguments, run, and fail if a promise was broken."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--people", type=int, default=100)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.people} people, {options.seconds:g} s")
    sys.exit(min(1, asyncio.run(run(options.seconds, options.seed, options.people))))


if __name__ == "__main__":
    main()
