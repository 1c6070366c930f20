"""The port of every text model: what it is asked, what it yields, how it fails. Never how a model is reached."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from server.domain.errors import ServiceError
from server.domain.interview import InterviewDetails
from server.domain.job import JobType, Question


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one attempt asks of a model.

    `job_id` is also the seed: two attempts of a job ask for the same work. `count` questions, at least one, are still
    to be written; `kept` were finished by earlier attempts and `earlier` are the texts of the interview's earlier sets:
    none of them may be repeated. An answer is written to `question`. `is_repair`: what was written to this before was
    cut short, or could not be read.
    """

    job_id: str
    type: JobType
    interview: InterviewDetails
    comment: str | None
    count: int
    kept: tuple[Question, ...] = ()
    earlier: tuple[str, ...] = ()
    question: Question | None = None
    is_repair: bool = False

    @property
    def taken(self) -> tuple[str, ...]:
        """The texts that may not be written again."""
        return (*(question.text for question in self.kept), *self.earlier)


class FinishReason(StrEnum):
    """Why a model ended its text; design.md, Retry classification, says what follows from each."""

    STOP = "stop"  # it had nothing more to write: the document should be complete
    LENGTH = "length"  # cut at the token limit: one continuation
    BLOCKED = "blocked"  # a blocked prompt or a safety stop: not retryable
    OTHER = "other"  # given up for a reason of the service's own: counted as a passing failure


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the stream has cost so far, as the model service counts: the last word counts."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


@dataclass(frozen=True, slots=True)
class Finish:
    """The last thing a model yields."""

    reason: FinishReason


class ModelErrorCode(StrEnum):
    """What went wrong at the model service."""

    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    UNAVAILABLE = "model_unavailable"
    BLOCKED = "blocked"
    MISCONFIGURED = "model_misconfigured"


class ModelError(ServiceError):
    """The model service failed. `retry_after` is the wait it asked for: such a wait is not counted as a failure."""

    def __init__(
        self, code: ModelErrorCode, message: str, *, retryable: bool, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after


Piece = str | Tokens | Finish


class TextModel(Protocol):
    """A model that writes JSON text."""

    @property
    def name(self) -> str:
        """The model's name as it is stored with a job."""
        ...

    def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Yield pieces of JSON text, cut anywhere (also inside an escape), and a Finish last.

        Tokens may come at any time; best before the piece they paid for, because a reader that has enough stops there.

        Of a question generation the text is an array of flat objects, what is asked first: `[{"ask": "...", "category":
        "technical", "follow_up": "...", "intent": "..."}]`; of an answer one object, what is said first: `{"answer":
        "...", "avoid": ["..."], "key_points": ["..."]}`. (Gemini writes properties in alphabetical order; one of its
        libraries cannot ask for another: what is to be shown first has to be first there.)

        A stream that ends without a Finish was cut short and is a passing failure. Closing the generator (`aclose`)
        stops the model. Raises ModelError.
        """
        ...
