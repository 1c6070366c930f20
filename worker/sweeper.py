"""The sweeper: finds what the doorbell missed and what dead workers left behind. Works without Redis."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from server.announcer import Announcer
from server.domain.errors import Unavailable
from server.domain.events import Failed, Retrying
from server.domain.job import Job, Status
from server.ports import Clock, JobQueue, JobStore
from worker.retry import CRASHED, MAX_CRASHES, WORKER_LOST
from worker.runner import Runner

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
# A ring is answered within a second while a worker is free; after this, or when Redis forgot, it is taken for lost.
RING_LOST_AFTER = timedelta(seconds=15)
# Jobs looked at in one sweep: each costs a statement or two.
BATCH = 100
PURGE_EVERY = timedelta(hours=1)
PURGE_BATCH = 500
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Sweeper:
    """Sweeps every few seconds, in every worker; two sweepers at once do no harm."""

    def __init__(
        self,
        jobs: JobStore,
        queue: JobQueue,
        announcer: Announcer,
        runner: Runner,
        clock: Clock,
        retention: timedelta,
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._announcer = announcer
        self._runner = runner
        self._clock = clock
        self._retention = retention
        self._purged_at = self._deaf_until = LONG_AGO
        self._started: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except Unavailable:
                logger.warning("sweep put off: the database is away")
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Look once at everything."""
        for job in await self._jobs.expired(self._clock.now(), BATCH):
            await self._take_back(job)
        await self._start_forgotten()
        await self._purge()

    async def _take_back(self, job: Job) -> None:
        """Take a job from a worker that let its lease run out."""
        error = CRASHED if job.crashes + 1 >= MAX_CRASHES else None
        taken = await self._jobs.reclaim(job, self._clock.now(), error)
        if taken is None:
            return
        logger.warning("job %s: worker lost in attempt %d, crash %d", job.id, job.attempt, taken.crashes)
        if taken.status is Status.FAILED:
            await self._announcer.tell_end(taken, Failed(CRASHED))
        else:
            await self._announcer.tell(taken, Retrying(WORKER_LOST, taken.run_after or self._clock.now()))

    async def _start_forgotten(self) -> None:
        """Run due jobs whose ring nobody heard, as far as this worker has room."""
        if self._runner.free <= 0:
            return
        if await self._may_be_deaf():
            self._deaf_until = self._clock.now()
        now = self._clock.now()
        rung_before = max(now - RING_LOST_AFTER, self._deaf_until)
        forgotten = await self._jobs.undelivered(now, rung_before, self._runner.free)
        for job in forgotten:
            task = asyncio.create_task(self._runner.generate(job.id))
            self._started.add(task)
            task.add_done_callback(self._started.discard)

    async def _may_be_deaf(self) -> bool:
        try:
            return await self._queue.has_forgotten()
        except Unavailable:
            return True

    async def _purge(self) -> None:
        now = self._clock.now()
        if now - self._purged_at < PURGE_EVERY:
            return
        while purged := await self._jobs.purge(now - self._retention, PURGE_BATCH):
            logger.info("%d ended jobs deleted", purged)
        self._purged_at = now
