"""The tables, and how values of the domain stand in their columns. Never a statement: those are the adapters'."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, DateTime, Enum, Index, MetaData, UniqueConstraint, Uuid, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from server.domain.interview import Language
from server.domain.job import ACTIVE, Category, JobType, Partial, Progress, Result, Status, Usage
from server.domain.wire import (
    Json,
    parse_partial,
    parse_progress,
    parse_result,
    parse_usage,
    partial_json,
    result_json,
    usage_json,
)

T = TypeVar("T")

# Names that migrations can rely on, in both databases.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
ID = Uuid(as_uuid=False)


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, cut to milliseconds: SQLite keeps it as text without a zone, PostgreSQL with one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times without a zone: nobody could tell what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        cut = value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
        return cut.replace(tzinfo=None) if dialect.name == "sqlite" else cut

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class DomainJson(TypeDecorator[T]):
    """A value of the domain in its JSON form (server/domain/wire.py)."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, write: Callable[[T], Json], read: Callable[[Json], T]) -> None:
        super().__init__()
        self.write = write
        self.read = read

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return the JSON form."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:  # noqa: ARG002
        """Return the value."""
        return None if value is None else self.read(value)


def _choice(kind: type[StrEnum], name: str) -> Enum:
    """Return the type of a text column with a CHECK: the same in both databases, unlike an enum type of PostgreSQL."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def _where(condition: str) -> dict[str, Any]:
    """Return what makes an index partial in both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Row(SQLModel, registry=registry(metadata=metadata)):
    """The base of every table."""


class UserRow(Row, table=True):
    """Whoever signed in; guests too. `day_generations` were started on `day` (UTC); deletions give none back."""

    __tablename__ = "users"

    id: str = Field(sa_type=ID, primary_key=True)
    created_at: datetime = Field(sa_type=UtcTime)
    day: date | None
    day_generations: int = 0


class InterviewRow(Row, table=True):
    """What a user prepares for."""

    __tablename__ = "interviews"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    id: str = Field(sa_type=ID, primary_key=True)
    user_id: str = Field(sa_type=ID, foreign_key="users.id", ondelete="CASCADE")
    company: str
    position: str
    job_posting: str
    resume: str
    language: Language = Field(sa_type=_choice(Language, "language"))
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class QuestionSetRow(Row, table=True):
    """The questions of one job. Without a `number` it is unfinished: no history shows it, and it ends with its job.

    A finished set outlives its job, so `job_id` is no foreign key.
    """

    __tablename__ = "question_sets"
    __table_args__ = (UniqueConstraint("interview_id", "number"),)

    id: str = Field(sa_type=ID, primary_key=True)
    interview_id: str = Field(sa_type=ID, foreign_key="interviews.id", ondelete="CASCADE")
    job_id: str = Field(sa_type=ID, unique=True)
    number: int | None
    comment: str | None
    created_at: datetime = Field(sa_type=UtcTime)


class QuestionRow(Row, table=True):
    """One question of a set; `index` counts from 0."""

    __tablename__ = "interview_questions"
    __table_args__ = (UniqueConstraint("question_set_id", "index"),)

    id: str = Field(sa_type=ID, primary_key=True)
    question_set_id: str = Field(sa_type=ID, foreign_key="question_sets.id", ondelete="CASCADE")
    index: int
    text: str
    category: Category = Field(sa_type=_choice(Category, "category"))
    intent: str
    follow_up: str
    created_at: datetime = Field(sa_type=UtcTime)


class AnswerRow(Row, table=True):
    """A model answer to a question; of several, the newest one is shown. `job_id` is no foreign key, as in a set."""

    __tablename__ = "answers"

    id: str = Field(sa_type=ID, primary_key=True)
    question_id: str = Field(sa_type=ID, foreign_key="interview_questions.id", ondelete="CASCADE", index=True)
    job_id: str = Field(sa_type=ID, unique=True)
    text: str
    key_points: list[str] = Field(sa_type=JSON)
    avoid: list[str] = Field(sa_type=JSON)
    comment: str | None
    created_at: datetime = Field(sa_type=UtcTime)


_ACTIVE = f"status IN ({', '.join(repr(status.value) for status in sorted(ACTIVE))})"


class JobRow(Row, table=True):
    """One generation (server/domain/job.py). Its terminal event stands at `<attempt>-<last_n>`.

    `partial` and `progress` are filled when the job is sealed; what an unsealed job has written are the rows of its
    set. `estimated_seconds` is taken at creation, so that it never changes under a view.
    """

    __tablename__ = "generation_jobs"
    __table_args__ = (
        # One generation at a time for each user: here, and nowhere else, it is enforced.
        Index("uq_generation_jobs_active_user_id", "user_id", unique=True, **_where(_ACTIVE)),
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_generation_jobs_queued", "created_at", **_where("status = 'queued'")),
        Index("ix_generation_jobs_leases", "lease_expires_at", **_where("status = 'processing'")),
        Index(None, "user_id", "created_at"),  # both databases read it backwards as well: newest first
        Index("ix_generation_jobs_ended", "completed_at"),
    )

    id: str = Field(sa_type=ID, primary_key=True)
    user_id: str = Field(sa_type=ID, foreign_key="users.id", ondelete="CASCADE")
    interview_id: str = Field(sa_type=ID, foreign_key="interviews.id", ondelete="CASCADE", index=True)
    question_id: str | None = Field(
        sa_type=ID, foreign_key="interview_questions.id", ondelete="CASCADE", nullable=True, index=True
    )
    type: JobType = Field(sa_type=_choice(JobType, "type"))
    status: Status = Field(sa_type=_choice(Status, "status"))
    count: int
    language: Language = Field(sa_type=_choice(Language, "language"))
    comment: str | None
    idempotency_key: str | None
    input_hash: str
    created_at: datetime = Field(sa_type=UtcTime)
    estimated_seconds: float | None

    attempt: int = 0
    failures: int = 0
    waits: int = 0
    crashes: int = 0
    lease_owner: str | None
    lease_expires_at: datetime | None = Field(sa_type=UtcTime)
    run_after: datetime | None = Field(sa_type=UtcTime)
    dispatched_at: datetime | None = Field(sa_type=UtcTime)
    started_at: datetime | None = Field(sa_type=UtcTime)
    completed_at: datetime | None = Field(sa_type=UtcTime)

    last_n: int | None
    partial: Partial | None = Field(sa_type=DomainJson(partial_json, parse_partial))
    progress: Progress | None = Field(sa_type=DomainJson(asdict, parse_progress))
    result: Result | None = Field(sa_type=DomainJson(result_json, parse_result))
    error_code: str | None
    error_message: str | None
    error_retryable: bool | None
    model: str | None
    usage: Mapping[int, Usage] | None = Field(sa_type=DomainJson(usage_json, parse_usage))


# What statements are built on: the classes above are the one definition, and nothing here uses the ORM.
users = metadata.tables["users"]
interviews = metadata.tables["interviews"]
question_sets = metadata.tables["question_sets"]
questions = metadata.tables["interview_questions"]
answers = metadata.tables["answers"]
jobs = metadata.tables["generation_jobs"]
