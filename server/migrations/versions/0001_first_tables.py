"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ACTIVE = sa.text("status IN ('processing', 'queued')")
QUEUED = sa.text("status = 'queued'")
PROCESSING = sa.text("status = 'processing'")

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, parents first."""
    _create_users()
    _create_interviews()
    _create_question_sets()
    _create_interview_questions()
    _create_answers()
    _create_generation_jobs()
    _index_generation_jobs()


def downgrade() -> None:
    """Drop the tables with everything in them, children first."""
    for name in ("generation_jobs", "answers", "interview_questions", "question_sets", "interviews", "users"):
        op.drop_table(name)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True)


def _reference(name: str, table: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid(as_uuid=False), key, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _choice(name: str, *values: str) -> tuple[sa.Column[str], sa.CheckConstraint]:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.Column(name, sa.String(20), nullable=False), sa.CheckConstraint(f"{name} IN ({listed})", name=name)


def _create_users() -> None:
    op.create_table("users", _id(), _time("created_at"))


def _create_interviews() -> None:
    op.create_table(
        "interviews",
        _id(),
        _reference("user_id", "users"),
        _text("company"),
        _text("position"),
        _text("job_posting"),
        _text("resume"),
        *_choice("language", "ko", "en"),
        _time("created_at"),
        _time("updated_at"),
    )
    op.create_index(None, "interviews", ["user_id", "created_at"])


def _create_question_sets() -> None:
    op.create_table(
        "question_sets",
        _id(),
        _reference("interview_id", "interviews"),
        sa.Column("job_id", sa.Uuid(as_uuid=False), nullable=False, unique=True),
        _number("number", nullable=True),
        _text("comment", nullable=True),
        _time("created_at"),
        sa.UniqueConstraint("interview_id", "number"),
    )


def _create_interview_questions() -> None:
    categories = ("technical", "behavioural", "situational", "experience", "culture_fit", "gaps")
    op.create_table(
        "interview_questions",
        _id(),
        _reference("question_set_id", "question_sets"),
        _number("index"),
        _text("text"),
        *_choice("category", *categories),
        _text("intent"),
        _text("follow_up"),
        _time("created_at"),
        sa.UniqueConstraint("question_set_id", "index"),
    )


def _create_answers() -> None:
    op.create_table(
        "answers",
        _id(),
        _reference("question_id", "interview_questions"),
        sa.Column("job_id", sa.Uuid(as_uuid=False), nullable=False, unique=True),
        _text("text"),
        _text("comment", nullable=True),
        _time("created_at"),
    )
    op.create_index(None, "answers", ["question_id"])


def _create_generation_jobs() -> None:
    op.create_table(
        "generation_jobs",
        _id(),
        _reference("user_id", "users"),
        _reference("interview_id", "interviews"),
        _reference("question_id", "interview_questions", nullable=True),
        *_choice("type", "question", "answer"),
        *_choice("status", "queued", "processing", "completed", "failed", "cancelled"),
        _number("count"),
        *_choice("language", "ko", "en"),
        _text("comment", nullable=True),
        _text("idempotency_key", nullable=True),
        _text("input_hash"),
        _time("created_at"),
        sa.Column("estimated_seconds", sa.Float()),
        _number("attempt"),
        _number("failures"),
        _number("crashes"),
        _text("lease_owner", nullable=True),
        _time("lease_expires_at", nullable=True),
        _time("run_after", nullable=True),
        _time("dispatched_at", nullable=True),
        _time("started_at", nullable=True),
        _time("completed_at", nullable=True),
        _number("last_n", nullable=True),
        sa.Column("partial", sa.JSON()),
        sa.Column("progress", sa.JSON()),
        sa.Column("result", sa.JSON()),
        _text("error_code", nullable=True),
        _text("error_message", nullable=True),
        sa.Column("error_retryable", sa.Boolean()),
        _text("model", nullable=True),
        sa.Column("usage", sa.JSON()),
        sa.UniqueConstraint("user_id", "idempotency_key"),
    )


def _index_generation_jobs() -> None:
    table = "generation_jobs"
    active_user = "uq_generation_jobs_active_user_id"
    op.create_index(active_user, table, ["user_id"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    op.create_index("ix_generation_jobs_queued", table, ["created_at"], sqlite_where=QUEUED, postgresql_where=QUEUED)
    op.create_index(
        "ix_generation_jobs_leases", table, ["lease_expires_at"], sqlite_where=PROCESSING, postgresql_where=PROCESSING
    )
    op.create_index(None, table, ["user_id", "created_at"])
    op.create_index("ix_generation_jobs_ended", table, ["completed_at"])
    op.create_index(None, table, ["interview_id"])
    op.create_index(None, table, ["question_id"])
