"""The lease: a worker's time-limited hold on an attempt, and the heartbeat that renews it."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from server.domain.errors import Fenced, Unavailable
from server.domain.job import Job
from server.ports import Clock, JobStore

# Two renewals may fail before the lease is in danger.
RENEWALS_PER_LEASE = 3
# A job cancelled while the model is silent is noticed by the heartbeat alone: this soon at the latest.
MAX_PAUSE_SECONDS = 1.5
# Without a renewal for this part of a lease the attempt gives up while the lease still holds: nobody else has begun.
GIVE_UP_AFTER = 0.8


async def hold(jobs: JobStore, job: Job, clock: Clock, lease: timedelta) -> None:
    """Renew the lease of a claimed job until cancelled; raises Fenced when it is no longer ours, or may soon not be."""
    loop = asyncio.get_running_loop()
    seconds = lease.total_seconds()
    renewed_at = loop.time()
    pause = min(seconds / RENEWALS_PER_LEASE, MAX_PAUSE_SECONDS)
    try:
        while True:
            async with asyncio.timeout_at(renewed_at + seconds * GIVE_UP_AFTER):
                await asyncio.sleep(pause)
                asked_at = loop.time()
                with suppress(Unavailable):
                    if not await jobs.renew(job.id, job.attempt, clock.now(), lease):
                        raise Fenced("The attempt is no longer the job's.")
                    renewed_at = asked_at
    except TimeoutError as problem:
        raise Fenced("The lease could not be renewed in time.") from problem
