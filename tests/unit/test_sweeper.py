"""The sweeper: a ring that nobody heard is made good, after a while or as soon as Redis forgot it."""

import asyncio
from datetime import timedelta

from server.announcer import Announcer
from server.domain.job import Status
from tests.support.strategies import JOB_ID, USER_ID, a_question
from tests.support.wait import wait_until
from tests.support.workbench import ScriptedModel, Workbench, a_finish, document
from worker.runner import Runner
from worker.sweeper import Sweeper


async def test_no_ring_is_trusted_that_came_before_redis_forgot() -> None:
    bench = Workbench(ScriptedModel(document(a_question(0)), a_finish()))
    await bench.queue_job(count=1)
    await bench.jobs.rung([JOB_ID], bench.clock.now())
    announcer = Announcer(bench.jobs, bench.log, bench.clock)
    runner = Runner(bench.shop, "a worker", capacity=1)
    sweeper = Sweeper(bench.jobs, bench.queue, announcer, runner, bench.clock, timedelta(days=1))
    await sweeper.sweep()
    await asyncio.sleep(0)  # a task that was started has begun now
    assert (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.QUEUED
    assert runner.free == 1
    bench.clock.ahead = timedelta(seconds=1)
    bench.queue.is_forgetful = True
    await sweeper.sweep()

    async def is_completed() -> bool:
        return (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.COMPLETED

    await wait_until(is_completed, "the job is done")
