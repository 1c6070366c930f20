"""The heartbeat: it renews while it may, and says so when it may no longer."""

import asyncio
from datetime import datetime, timedelta

import pytest

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_jobs import MemoryJobStore
from server.domain.errors import Fenced, Unavailable
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


class SlowStore(MemoryJobStore):
    """Answers no renewal: it fails, or never comes back."""

    def __init__(self, database: MemoryDatabase, never: bool) -> None:
        super().__init__(database)
        self._never = never

    async def renew(self, job_id: str, attempt: int, now: datetime, lease: timedelta) -> bool:
        if self._never:
            await asyncio.Event().wait()
        raise Unavailable("The database does not answer.")


@pytest.mark.parametrize("never", [True, False])
async def test_an_attempt_gives_up_while_its_lease_still_holds(never: bool) -> None:
    bench = Workbench(ScriptedModel())
    await bench.queue_job()
    job = await bench.claim()
    claimed_at = asyncio.get_running_loop().time()
    with pytest.raises(Fenced, match="in time"):
        async with asyncio.timeout(10):
            await lease.hold(SlowStore(bench.database, never), job, bench.clock, SHORT)
    assert asyncio.get_running_loop().time() >= claimed_at + SHORT.total_seconds() * lease.GIVE_UP_AFTER


async def test_a_cancelled_job_stops_the_heart_though_the_model_says_nothing() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    with pytest.raises(Fenced):
        async with asyncio.timeout(5):
            await lease.hold(bench.jobs, job, bench.clock, SHORT)
