"""What a job is: its fields, its states and what may follow what. Never how it is stored or shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class JobType(StrEnum):
    """What one generation writes."""

    QUESTION = "question"
    ANSWER = "answer"


class Status(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can be done to a job; each is one compare-and-set statement in the store."""

    CLAIM = "claim"
    POSTPONE = "postpone"
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"


# A missing key is the illegal transition.
TRANSITIONS: dict[Status, dict[Move, Status]] = {
    Status.QUEUED: {
        Move.CLAIM: Status.PROCESSING,
        Move.CANCEL: Status.CANCELLED,
    },
    Status.PROCESSING: {
        Move.POSTPONE: Status.QUEUED,
        Move.COMPLETE: Status.COMPLETED,
        Move.FAIL: Status.FAILED,
        Move.CANCEL: Status.CANCELLED,
    },
    Status.COMPLETED: {},
    Status.FAILED: {},
    Status.CANCELLED: {},
}

TERMINAL = frozenset(status for status, moves in TRANSITIONS.items() if not moves)
ACTIVE = frozenset(Status) - TERMINAL


def sources(move: Move) -> frozenset[Status]:
    """Return the states from which `move` is legal."""
    return frozenset(status for status, moves in TRANSITIONS.items() if move in moves)


class Stage(StrEnum):
    """What an attempt is busy with."""

    THINKING = "thinking"
    WRITING = "writing"
    SAVING = "saving"


class Category(StrEnum):
    """What kind of question an interviewer asks."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    SITUATIONAL = "situational"
    EXPERIENCE = "experience"
    CULTURE_FIT = "culture_fit"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where an event stands in its job's log, written `<attempt>-<n>`; n counts from 1 within the attempt.

    `<attempt>-0` is before the first event of the attempt: a view made of the database row alone.
    """

    attempt: int
    n: int

    def __str__(self) -> str:
        return f"{self.attempt}-{self.n}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read `<attempt>-<n>`; raises ValueError when `text` is anything else."""
        attempt, n = text.split("-")
        return cls(int(attempt), int(n))

    def next(self) -> "Position":
        """Return the position after this one in the same attempt."""
        return Position(self.attempt, self.n + 1)

    def follows(self, other: "Position") -> bool:
        """Tell whether nothing can lie between `other` and this position."""
        if self.attempt == other.attempt:
            return self.n == other.n + 1
        return self.attempt > other.attempt and self.n == 1


class Hold(NamedTuple):
    """What a lease is on: one attempt of a job."""

    job_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Question:
    """One finished question; `index` counts from 0 within its set."""

    index: int
    text: str
    category: Category
    intent: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The text being written: of question `index`, or of the answer (index 0)."""

    index: int
    value: str


@dataclass(frozen=True, slots=True)
class Partial:
    """What a job has written so far; questions in order of index."""

    questions: tuple[Question, ...] = ()
    text: Draft | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an attempt is: `done` of `total` questions (1 for an answer)."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed or waits, in words a person can use."""

    code: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class QuestionsResult:
    """What a completed question job made: question set `#number` of its interview."""

    question_set_id: str
    number: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A model answer to one question: what to say, the points that carry it, and what to avoid."""

    text: str
    key_points: tuple[str, ...]
    avoid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """What a completed answer job made."""

    answer_id: str
    question_id: str
    answer: Answer


Result = QuestionsResult | AnswerResult


@dataclass(frozen=True, slots=True)
class Usage:
    """What one attempt cost: tokens as the service of `model` counts them, 0 where nothing is counted."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """The row of truth of one generation. Ids are UUID text, times are UTC to the millisecond.

    `last` is the position of the terminal event. Once the job is sealed, `partial` and `progress` hold everything
    its log knew and its view needs no log; until then `partial` holds the finished questions. `failures` and `waits`
    count what the model service did: failed, and asked to be left alone for a while; `crashes` counts lost workers.
    """

    id: str
    user_id: str
    interview_id: str
    type: JobType
    status: Status
    count: int
    language: str
    created_at: datetime
    question_id: str | None = None
    comment: str | None = None
    attempt: int = 0
    failures: int = 0
    waits: int = 0
    crashes: int = 0
    partial: Partial = field(default_factory=Partial)
    progress: Progress | None = None
    result: Result | None = None
    error: JobError | None = None
    last: Position | None = None
    is_sealed: bool = False
    run_after: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    estimated_seconds: float | None = None
    usage: Mapping[int, Usage] = field(default_factory=dict)  # by attempt

    @property
    def is_active(self) -> bool:
        """Whether something may still happen to the job."""
        return self.status in ACTIVE
