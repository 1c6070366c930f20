"""The leases of one worker: its time-limited holds on attempts, and the one heartbeat that renews them all."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from server.domain.errors import Fenced, Unavailable
from server.domain.job import Hold, Job
from server.ports import Clock, JobStore

# Two renewals may fail before a lease is in danger.
RENEWALS_PER_LEASE = 3
# A job cancelled while the model is silent is noticed by the heartbeat alone: this soon at the latest.
MAX_PAUSE_SECONDS = 1.5
# Without a renewal for this part of a lease an attempt gives up while its lease still holds: nobody else has begun.
GIVE_UP_AFTER = 0.8
# A process that was held up may be late already: it asks once more, for this part of a lease at the most.
LAST_TRY = 0.1

LOST = "The attempt is no longer the job's."
LATE = "The lease could not be renewed in time."


@dataclass(slots=True)
class _Held:
    """One hold: when it was renewed, by the loop's clock, and what fails once it is lost."""

    renewed_at: float
    lost: asyncio.Future[None]


class Leases:
    """All leases of this process; they last `length` from their last renewal."""

    def __init__(self, jobs: JobStore, clock: Clock, length: timedelta) -> None:
        self.length = length
        self._jobs = jobs
        self._clock = clock
        self._held: dict[Hold, _Held] = {}
        self._beating: asyncio.Task[None] | None = None

    async def hold(self, job: Job) -> None:
        """Keep a claimed job until cancelled; raises Fenced when it is no longer ours, or may soon not be."""
        hold, loop = Hold(job.id, job.attempt), asyncio.get_running_loop()
        held = self._held[hold] = _Held(loop.time(), loop.create_future())
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())
        try:
            await held.lost
        finally:
            self._held.pop(hold, None)
            if not self._held and self._beating is not None:
                self._beating.cancel()
                self._beating = None

    async def _beat(self) -> None:
        """Renew every lease again and again, in one statement."""
        loop = asyncio.get_running_loop()
        pause = min(self.length.total_seconds() / RENEWALS_PER_LEASE, MAX_PAUSE_SECONDS)
        try:
            while self._held:
                await asyncio.sleep(min(pause, self._give_up_at() - loop.time()))
                await self._renew(loop.time())
        except Exception as problem:  # whatever it is, no attempt may go on without a heartbeat
            self._lose(tuple(self._held), problem)

    async def _renew(self, asked_at: float) -> None:
        holds = tuple(self._held)
        try:
            async with asyncio.timeout_at(max(self._give_up_at(), asked_at + LAST_TRY * self.length.total_seconds())):
                renewed = await self._jobs.renew(holds, self._clock.now(), self.length)
        except (Unavailable, TimeoutError):
            now = asyncio.get_running_loop().time()
            self._lose([hold for hold, held in self._held.items() if now >= self._end_of(held)], Fenced(LATE))
            return
        for hold in renewed & self._held.keys():
            self._held[hold].renewed_at = asked_at
        self._lose([hold for hold in holds if hold not in renewed], Fenced(LOST))

    def _give_up_at(self) -> float:
        return min(map(self._end_of, self._held.values()))

    def _end_of(self, held: _Held) -> float:
        return held.renewed_at + GIVE_UP_AFTER * self.length.total_seconds()

    def _lose(self, holds: Iterable[Hold], problem: Exception) -> None:
        for hold in holds:
            held = self._held.pop(hold, None)
            if held and not held.lost.done():
                held.lost.set_exception(problem)
