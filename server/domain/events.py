"""The facts that can happen to a job, and the envelope that places one in the job's log."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.job import JobError, Position, Question, Result, Stage
from server.domain.view import View


@dataclass(frozen=True, slots=True)
class Queued:
    """The job was accepted."""

    job: View


@dataclass(frozen=True, slots=True)
class Started:
    """A worker began an attempt; it `keeps` the first finished questions of earlier ones."""

    keeps: int = 0


@dataclass(frozen=True, slots=True)
class Progressed:
    """The attempt reached a stage, or finished one more question."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TextWritten:
    """More of the text being written; `offset` in UTF-16 code units, as browsers count."""

    index: int
    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionWritten:
    """A question is final."""

    question: Question


@dataclass(frozen=True, slots=True)
class Retrying:
    """The attempt failed for a passing reason; the next one starts at `retry_at`."""

    error: JobError
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Completed:
    """The job ended with a result."""

    result: Result


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended without a result."""

    error: JobError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The user ended the job; what was written stays."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Redis had lost the log; this is where the job stands."""

    job: View


Fact = (
    Queued | Started | Progressed | TextWritten | QuestionWritten | Retrying | Completed | Failed | Cancelled | Restored
)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in its place: never changed once written."""

    job_id: str
    position: Position
    at: datetime
    fact: Fact
