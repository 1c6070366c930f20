"""The promises the domain asks of the outside. An adapter keeps them; tests/contract proves that each one does.

Every method may raise Unavailable when the part behind it does not answer in time; then nothing is known to have
happened, and calling again is safe.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from server.domain.events import Event
from server.domain.interview import DetailChanges, Interview, InterviewDetails, QuestionSet
from server.domain.job import Answer, Hold, Job, JobError, JobType, Question, Usage
from server.domain.view import View


class Clock(Protocol):
    """The one clock of the system: the database's."""

    def now(self) -> datetime:
        """Return the time in UTC, cut to milliseconds; once it is known it is never Unavailable again."""
        ...


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be created; `input_hash` tells whether two requests under one idempotency key are the same.

    A question job names its interview, an answer job its question, whose interview becomes the job's.
    """

    id: str
    user_id: str
    interview_id: str | None
    type: JobType
    count: int
    comment: str | None
    input_hash: str
    idempotency_key: str | None = None
    question_id: str | None = None


class JobStore(Protocol):
    """The truth. Each transition is one compare-and-set statement; a loser changes nothing."""

    async def create(self, new: NewJob, now: datetime, daily_limit: int = 0) -> tuple[Job, bool]:
        """Insert a queued job at attempt 0; the flag says whether it is new.

        The same idempotency key and hash return the existing job. Raises NotFound for another's interview,
        GenerationActive while one is active, IdempotencyKeyReused for the key with another hash, DailyLimitReached
        when the user has created `daily_limit` jobs since midnight UTC (0: as many as wanted).
        """
        ...

    async def get(self, user_id: str, job_id: str) -> Job:
        """Return the user's job; raises NotFound."""
        ...

    async def active(self, user_ids: Sequence[str], known: Sequence[str] = ()) -> list[Job]:
        """Return every active job of these users, and those of `known` that are theirs, oldest first.

        Two queries however many users.
        """
        ...

    async def ended(self, user_ids: Sequence[str], since: datetime) -> list[Job]:
        """Return the jobs of these users that ended at `since` or later, oldest first."""
        ...

    async def select(self, user_id: str, job_ids: Sequence[str]) -> list[Job]:
        """Return those of `job_ids` that are the user's, oldest first."""
        ...

    async def recent(self, user_id: str, limit: int) -> list[Job]:
        """Return the user's newest jobs, newest first."""
        ...

    async def claim(self, job_id: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
        """Start the next attempt of a queued job that is due, holding it until `now + lease`.

        None: not queued, not due, or gone; a duplicate delivery. `owner` names one claim: repeated, because its answer
        was lost, it renews what it has won.
        """
        ...

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> AbstractSet[Hold]:
        """Extend the leases of running attempts in one statement; return those that are still their jobs'."""
        ...

    async def checkpoint(self, job_id: str, attempt: int, question: Question, question_id: str, now: datetime) -> None:
        """Keep a finished question as a row of the job's unfinished set; repeating it is harmless.

        Raises Fenced when the attempt is no longer the job's.
        """
        ...

    async def complete(self, job_id: str, view: View, now: datetime, answer: Answer | None = None) -> Job:
        """End a running attempt with its result in one transaction.

        Of a question job: the set that `view` has written is finished and numbered. Of an answer job: the `answer`,
        which becomes the newest of its question. The terminal event stands at `view.position.next()`.
        Repeating it returns the completed job. Raises Fenced when the attempt is no longer the job's.
        """
        ...

    async def fail(self, job_id: str, view: View, error: JobError, now: datetime) -> Job:
        """End a running attempt without a result; as `complete`."""
        ...

    async def postpone(
        self, job_id: str, attempt: int, run_after: datetime, *, failures: int = 0, waits: int = 0
    ) -> None:
        """Give a running attempt back to the queue until `run_after`, adding to its counts; repeating it is harmless.

        Raises Fenced when the attempt is no longer the job's.
        """
        ...

    async def spend(self, job_id: str, attempt: int, usage: Usage) -> None:
        """Note what an attempt has cost, whoever holds the job by now; the last word on an attempt counts."""
        ...

    async def cancel(self, user_id: str, job_id: str, now: datetime) -> tuple[Job, bool]:
        """End an active job by raising its attempt; the flag says whether this call did it. Raises NotFound.

        The event `job.cancelled` then stands first in the new attempt.
        """
        ...

    async def seal(self, job: Job, view: View) -> None:
        """Keep in an ended job's row what only its log knew: the draft text, the progress, what was told last."""
        ...

    async def undelivered(self, now: datetime, rung_before: datetime, limit: int) -> list[Job]:
        """Return queued jobs that are due and whose doorbell was not rung since `rung_before`."""
        ...

    async def rung(self, job_ids: Sequence[str], now: datetime) -> None:
        """Note that the doorbell of these jobs was rung."""
        ...

    async def expired(self, now: datetime, limit: int) -> list[Job]:
        """Return running jobs whose lease ran out."""
        ...

    async def reclaim(self, job: Job, now: datetime, error: JobError | None) -> Job | None:
        """Take a running job from a dead worker: fail it with `error`, or queue it again when None.

        Counts one crash and raises the attempt. None when the worker was faster.
        """
        ...

    async def purge(self, completed_before: datetime, limit: int) -> int:
        """Delete jobs that ended before then, with their unfinished sets; finished sets and answers stay."""
        ...


class InterviewStore(Protocol):
    """Users, their interviews and what was generated for them."""

    async def add_user(self, user_id: str, now: datetime) -> None:
        """Make sure the user exists."""
        ...

    async def create(self, user_id: str, interview_id: str, details: InterviewDetails, now: datetime) -> Interview:
        """Add an interview; raises Unauthenticated when the user is gone."""
        ...

    async def get(self, user_id: str, interview_id: str) -> Interview:
        """Return the user's interview; raises NotFound."""
        ...

    async def list(self, user_id: str) -> Sequence[Interview]:
        """Return the user's interviews, newest first."""
        ...

    async def update(self, user_id: str, interview_id: str, changes: DetailChanges, now: datetime) -> Interview:
        """Change those details that are named; raises NotFound."""
        ...

    async def delete(self, user_id: str, interview_id: str) -> None:
        """Delete the interview and everything generated for it.

        Raises NotFound, or GenerationActive while a job of it is running.
        """
        ...

    async def question_sets(self, user_id: str, interview_id: str) -> Sequence[QuestionSet]:
        """Return the finished sets, newest first; raises NotFound."""
        ...


class Appended(StrEnum):
    """How an append went."""

    OK = "ok"
    FENCED = "fenced"
    LOST = "lost"


class EventLog(Protocol):
    """The log of each job, and the channel that carries it to the hubs."""

    async def append(self, user_id: str, events: Sequence[Event]) -> Appended:
        """Append consecutive events of one job and publish them, all or nothing.

        They must extend the tail: the first one follows it, or begins a higher attempt, or is Restored. Events that
        are already there are skipped, so an append whose answer was lost can be repeated. FENCED: a higher attempt
        has written. LOST: the tail they would extend is gone.
        """
        ...

    async def read(self, user_id: str, job_ids: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        """Return the log of each job, in order; empty where it has expired."""
        ...


class Tally(NamedTuple):
    """A counter: `attempts` by outcome (`completed`, `fenced`, `stopped` or an error code), `tokens` by direction."""

    what: str
    model: str
    label: str


class AttemptMetrics(Protocol):
    """How attempts end and what they cost, over all workers; figures to watch, not to bill by."""

    async def count(self, outcome: str, usage: Usage) -> None:
        """Add one attempt to the totals."""
        ...

    async def totals(self) -> Mapping[Tally, int]:
        """Return the totals; they begin at nothing when Redis has lost them."""
        ...


class JobQueue(Protocol):
    """The doorbell: it wakes a worker for a job, and may ring twice or not at all."""

    async def ring(self, job_id: str, attempt: int, delay: timedelta = timedelta()) -> None:
        """Ask for the attempt after `attempt` to be run, once, after `delay`."""
        ...

    async def has_forgotten(self) -> bool:
        """Tell whether rings may have been forgotten since this object last asked; raises Unavailable."""
        ...


class Subscriber(Protocol):
    """Where the hub puts what happens to a user's jobs."""

    def put(self, frame: str) -> None:
        """Take one event as published."""
        ...

    def resync(self) -> None:
        """Take note that events may have been missed."""
        ...


class FeedReceiver(Protocol):
    """Who is told what was published."""

    def published(self, user_id: str, text: str) -> None:
        """Take one event as published, in order."""
        ...

    def subscribed(self, user_id: str) -> None:
        """Take note that everything published to this user from now on will arrive."""
        ...

    def connected(self) -> None:
        """Take note that every user who is followed will be `subscribed` soon."""
        ...

    def disconnected(self) -> None:
        """Take note that nothing arrives until the next `subscribed`."""
        ...


class EventFeed(Protocol):
    """What is published to some users, as it is published."""

    def follow(self, user_id: str) -> None:
        """Ask for what is published to this user; `subscribed` tells when it flows."""
        ...

    def unfollow(self, user_id: str) -> None:
        """Ask for nothing more of this user."""
        ...

    async def run(self, receiver: FeedReceiver) -> None:
        """Listen until cancelled, through every loss of the connection."""
        ...
