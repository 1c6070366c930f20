"""What the in-memory stores share in place of a database. Nothing waits, so nothing can come in between."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from server.domain.errors import Fenced, NotFound
from server.domain.interview import Interview, StoredAnswer, StoredQuestion
from server.domain.job import Job, Move, Partial, Question, Status, sources


@dataclass(slots=True)
class StoredJob:
    """A job with what only the store knows of it."""

    job: Job
    input_hash: str
    idempotency_key: str | None
    lease_owner: str | None = None
    lease_expires_at: datetime | None = None
    dispatched_at: datetime | None = None

    def may(self, move: Move) -> bool:
        """Tell whether `move` is legal."""
        return self.job.status in sources(move)

    def is_due(self, now: datetime) -> bool:
        """Tell whether the job waits for a worker only."""
        return self.job.status is Status.QUEUED and (self.job.run_after is None or self.job.run_after <= now)

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the lease ran out."""
        return self.lease_expires_at is not None and self.lease_expires_at <= now

    def change(self, **changes: object) -> Job:
        """Replace fields of the job and return it."""
        self.job = replace(self.job, **changes)  # type: ignore[arg-type]
        return self.job

    def let_go(self) -> None:
        """End the lease."""
        self.lease_owner = self.lease_expires_at = None


@dataclass(slots=True)
class StoredSet:
    """The set of one job; unfinished while it has no number."""

    id: str
    interview_id: str
    job_id: str
    comment: str | None
    created_at: datetime
    number: int | None = None
    written: dict[int, StoredQuestion] = field(default_factory=dict)

    @property
    def stored(self) -> tuple[StoredQuestion, ...]:
        """The questions in order of index."""
        return tuple(self.written[index] for index in sorted(self.written))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions without their ids."""
        return tuple(each.question for each in self.stored)

    def keep(self, question: Question, question_id: str) -> Partial:
        """Write a question; one of the same index is replaced and keeps its id. Return all that is written."""
        before = self.written.get(question.index)
        self.written[question.index] = StoredQuestion(before.id if before else question_id, question)
        return Partial(self.questions)

    def answer(self, question_id: str, answer: StoredAnswer) -> None:
        """Make `answer` the newest of a question."""
        for index, each in self.written.items():
            if each.id == question_id:
                self.written[index] = replace(each, answer=answer)


class MemoryDatabase:
    """Users (since when), interviews, jobs, sets by the id of their job, and generations of a user's day."""

    def __init__(self) -> None:
        self.users: dict[str, datetime] = {}
        self.interviews: dict[str, Interview] = {}
        self.jobs: dict[str, StoredJob] = {}
        self.sets: dict[str, StoredSet] = {}
        self.days: dict[str, tuple[date, int]] = {}

    def interview(self, user_id: str, interview_id: str | None) -> Interview:
        """Return the user's interview; raises NotFound."""
        found = self.interviews.get(interview_id or "")
        if found is None or found.user_id != user_id:
            raise NotFound("There is no such interview.")
        return found

    def set_of_question(self, question_id: str | None) -> StoredSet:
        """Return the finished set that a question is in; raises NotFound."""
        for each in self.sets.values():
            if each.number is not None and any(stored.id == question_id for stored in each.stored):
                return each
        raise NotFound("There is no such question.")

    def of_user(self, user_id: str, job_id: str) -> StoredJob:
        """Return the user's job; raises NotFound."""
        found = self.jobs.get(job_id)
        if found is None or found.job.user_id != user_id:
            raise NotFound("There is no such job.")
        return found

    def running(self, job_id: str, attempt: int, move: Move) -> StoredJob:
        """Return the job that the attempt still holds; raises Fenced. A postponed job has no holder."""
        found = self.jobs.get(job_id)
        if found and found.job.attempt == attempt and found.lease_owner is not None and found.may(move):
            return found
        raise Fenced("The attempt is no longer the job's.")

    def finished_sets(self, interview_id: str) -> list[StoredSet]:
        """Return the sets with a number."""
        return [each for each in self.sets.values() if each.interview_id == interview_id and each.number is not None]
