"""What an interview is, and the question sets generated for it. Never how they are stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from server.domain.job import Answer, Question


class Language(StrEnum):
    """The language an interview is prepared in."""

    KOREAN = "ko"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class InterviewDetails:
    """What the candidate tells of an interview; every text may be used in a prompt."""

    company: str
    position: str
    job_posting: str = ""
    resume: str = ""
    language: Language = Language.KOREAN


class DetailChanges(TypedDict, total=False):
    """Those details that are to be changed."""

    company: str
    position: str
    job_posting: str
    resume: str
    language: Language


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview of one user; counts are of finished questions and answers."""

    id: str
    user_id: str
    details: InterviewDetails
    created_at: datetime
    updated_at: datetime
    question_count: int = 0
    answer_count: int = 0


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A finished answer, with its own id and the comment that steered it."""

    id: str
    job_id: str
    answer: Answer
    comment: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question of a finished set, with its own id and the newest answer to it."""

    id: str
    question: Question
    answer: StoredAnswer | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A finished set; `number` counts from 1 within the interview."""

    id: str
    number: int
    job_id: str
    created_at: datetime
    comment: str | None
    questions: tuple[StoredQuestion, ...]
