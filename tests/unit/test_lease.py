"""The heartbeat: it renews while it may, and says so when it may no longer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_jobs import MemoryJobStore
from server.domain.errors import Fenced, Unavailable
from server.domain.job import Hold
from tests.support.strategies import JOB_ID, USER_ID
from tests.support.wait import wait_until
from tests.support.workbench import ScriptedModel, Workbench
from worker.lease import GIVE_UP_AFTER, Leases

SHORT = timedelta(seconds=0.3)


async def test_a_lease_is_renewed_until_the_attempt_ends() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    heart = asyncio.create_task(bench.shop.leases.hold(job))
    claimed_until = bench.clock.now() + SHORT
    await wait_until(lambda: bench.clock.now() > claimed_until, "the first lease would have run out")
    assert await bench.jobs.expired(bench.clock.now(), 10) == []
    heart.cancel()
    await asyncio.gather(heart, return_exceptions=True)


class CountingStore(MemoryJobStore):
    """Counts how often it is asked to renew, and fails as it is told to."""

    renewals = 0
    problem: Exception | None = None

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> set[Hold]:
        self.renewals += 1
        if self.problem:
            raise self.problem
        return await super().renew(holds, now, lease)


async def test_one_heartbeat_is_enough_for_all_attempts_of_a_worker() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    store, job = CountingStore(bench.database), await bench.claim()
    leases = Leases(store, bench.clock, SHORT)
    others = [replace(job, id=str(uuid4())) for _ in range(20)]
    ends = [asyncio.create_task(leases.hold(each)) for each in (job, *others)]
    lost = await asyncio.gather(*ends[1:], return_exceptions=True)
    assert [type(each) for each in lost] == [Fenced] * 20
    assert (store.renewals, ends[0].done()) == (1, False)
    ends[0].cancel()
    await asyncio.gather(ends[0], return_exceptions=True)


class CrowdedStore(CountingStore):
    """Takes every job away at the first renewal, at which moment another attempt begins."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__(database)
        self.begin: Callable[[], object] = lambda: None

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> set[Hold]:
        renewed = await super().renew(holds, now, lease)
        if self.renewals > 1:
            return renewed
        self.begin()
        return set()


async def test_who_begins_when_all_others_have_lost_their_jobs_has_a_heartbeat_too() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    store, job = CrowdedStore(bench.database), await bench.claim()
    leases, begun = Leases(store, bench.clock, SHORT), []
    store.begin = lambda: begun.append(asyncio.create_task(leases.hold(job)))
    with pytest.raises(Fenced):
        await leases.hold(replace(job, id=str(uuid4())))
    await wait_until(lambda: store.renewals > 1, "the lease is renewed")
    assert not begun[0].done()
    begun[0].cancel()
    await asyncio.gather(*begun, return_exceptions=True)


async def test_no_attempt_goes_on_without_a_heartbeat() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    store, job = CountingStore(bench.database), await bench.claim()
    store.problem = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        async with asyncio.timeout(5):
            await Leases(store, bench.clock, SHORT).hold(job)


class SlowStore(MemoryJobStore):
    """Answers no renewal: it fails, or never comes back."""

    def __init__(self, database: MemoryDatabase, never: bool) -> None:
        super().__init__(database)
        self._never = never

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> set[Hold]:
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
            await Leases(SlowStore(bench.database, never), bench.clock, SHORT).hold(job)
    assert asyncio.get_running_loop().time() >= claimed_at + SHORT.total_seconds() * GIVE_UP_AFTER


async def test_a_process_that_was_held_up_asks_whether_the_job_is_still_its_own() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    heart = asyncio.create_task(bench.shop.leases.hold(job))
    await asyncio.sleep(0)
    time.sleep(2 * SHORT.total_seconds())  # noqa: ASYNC251 - nothing runs meanwhile, as in a process that is stopped
    assert await bench.jobs.expired(bench.clock.now(), 10) == [job]

    async def is_held() -> bool:
        return await bench.jobs.expired(bench.clock.now(), 10) == []

    await wait_until(is_held, "the lease is renewed")
    assert not heart.done()
    heart.cancel()
    await asyncio.gather(heart, return_exceptions=True)


async def test_a_cancelled_job_stops_the_heart_though_the_model_says_nothing() -> None:
    bench = Workbench(ScriptedModel(), SHORT)
    await bench.queue_job()
    job = await bench.claim()
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    with pytest.raises(Fenced):
        async with asyncio.timeout(5):
            await bench.shop.leases.hold(job)
