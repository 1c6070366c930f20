"""The story of one attempt: announce, stream, checkpoint, finish. It ends early only by an error with a name."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from uuid_utils import uuid7

from server.domain.errors import Fenced, Unavailable
from server.domain.events import Completed, Fact, Failed, Progressed, QuestionWritten, Retrying, Started, TextWritten
from server.domain.job import Answer, Job, JobError, JobType, Question, Stage, Usage
from server.domain.view import view_of
from server.ports import AttemptMetrics, Clock, EventLog, InterviewStore, JobQueue, JobStore
from worker import retry
from worker.lease import Leases
from worker.log_writer import LogWriter
from worker.models.port import Assignment, ModelError, TextModel, Tokens
from worker.reading import read

logger = logging.getLogger(__name__)

T = TypeVar("T")

STORE_PAUSE_SECONDS = 0.5
FALLBACK_AFTER_FAILURES = 2


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every attempt of this process works with."""

    jobs: JobStore
    interviews: InterviewStore
    log: EventLog
    queue: JobQueue
    metrics: AttemptMetrics
    model: TextModel
    clock: Clock
    leases: Leases
    fallback: TextModel | None = None

    def model_for(self, job: Job) -> TextModel:
        """Return the model of the job's next attempt: after two failures in a row another one may do better."""
        return self.fallback if self.fallback and job.failures >= FALLBACK_AFTER_FAILURES else self.model


