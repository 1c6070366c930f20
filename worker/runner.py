"""The attempts that run in this process: claims, bounds how many, and gives them back when the process stops."""

import asyncio
import logging
from contextlib import suppress
from uuid import uuid4

from server.domain.errors import Fenced, Unavailable
from server.domain.job import Job
from worker.attempt import Attempt, Workshop
from worker.retry import WORKER_STOPPED

logger = logging.getLogger(__name__)

# A deploy waits no longer than this for the jobs to be given back.
STOP_SECONDS = 10.0
# After these the job is left to the sweepers, of which one may have a better way to the database.
CLAIM_TRIES = 3
CLAIM_PAUSE_SECONDS = 0.5


class Runner:
    """Runs at most `capacity` attempts at once. An attempt belongs to the runner, not to who asked for it."""

    def __init__(self, shop: Workshop, owner: str, capacity: int) -> None:
        self._shop = shop
        self._owner = owner
        self._capacity = capacity
        self._slots = asyncio.Semaphore(capacity)
        self._tasks: set[asyncio.Task[None]] = set()
        self._claims: set[asyncio.Task[Job | None]] = set()
        self._attempts: set[Attempt] = set()
        self._is_stopping = False

    @property
    def free(self) -> int:
        """How many more attempts may begin."""
        return self._capacity - len(self._tasks)

    async def generate(self, job_id: str) -> None:
        """Claim and run a job, if it is still to be run; cancelling this call does not stop the attempt."""
        task = asyncio.create_task(self._claim_and_run(job_id), name=f"job {job_id}")
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        await asyncio.wait({task})

    async def stop(self) -> None:
        """Stop every attempt and give its job back, so that another worker goes on at once."""
        self._is_stopping = True
        if self._claims:
            # What is being claimed at this moment has to be given back too.
            await asyncio.wait(self._claims, timeout=STOP_SECONDS)
        attempts = tuple(self._attempts)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(*map(self._give_back, attempts))
        except TimeoutError:
            logger.warning("%d jobs were not given back: their leases will run out", len(attempts))

    async def _claim_and_run(self, job_id: str) -> None:
        shop = self._shop
        async with self._slots:
            job = None if self._is_stopping else await self._claim(job_id)
            if job is None:
                return
            logger.info("job %s: attempt %d begins", job.id, job.attempt)
            attempt = Attempt(job, shop)
            self._attempts.add(attempt)
            try:
                await attempt.run()
            finally:
                self._attempts.discard(attempt)

    async def _claim(self, job_id: str) -> Job | None:
        claim = asyncio.create_task(self._claim_patiently(job_id))
        self._claims.add(claim)
        claim.add_done_callback(self._claims.discard)
        return await claim

    async def _claim_patiently(self, job_id: str) -> Job | None:
        """Claim a job, also if the database is away for a moment; raises Unavailable if it is for longer."""
        shop, owner = self._shop, f"{self._owner} {uuid4()}"
        for _ in range(CLAIM_TRIES - 1):
            with suppress(Unavailable):
                return await shop.jobs.claim(job_id, owner, shop.clock.now(), shop.leases.length)
            await asyncio.sleep(CLAIM_PAUSE_SECONDS)
        return await shop.jobs.claim(job_id, owner, shop.clock.now(), shop.leases.length)

    async def _give_back(self, attempt: Attempt) -> None:
        # Fenced: it had ended, or belongs to somebody else already.
        with suppress(Fenced):
            await attempt.postpone(WORKER_STOPPED)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            # The lease runs out by itself; the sweeper counts the crash and gives the job to another attempt.
            if isinstance(problem, Unavailable):
                logger.warning("%s: not claimed: %s", task.get_name(), problem.message)
            else:
                logger.error("%s broke", task.get_name(), exc_info=problem)
