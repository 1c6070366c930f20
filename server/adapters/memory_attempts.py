"""The workers' and the sweepers' part of the in-memory JobStore."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from uuid_utils import uuid7

from server.adapters.memory_database import MemoryDatabase, StoredJob, StoredSet
from server.domain.errors import Fenced
from server.domain.interview import StoredAnswer
from server.domain.job import (
    Answer,
    AnswerResult,
    Hold,
    Job,
    JobError,
    Move,
    Position,
    Question,
    QuestionsResult,
    Result,
    Status,
    Usage,
)
from server.domain.view import View


class MemoryAttempts:
    """From a claim to the end of an attempt, and what becomes of jobs nobody ends."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    async def claim(self, job_id: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
        """Start the next attempt of a queued job that is due."""
        stored = self._database.jobs.get(job_id)
        is_repeated = stored is not None and stored.lease_owner == owner
        if stored is None or not (is_repeated or (stored.may(Move.CLAIM) and stored.is_due(now))):
            return None
        stored.lease_owner, stored.lease_expires_at = owner, now + lease
        if is_repeated:
            return stored.job
        return stored.change(status=Status.PROCESSING, attempt=stored.job.attempt + 1, started_at=now, run_after=None)

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> set[Hold]:
        """Extend the leases of running attempts."""
        renewed = set()
        for hold in holds:
            with suppress(Fenced):
                self._database.running(*hold, Move.COMPLETE).lease_expires_at = now + lease
                renewed.add(hold)
        return renewed

    async def checkpoint(self, job_id: str, attempt: int, question: Question, question_id: str, now: datetime) -> None:
        """Keep a finished question in the job's unfinished set."""
        stored = self._database.running(job_id, attempt, Move.COMPLETE)
        stored.change(partial=self._set_of(stored.job, now).keep(question, question_id))

    async def complete(self, job_id: str, view: View, now: datetime, answer: Answer | None = None) -> Job:
        """End a running attempt with its result."""
        try:
            job = self._database.running(job_id, view.position.attempt, Move.COMPLETE).job
        except Fenced:
            return self._ended(job_id, view, Status.COMPLETED)
        result = self._finish_set(job, view, now) if answer is None else self._keep_answer(job, answer, now)
        return self._end(job_id, view, Move.COMPLETE, status=Status.COMPLETED, result=result, completed_at=now)

    async def fail(self, job_id: str, view: View, error: JobError, now: datetime) -> Job:
        """End a running attempt without a result."""
        try:
            return self._end(job_id, view, Move.FAIL, status=Status.FAILED, error=error, completed_at=now)
        except Fenced:
            return self._ended(job_id, view, Status.FAILED)

    async def postpone(
        self, job_id: str, attempt: int, run_after: datetime, *, failures: int = 0, waits: int = 0
    ) -> None:
        """Give a running attempt back to the queue."""
        if stored := self._database.jobs.get(job_id):
            job = stored.job
            if (job.status, job.attempt, job.run_after) == (Status.QUEUED, attempt, run_after):
                return  # repeated after its answer was lost
        stored = self._database.running(job_id, attempt, Move.POSTPONE)
        stored.change(failures=stored.job.failures + failures, waits=stored.job.waits + waits)
        self._queue(stored, run_after)

    async def spend(self, job_id: str, attempt: int, usage: Usage) -> None:
        """Note what an attempt has cost."""
        if stored := self._database.jobs.get(job_id):
            stored.change(usage={**stored.job.usage, attempt: usage})

    async def undelivered(self, now: datetime, rung_before: datetime, limit: int) -> list[Job]:
        """Return the due jobs nobody was woken for."""
        silent = [
            stored
            for stored in self._database.jobs.values()
            if stored.is_due(now) and (stored.dispatched_at is None or stored.dispatched_at < rung_before)
        ]
        return _jobs(sorted(silent, key=lambda stored: (stored.job.created_at, stored.job.id))[:limit])

    async def rung(self, job_ids: Sequence[str], now: datetime) -> None:
        """Note that the doorbell of these jobs was rung."""
        for stored in self._database.jobs.values():
            if stored.job.id in job_ids:
                stored.dispatched_at = now

    async def expired(self, now: datetime, limit: int) -> list[Job]:
        """Return running jobs whose lease ran out, the longest ago first."""
        leases = [(each.lease_expires_at, each) for each in self._database.jobs.values() if each.lease_expires_at]
        leases.sort(key=lambda lease: lease[0])
        return _jobs(each for _, each in leases if each.is_expired(now))[:limit]

    async def reclaim(self, job: Job, now: datetime, error: JobError | None) -> Job | None:
        """Take a running job from a dead worker."""
        stored = self._database.jobs.get(job.id)
        if stored is None or stored.job.attempt != job.attempt or not stored.is_expired(now):
            return None
        attempt = job.attempt + 1
        stored.change(attempt=attempt, crashes=stored.job.crashes + 1)
        if error is None:
            return self._queue(stored, now)
        stored.let_go()
        return stored.change(status=Status.FAILED, error=error, completed_at=now, last=Position(attempt, 1))

    async def purge(self, completed_before: datetime, limit: int) -> int:
        """Delete old jobs with their unfinished sets."""
        ended = [(stored.job.completed_at, job_id) for job_id, stored in self._database.jobs.items()]
        old = sorted((at, job_id) for at, job_id in ended if at and at < completed_before)[:limit]
        for _, job_id in old:
            del self._database.jobs[job_id]
            if job_id in self._database.sets and self._database.sets[job_id].number is None:
                del self._database.sets[job_id]
        return len(old)

    def _finish_set(self, job: Job, view: View, now: datetime) -> Result:
        finished = self._set_of(job, now)
        for question in view.partial.questions:
            finished.keep(question, str(uuid7()))
        numbers = [each.number or 0 for each in self._database.finished_sets(job.interview_id)]
        finished.number, finished.created_at = max(numbers, default=0) + 1, now
        return QuestionsResult(finished.id, finished.number, finished.questions)

    def _keep_answer(self, job: Job, answer: Answer, now: datetime) -> Result:
        assert job.question_id is not None
        stored = StoredAnswer(str(uuid7()), job.id, answer, job.comment, now)
        self._database.set_of_question(job.question_id).answer(job.question_id, stored)
        return AnswerResult(stored.id, job.question_id, answer)

    def _set_of(self, job: Job, now: datetime) -> StoredSet:
        new = StoredSet(str(uuid7()), job.interview_id, job.id, job.comment, now)
        return self._database.sets.setdefault(job.id, new)

    def _queue(self, stored: StoredJob, run_after: datetime) -> Job:
        stored.let_go()
        stored.dispatched_at = None
        return stored.change(status=Status.QUEUED, run_after=run_after)

    def _end(self, job_id: str, view: View, move: Move, **changes: object) -> Job:
        stored = self._database.running(job_id, view.position.attempt, move)
        stored.let_go()
        kept = {"partial": view.partial, "progress": view.progress, "is_sealed": True}
        return stored.change(**changes, **kept, last=view.position.next())

    def _ended(self, job_id: str, view: View, status: Status) -> Job:
        """Return the job that this attempt has ended before; raises Fenced when it has not."""
        stored = self._database.jobs.get(job_id)
        if stored and stored.job.attempt == view.position.attempt and stored.job.status is status:
            return stored.job
        raise Fenced("The attempt is no longer the job's.")


def _jobs(stored: Iterable[StoredJob]) -> list[Job]:
    return [each.job for each in stored]
