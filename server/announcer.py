"""Tells what the database already says of a job: the events that no attempt writes itself.

The server (queued, cancelled) and the sweeper (worker lost) use it. Without Redis nothing is told, and nothing is
lost: the hubs look into the database again (Hub.look_again).
"""

import logging
from dataclasses import replace

from server.domain.errors import Unavailable
from server.domain.events import Event, Fact, Restored
from server.domain.job import Job, Position
from server.domain.view import View, view_of
from server.ports import Appended, Clock, EventLog, JobStore
from server.recovery import is_told, recover

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

        The event fences the attempt before it, so nothing is written between the fold and the seal. What only the row
        knew, a question whose event was not appended any more, is told by the whole view.
        """
        await self.tell(job, fact)
        try:
            log = (await self._log.read(job.user_id, [job.id]))[job.id]
            view = recover(job, log)
            if not is_told(view, log):
                view = await self._restore(job, view)
        except Unavailable:
            return view_of(job)
        try:
            await self._jobs.seal(job, view)
        except Unavailable:
            logger.warning("job %s: not sealed, the database is away", job.id)
        return view

    async def _restore(self, job: Job, view: View) -> View:
        """Append the whole view at the next position; return it. Raises Unavailable."""
        view = replace(view, position=view.position.next())
        await self._log.append(job.user_id, [Event(job.id, view.position, self._clock.now(), Restored(view))])
        return view