class Attempt:
    """One run of a claimed job."""

    def __init__(self, job: Job, shop: Workshop) -> None:
        self._job = job
        self._shop = shop
        self._model = shop.model_for(job)
        self._spent = Tokens()
        self._outcome = "stopped"
        self._lease: asyncio.Task[None] | None = None
        self._writer = LogWriter(shop.log, job.user_id, view_of(job), shop.clock)

    async def run(self) -> None:
        """Run to the end: the job completes, fails, waits for a retry, or belongs to somebody else."""
        try:
            await self._run_under_lease()
        except* Fenced as fenced:
            self._outcome = "fenced"
            logger.info("job %s: attempt %d stops: %s", self._job.id, self._job.attempt, fenced.exceptions[0])
        finally:
            await self._settle()

    async def _run_under_lease(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._lease = tasks.create_task(self._shop.leases.hold(self._job))
            writing = tasks.create_task(self._writer.run())
            try:
                await self._generate()
            except ModelError as error:
                await self._fall_back(error)
            self._lease.cancel()
            writing.cancel()

    async def _generate(self) -> None:
        kept = self._job.partial.questions
        self._writer.write(Started(keeps=len(kept)), self._job.started_at)
        # Told again: a worker may have died between the row of a question and its event.
        for question in kept:
            self._writer.write(QuestionWritten(question))
        # At once: until then the row is ahead of what anybody was told.
        await self._writer.flush()
        self._report(Stage.THINKING)
        assignment = await self._prepare()
        answer = await self._stream(assignment) if assignment.count > 0 else None
        self._report(Stage.SAVING)
        await self._finish(answer)

    async def _prepare(self) -> Assignment:
        job, shop = self._job, self._shop
        interview = await self._stored(lambda: shop.interviews.get(job.user_id, job.interview_id))
        sets = await self._stored(lambda: shop.interviews.question_sets(job.user_id, job.interview_id))
        asked = [stored for each in sets for stored in each.questions]
        kept = job.partial.questions
        return Assignment(
            job_id=job.id,
            type=job.type,
            interview=interview.details,
            comment=job.comment,
            count=job.count - len(kept),
            kept=kept,
            earlier=tuple(each.question.text for each in asked),
            question=next((each.question for each in asked if each.id == job.question_id), None),
        )

    async def _stream(self, assignment: Assignment) -> Answer | None:
        """Have the model write; return the answer, if it is one that is written."""
        async with aclosing(read(self._model, assignment)) as items:
            async for item in items:
                if isinstance(item, Answer):
                    return item
                await self._take(item)
        return None

    async def _take(self, item: TextWritten | Question | Tokens) -> None:
        match item:
            case Tokens():
                self._spent = item
            case TextWritten():
                if self._writer.view.progress is None or self._writer.view.progress.stage is not Stage.WRITING:
                    self._report(Stage.WRITING)
                self._writer.write(item)
            case Question():
                await self._keep(item)

    async def _keep(self, question: Question) -> None:
        job, shop, question_id = self._job, self._shop, str(uuid7())
        await self._stored(lambda: shop.jobs.checkpoint(job.id, job.attempt, question, question_id, shop.clock.now()))
        self._writer.write(QuestionWritten(question))
        self._report(Stage.WRITING)

    def _report(self, stage: Stage) -> None:
        is_answered = self._job.type is JobType.ANSWER and stage is Stage.SAVING
        done = 1 if is_answered else len(self._writer.view.partial.questions)
        self._writer.write(Progressed(stage, done, self._job.count))

    async def _finish(self, answer: Answer | None) -> None:
        await self._writer.flush()
        shop, now = self._shop, self._shop.clock.now()
        done = await self._stored(lambda: shop.jobs.complete(self._job.id, self._writer.view, now, answer))
        assert done.result is not None
        self._outcome = "completed"
        await self._tell_end(Completed(done.result), done.completed_at)

    async def _fall_back(self, error: ModelError) -> None:
        """Give the job back for later, or end it."""
        logger.warning("job %s: attempt %d failed: %s", self._job.id, self._job.attempt, error.code)
        self._outcome = str(error.code)
        reason = JobError(str(error.code), error.message, error.retryable)
        match retry.decide(error, self._job.failures, self._job.waits, random.random()):
            case retry.TryAgain(delay, is_failure):
                await self.postpone(reason, delay, failures=int(is_failure), waits=int(not is_failure))
            case retry.GiveUp():
                await self._fail(reason)

    async def postpone(
        self, reason: JobError, delay: timedelta = timedelta(), *, failures: int = 0, waits: int = 0
    ) -> None:
        """Give the job back to the queue for `delay`, saying why; raises Fenced when it is no longer ours."""
        job, shop = self._job, self._shop
        run_after = shop.clock.now() + delay
        await self._stored(lambda: shop.jobs.postpone(job.id, job.attempt, run_after, failures=failures, waits=waits))
        await self._tell_end(Retrying(reason, run_after))
        try:
            await shop.queue.ring(job.id, job.attempt, delay)
        except Unavailable:
            logger.warning("job %s: not rung, Redis is away", job.id)

    async def _fail(self, reason: JobError) -> None:
        await self._writer.flush()
        shop, now = self._shop, self._shop.clock.now()
        failed = await self._stored(lambda: shop.jobs.fail(self._job.id, self._writer.view, reason, now))
        await self._tell_end(Failed(reason), failed.completed_at)

    async def _tell_end(self, fact: Fact, at: datetime | None = None) -> None:
        """Tell how the attempt ended. It no longer holds the job: to renew the lease now would only find that out."""
        if self._lease:
            self._lease.cancel()
        self._writer.write(fact, at)
        await self._writer.flush_end()

    async def _settle(self) -> None:
        """Note what the attempt has cost, however it ended. Tried once: a bill that is lost changes nothing else."""
        usage = Usage(self._model.name, self._spent.input_tokens, self._spent.output_tokens)
        try:
            await self._shop.jobs.spend(self._job.id, self._job.attempt, usage)
            await self._shop.metrics.count(self._outcome, usage)
        except Unavailable as problem:
            logger.warning("job %s: %s not counted in full: %s", self._job.id, usage, problem.message)

    async def _stored(self, write: Callable[[], Awaitable[T]]) -> T:
        """Ask the store until it answers; the lease bounds how long, by raising Fenced beside this."""
        while True:
            try:
                return await write()
            except Unavailable:
                await asyncio.sleep(STORE_PAUSE_SECONDS)
