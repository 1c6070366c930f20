"""What a user can ask of generations: queue one, cancel one, do one over. Queuing never waits for a worker."""

import hashlib
import logging
from dataclasses import replace

from uuid_utils import uuid7

from server.announcer import Announcer
from server.domain.errors import NotRetryable, Unavailable
from server.domain.events import Cancelled, Queued
from server.domain.job import Job, JobType, Position, Status
from server.domain.view import View, view_of
from server.domain.wire import Json, dumps
from server.ports import Clock, JobQueue, JobStore, NewJob
from server.recovery import Recovery

logger = logging.getLogger(__name__)

# Where `job.queued` stands: before any attempt.
FIRST = Position(0, 1)
RETRYABLE = frozenset({Status.FAILED, Status.CANCELLED})


class Generation:
    """The commands on jobs, each for one user."""

    def __init__(
        self,
        jobs: JobStore,
        announcer: Announcer,
        queue: JobQueue,
        recovery: Recovery,
        clock: Clock,
        daily_limit: int = 0,
    ) -> None:
        self._jobs = jobs
        self._announcer = announcer
        self._queue = queue
        self._recovery = recovery
        self._clock = clock
        self._daily_limit = daily_limit

    async def queue_question_generation(
        self, user_id: str, interview_id: str, count: int, comment: str | None, idempotency_key: str | None = None
    ) -> View:
        """Queue the generation of `count` questions and return its view at once.

        Raises NotFound for another's interview, GenerationActive, IdempotencyKeyReused, DailyLimitReached.
        """
        words = {"type": JobType.QUESTION, "interview_id": interview_id, "count": count, "comment": comment}
        new = NewJob(
            id=str(uuid7()),
            user_id=user_id,
            interview_id=interview_id,
            type=JobType.QUESTION,
            count=count,
            comment=comment,
            input_hash=_hash(words),
            idempotency_key=idempotency_key,
        )
        return await self._queue_new(new)

    async def queue_answer_generation(
        self, user_id: str, question_id: str, comment: str | None, idempotency_key: str | None = None
    ) -> View:
        """Queue the generation of an answer to a finished question; as `queue_question_generation`."""
        words = {"type": JobType.ANSWER, "question_id": question_id, "comment": comment}
        new = NewJob(
            id=str(uuid7()),
            user_id=user_id,
            interview_id=None,
            type=JobType.ANSWER,
            count=1,
            comment=comment,
            input_hash=_hash(words),
            idempotency_key=idempotency_key,
            question_id=question_id,
        )
        return await self._queue_new(new)

    async def retry(self, user_id: str, job_id: str) -> View:
        """Queue the work of a failed or cancelled job as a new job.

        Raises NotFound, NotRetryable, GenerationActive, DailyLimitReached.
        """
        job = await self._jobs.get(user_id, job_id)
        if job.status not in RETRYABLE:
            raise NotRetryable("Only a failed or cancelled generation can be done over.")
        if job.question_id is not None:
            return await self.queue_answer_generation(user_id, job.question_id, job.comment)
        return await self.queue_question_generation(user_id, job.interview_id, job.count, job.comment)

    async def cancel(self, user_id: str, job_id: str) -> View:
        """End an active job, keeping what it has written; an ended one stays as it is. Raises NotFound."""
        now = self._clock.now()
        job, is_changed = await self._jobs.cancel(user_id, job_id, now)
        if not is_changed:
            return await self._recovery.view(user_id, job_id)
        return await self._announcer.tell_end(job, Cancelled())

    async def _queue_new(self, new: NewJob) -> View:
        job, is_new = await self._jobs.create(new, self._clock.now(), self._daily_limit)
        if not is_new:
            return await self._recovery.view(job.user_id, job.id)
        view = replace(view_of(job), position=FIRST)
        # Without Redis there is nobody to ring for, and who submitted has waited once: the sweeper finds the job.
        if await self._announcer.tell(job, Queued(view)):
            await self._ring(job)
        return view

    async def _ring(self, job: Job) -> None:
        """Wake a worker; without Redis a worker's sweeper finds the job."""
        try:
            await self._queue.ring(job.id, job.attempt)
            await self._jobs.rung([job.id], self._clock.now())
        except Unavailable as problem:
            logger.warning("job %s: not rung: %s", job.id, problem.message)


def _hash(words: Json) -> str:
    """Return what tells whether two requests ask for the same."""
    return hashlib.sha256(dumps(words).encode()).hexdigest()
