"""Tells what the database already says of a job: the events that no attempt writes itself.

The server (queued, cancelled) and the sweeper (worker lost) use it. Without Redis nothing is told, and nothing is
lost: the hubs look into the database again (Hub.look_again).
"""

import logging

from server.domain.errors import Unavailable
from server.domain.events import Event, Fact
from server.domain.job import Job, Position
from server.domain.view import View, view_of
from server.ports import Appended, Clock, EventLog, JobStore
from server.recovery import recover

logger = logging.getLogger(__name__)


class Announcer:
    """Writes the first event of an attempt that no worker runs."""

    def __init__(self, jobs: JobStore, log: EventLog, clock: Clock) -> None:
        self._jobs = jobs
        self._log = log
        self._clock = clock

    async def tell(self, job: Job, fact: Fact) -> bool:
        """Append `fact` as the first event of the job's present attempt; False while Redis is away."""
        event = Event(job.id, Position(job.attempt, 1), job.completed_at or self._clock.now(), fact)
        try:
            answer = await self._log.append(job.user_id, [event])
        except Unavailable:
            logger.warning("job %s: %s not told, Redis is away", job.id, type(fact).__name__)
            return False
        if answer is not Appended.OK:
            logger.info("job %s: %s came too late: %s", job.id, type(fact).__name__, answer)
        return True

    async def tell_end(self, job: Job, fact: Fact) -> View:
        """Append the terminal `fact`, then seal what the log knew into the row: its draft text and progress.

        The event fences the attempt before it, so nothing is written between the fold and the seal.
        """
        await self.tell(job, fact)
        try:
            log = (await self._log.read(job.user_id, [job.id]))[job.id]
        except Unavailable:
            return view_of(job)
        view = recover(job, log)
        try:
            await self._jobs.seal(job, view)
        except Unavailable:
            logger.warning("job %s: not sealed, the database is away", job.id)
        return view
