"""The heartbeat: it renews while it may, and says so when it may no longer."""

import asyncio
from datetime import timedelta

import pytest

from server.domain.errors import Fenced
from tests.support.strategies import JOB_ID, USER_ID
from tests.support.wait import wait_until
from tests.support.workbench import ScriptedModel, Workbench
from worker import lease

SHORT = timedelta(seconds=0.3)


async def test_a_lease_is_renewed_until_the_attempt_ends() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    heart = asyncio.create_task(lease.hold(bench.jobs, job, bench.clock, SHORT))
    claimed_until = bench.clock.now() + SHORT
    await wait_until(lambda: bench.clock.now() > claimed_until, "the first lease would have run out")
    assert await bench.jobs.expired(bench.clock.now(), 10) == []
    heart.cancel()
    await asyncio.gather(heart, return_exceptions=True)


async def test_a_cancelled_job_stops_the_heart_though_the_model_says_nothing() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    with pytest.raises(Fenced):
        async with asyncio.timeout(5):
            await lease.hold(bench.jobs, job, bench.clock, SHORT)
