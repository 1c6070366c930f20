"""Machines whose clocks are minutes apart: leases and elapsed time come from the database's clock, so none is wrong."""

from datetime import datetime, timedelta
from itertools import pairwise

from server.domain.wire import parse_time
from tests.support.browser_client import User, comparable
from tests.support.invariants import broken_promises
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack

CLOCKS = {"web": "+300s", "web2": "-300s", "worker": "-240s", "worker2": "+240s"}
AHEAD = "worker2"
# Below what any two of the clocks differ by, above what a test takes.
APART = timedelta(seconds=50)


async def test_clocks_that_are_minutes_apart_take_no_job_from_anybody() -> None:
    with (
        PostgresServer() as postgres,
        Stack(
            postgres.dsn(postgres.create_database()),
            {"SAMPLE_SECONDS": "6", "LEASE_SECONDS": "4"},
            names=tuple(CLOCKS),
            clocks=CLOCKS,
        ) as stack,
    ):
        async with User(stack.urls[0]) as user, user.connected() as watcher:
            interview_id = await user.add_interview()
            await stack.terminate(AHEAD)
            begun = await user.generate(interview_id, count=4)
            await watcher.until("job.question", begun["id"])
            # Who has just begun knows no better time than its machine's.
            await stack.start(AHEAD)
            view = await watcher.until_ended(begun["id"])
            # Longer than a lease: whoever believed another clock would have taken the job away.
            assert (view["status"], view["attempt"]) == ("completed", 1)
            job = await user.generate(interview_id, count=4)
            await watcher.until("job.question", job["id"])
            [first] = [name for name in ("worker", "worker2") if job["id"] in stack.output(name)]
            await stack.kill(first)
            view = await watcher.until_ended(job["id"])
            assert (view["status"], view["result"]["questions"][0]["index"]) == ("completed", 0)
            assert_one_clock([parse_time(frame["at"]) for frame in watcher.frames if "at" in frame])
            assert view["elapsed_seconds"] < APART.total_seconds()
            user.url = stack.urls[1]
            async with user.connected(known=(job["id"],)) as other:
                await other.until("snapshot")
                assert comparable(other.view(job["id"])) == comparable(view)
                assert_one_clock([parse_time(watcher.frames[-1]["at"]), parse_time(other.frames[-1]["at"])])
            assert await broken_promises(stack, user, [begun["id"], job["id"]]) == []


def assert_one_clock(times: list[datetime]) -> None:
    """What web and worker say in turn is of one time."""
    assert all(abs(after - before) < APART for before, after in pairwise(times)), times
