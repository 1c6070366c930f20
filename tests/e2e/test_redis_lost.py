"""Redis restarts empty, forgets everything, freezes, or is away: no job is lost, every view comes right by itself."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from server.domain.events import Completed
from tests.support.browser_client import User, Watcher, comparable
from tests.support.stack import Stack
from tests.support.wait import wait_until
from worker.sweeper import RING_LOST_AFTER


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "4", "LEASE_SECONDS": "4"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


@contextmanager
def frozen(stack: Stack) -> Iterator[None]:
    """Freeze Redis for as long as the block takes."""
    stack.redis.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stack.redis.signal(signal.SIGCONT)


async def assert_all_agree(stack: Stack, user: User, watcher: Watcher, job_id: str) -> None:
    """Wait for the end; the browser, HTTP and the history tell the same, and the log skips nothing."""
    view = await watcher.until_ended(job_id)
    assert view["status"] == "completed"
    assert [question["index"] for question in view["result"]["questions"]] == [0, 1, 2]
    assert comparable(view) == comparable(await user.job(job_id))
    await assert_contiguous(stack, user, job_id)


async def assert_contiguous(stack: Stack, user: User, job_id: str) -> None:
    """The job's log ends with the end, and skips nothing within an attempt."""
    redis = connect(stack.redis.url)
    events = (await RedisEventLog(redis).read(user.user_id, [job_id]))[job_id]
    await redis.aclose()
    positions = [event.position for event in events]
    for before, after in pairwise(positions):
        assert after.follows(before), positions
    assert isinstance(events[-1].fact, Completed)


async def test_a_restart_in_the_middle_costs_nothing(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview())
        await watcher.until("job.question", job["id"])
        await stack.redis.restart()
        await assert_all_agree(stack, user, watcher, job["id"])


async def test_a_log_that_is_flushed_is_written_anew(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview())
        await watcher.until("job.question", job["id"])
        async with Redis.from_url(stack.redis.url) as redis:
            await redis.flushall()
        await watcher.until("job.restored", job["id"])
        await assert_all_agree(stack, user, watcher, job["id"])


async def test_a_frozen_redis_is_caught_up_with(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview())
        await watcher.until("job.question", job["id"])

        async def is_completed() -> bool:
            return bool((await user.job(job["id"]))["status"] == "completed")

        with frozen(stack):
            await wait_until(is_completed, "the database has the result", timeout_seconds=30)
        view = await watcher.until_ended(job["id"])
        assert comparable(view) == comparable(await user.job(job["id"]))


async def test_a_worker_that_is_asked_to_stop_does_not_wait_for_a_frozen_redis(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview())
        await watcher.until("job.question", job["id"])
        with frozen(stack):
            await stack.terminate("worker")
            assert (await user.job(job["id"]))["status"] == "queued"
        await stack.start("worker")
        await assert_all_agree(stack, user, watcher, job["id"])


async def test_a_job_submitted_without_redis_runs_all_the_same(stack: Stack, user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        stack.redis.kill()
        job = await user.generate(interview_id)
        assert job["status"] == "queued"
        stack.redis.start()
        await assert_all_agree(stack, user, watcher, job["id"])


async def test_a_ring_that_redis_forgot_is_made_good_at_once(stack: Stack, user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        stack.signal("worker", signal.SIGSTOP)
        job = await user.generate(interview_id)
        await stack.redis.restart()
        stack.signal("worker", signal.SIGCONT)
        await assert_all_agree(stack, user, watcher, job["id"])
        view = await user.job(job["id"])
        assert datetime.fromisoformat(view["started_at"]) < datetime.fromisoformat(view["created_at"]) + RING_LOST_AFTER


async def test_what_arq_cannot_read_ends_no_worker(stack: Stack, user: User) -> None:
    async with user.connected() as watcher, Redis.from_url(stack.redis.url) as redis:
        job = await user.generate(await user.add_interview())
        await watcher.until("job.question", job["id"])
        await redis.zadd("arq:queue", {b"\xff\xfe": 1})
        await wait_until(lambda: "something strange" in stack.output("worker"), "the worker has seen it")
        await assert_all_agree(stack, user, watcher, job["id"])
        again = await user.generate(job["interview_id"])
        await assert_all_agree(stack, user, watcher, again["id"])
        assert (await user.job(job["id"]))["attempt"] == 1


async def test_while_redis_stays_away_jobs_run_from_the_database(stack: Stack, user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        stack.redis.kill()
        job = await user.generate(interview_id)

        async def is_completed() -> bool:
            return bool((await user.job(job["id"]))["status"] == "completed")

        await wait_until(is_completed, "the job has run", timeout_seconds=30)
        stack.redis.start()
        view = await watcher.until_ended(job["id"])
        assert comparable(view) == comparable(await user.job(job["id"]))
        assert view["attempt"] == 1
