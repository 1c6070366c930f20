"""What a viewer sees of a job, before and apart from its JSON form. Never how it changes: that is `fold`."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.job import TERMINAL, Job, JobError, JobType, Partial, Position, Progress, Result, Status


@dataclass(frozen=True, slots=True)
class View:
    """One job as everybody sees it: the fold of its log (protocol.md, Job view)."""

    id: str
    interview_id: str
    question_id: str | None
    type: JobType
    status: Status
    comment: str | None
    position: Position
    progress: Progress | None
    partial: Partial
    result: Result | None
    error: JobError | None
    retry_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    estimated_seconds: float | None

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended."""
        return self.status in TERMINAL

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the seconds since creation, standing still once the job has ended; never below zero."""
        seconds = ((self.completed_at or now) - self.created_at).total_seconds()
        return round(max(0.0, seconds), 3)


def view_of(job: Job) -> View:
    """Return what the row alone tells: at `<attempt>-0` while active, at the stored last position once ended."""
    return View(
        id=job.id,
        interview_id=job.interview_id,
        question_id=job.question_id,
        type=job.type,
        status=job.status,
        comment=job.comment,
        position=job.last or Position(job.attempt, 0),
        progress=job.progress,
        partial=job.partial,
        result=job.result,
        error=job.error,
        retry_at=job.run_after if job.status is Status.QUEUED else None,
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.completed_at,
        estimated_seconds=job.estimated_seconds,
    )
