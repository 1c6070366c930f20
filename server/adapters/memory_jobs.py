"""JobStore in memory, a shipped double: what users do to jobs. Workers and sweepers go on in memory_attempts.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from server.adapters.memory_attempts import MemoryAttempts
from server.adapters.memory_database import StoredJob
from server.domain.errors import DailyLimitReached, GenerationActive, IdempotencyKeyReused
from server.domain.job import Job, JobType, Move, Position, Status
from server.domain.view import View
from server.ports import NewJob

ESTIMATE_JOBS = 20


class MemoryJobStore(MemoryAttempts):
    """The truth about jobs, as long as the process lives."""

    async def create(self, new: NewJob, now: datetime, daily_limit: int = 0) -> tuple[Job, bool]:
        """Insert a queued job."""
        if known := self._known(new):
            return known, False
        interview_id = new.interview_id
        if new.type is JobType.ANSWER:
            interview_id = self._database.set_of_question(new.question_id).interview_id
        interview = self._database.interview(new.user_id, interview_id)
        for active in await self.active([new.user_id]):
            raise GenerationActive(active)
        if daily_limit:
            self._count_today(new.user_id, now, daily_limit)
        job = Job(
            id=new.id,
            user_id=new.user_id,
            interview_id=interview.id,
            type=new.type,
            status=Status.QUEUED,
            count=new.count,
            language=interview.details.language,
            created_at=now,
            question_id=new.question_id,
            comment=new.comment,
            estimated_seconds=self._estimate(new.type),
        )
        self._database.jobs[job.id] = StoredJob(job, new.input_hash, new.idempotency_key)
        return job, True

    async def get(self, user_id: str, job_id: str) -> Job:
        """Return the user's job."""
        return self._database.of_user(user_id, job_id).job

    async def active(self, user_ids: Sequence[str], known: Sequence[str] = ()) -> list[Job]:
        """Return the active jobs of these users, and the known ones."""
        own = (job for job in self._all() if job.user_id in user_ids)
        return _oldest_first(job for job in own if job.is_active or job.id in known)

    async def ended(self, user_ids: Sequence[str], since: datetime) -> list[Job]:
        """Return the jobs of these users that ended lately."""
        own = (job for job in self._all() if job.user_id in user_ids)
        return _oldest_first(job for job in own if job.completed_at and job.completed_at >= since)

    async def select(self, user_id: str, job_ids: Sequence[str]) -> list[Job]:
        """Return those jobs that are the user's."""
        return _oldest_first(job for job in self._all() if job.id in job_ids and job.user_id == user_id)

    async def recent(self, user_id: str, limit: int) -> list[Job]:
        """Return the user's newest jobs."""
        return _oldest_first(job for job in self._all() if job.user_id == user_id)[::-1][:limit]

    async def cancel(self, user_id: str, job_id: str, now: datetime) -> tuple[Job, bool]:
        """End an active job."""
        stored = self._database.of_user(user_id, job_id)
        if not stored.may(Move.CANCEL):
            return stored.job, False
        stored.let_go()
        attempt = stored.job.attempt + 1
        changes = {"status": Status.CANCELLED, "attempt": attempt, "last": Position(attempt, 1), "completed_at": now}
        return stored.change(**changes), True

    async def seal(self, job: Job, view: View) -> None:
        """Fill in what only the log knew; the first to do so decides."""
        stored = self._database.jobs.get(job.id)
        if stored and stored.job.attempt == job.attempt and not stored.job.is_active and not stored.job.is_sealed:
            told = {"partial": view.partial, "progress": view.progress, "started_at": view.started_at}
            stored.change(**told, last=view.position, is_sealed=True)

    def _all(self) -> Iterable[Job]:
        return (stored.job for stored in self._database.jobs.values())

    def _count_today(self, user_id: str, now: datetime, limit: int) -> None:
        """Count one more generation of the user's day (UTC); raises DailyLimitReached."""
        day, count = self._database.days.get(user_id, (now.date(), 0))
        count = count if day == now.date() else 0
        if count >= limit:
            raise DailyLimitReached(limit, now)
        self._database.days[user_id] = (now.date(), count + 1)

    def _known(self, new: NewJob) -> Job | None:
        """Return the job that this request made before: under its key, or under its id when an answer was lost."""
        for stored in self._database.jobs.values():
            is_same_key = new.idempotency_key is not None and stored.idempotency_key == new.idempotency_key
            if stored.job.user_id == new.user_id and (stored.job.id == new.id or is_same_key):
                if stored.input_hash != new.input_hash:
                    raise IdempotencyKeyReused("This Idempotency-Key was used with another body.")
                return stored.job
        return None

    def _estimate(self, kind: JobType) -> float | None:
        """Return the median duration in seconds of the newest completed jobs of all users."""
        ended = [
            (job.completed_at, job.created_at)
            for job in self._all()
            if job.type is kind and job.status is Status.COMPLETED and job.completed_at
        ]
        seconds = [(end - start).total_seconds() for end, start in sorted(ended)[-ESTIMATE_JOBS:]]
        return round(median(seconds), 3) if seconds else None


def _oldest_first(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: (job.created_at, job.id))
