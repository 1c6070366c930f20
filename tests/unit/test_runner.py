"""The attempts of one worker: never more than its capacity, and given back when it stops."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_jobs import MemoryJobStore
from server.domain.errors import Unavailable
from server.domain.interview import InterviewDetails
from server.domain.job import Job, JobType, Status
from server.ports import NewJob
from tests.support.strategies import CREATED_AT, a_question
from tests.support.wait import wait_until
from tests.support.workbench import ScriptedModel, Workbench, a_finish, document
from worker.models.port import Assignment, Finish
from worker.runner import Runner


class SilentModel(ScriptedModel):
    """Says nothing until it is told to, and counts who waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.speak = asyncio.Event()

    async def write(self, assignment: Assignment) -> AsyncGenerator[str | Finish, None]:
        self.waiting += 1
        await self.speak.wait()
        yield document()
        yield a_finish()


async def queue_jobs(bench: Workbench, count: int) -> list[tuple[str, str]]:
    """Queue a job for each of so many users; return the users and the jobs."""
    made = []
    for _ in range(count):
        user_id, interview_id, job_id = (str(uuid4()) for _ in range(3))
        await bench.interviews.add_user(user_id, CREATED_AT)
        await bench.interviews.create(user_id, interview_id, InterviewDetails("a", "b"), CREATED_AT)
        await bench.jobs.create(NewJob(job_id, user_id, interview_id, JobType.QUESTION, 1, None, "hash"), CREATED_AT)
        made.append((user_id, job_id))
    return made


async def statuses(bench: Workbench, jobs: list[tuple[str, str]]) -> list[Status]:
    return [(await bench.jobs.get(*each)).status for each in jobs]


async def test_capacity_holds_whoever_asks_and_stopping_gives_every_job_back() -> None:
    bench, model = Workbench(ScriptedModel()), SilentModel()
    jobs = await queue_jobs(bench, 5)
    runner = Runner(replace(bench.shop, model=model), "a worker", capacity=2)
    asked = [asyncio.create_task(runner.generate(job_id)) for _, job_id in jobs]
    await wait_until(lambda: model.waiting == 2, "two attempts have begun")
    assert sorted(await statuses(bench, jobs)) == [Status.PROCESSING] * 2 + [Status.QUEUED] * 3
    assert runner.free <= 0
    await runner.stop()
    await asyncio.gather(*asked)
    assert await statuses(bench, jobs) == [Status.QUEUED] * 5
    assert len(bench.queue.rings) == 2
    assert {(await bench.jobs.get(*each)).failures for each in jobs} == {0}


class SlowStore(MemoryJobStore):
    """Takes a claim, and its time to say so."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__(database)
        self.has_claimed, self.may_answer = asyncio.Event(), asyncio.Event()

    async def claim(self, job_id: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
        claimed = await super().claim(job_id, owner, now, lease)
        self.has_claimed.set()
        await self.may_answer.wait()
        return claimed


async def test_a_job_that_is_just_being_claimed_is_given_back_too() -> None:
    bench, model = Workbench(ScriptedModel()), SilentModel()
    [job] = await queue_jobs(bench, 1)
    store = SlowStore(bench.database)
    runner = Runner(replace(bench.shop, jobs=store, model=model), "a worker", capacity=1)
    asked = asyncio.create_task(runner.generate(job[1]))
    await store.has_claimed.wait()
    stopping = asyncio.create_task(runner.stop())
    await asyncio.sleep(0)
    store.may_answer.set()
    await asyncio.gather(stopping, asked)
    given_back = await bench.jobs.get(*job)
    assert (given_back.status, given_back.attempt, given_back.crashes) == (Status.QUEUED, 1, 0)


class ForgetfulStore(MemoryJobStore):
    """Takes the first claim, and loses its answer."""

    claims = 0

    async def claim(self, job_id: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
        self.claims += 1
        claimed = await super().claim(job_id, owner, now, lease)
        if self.claims == 1:
            raise Unavailable("The database does not answer.")
        return claimed


async def test_a_claim_whose_answer_was_lost_is_not_lost() -> None:
    bench = Workbench(ScriptedModel(document(a_question(0)), a_finish()))
    job = await bench.queue_job(count=1)
    store = ForgetfulStore(bench.database)
    await Runner(replace(bench.shop, jobs=store), "a worker", capacity=1).generate(job.id)
    done = await bench.jobs.get(job.user_id, job.id)
    assert (done.status, done.attempt, store.claims) == (Status.COMPLETED, 1, 2)
