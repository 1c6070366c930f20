"""Rows of generation_jobs as the domain's jobs, and the conditions that statements on them share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.job import Job, JobError, Move, Partial, Position, Question, sources
from server.tables import jobs, question_sets, questions

OLDEST_FIRST = (jobs.c.created_at, jobs.c.id)


def legal(move: Move) -> ColumnElement[bool]:
    """Return the condition that `move` may be made."""
    return jobs.c.status.in_(sorted(sources(move)))


def running(job_id: str, attempt: int, move: Move) -> ColumnElement[bool]:
    """Return the condition that the attempt still holds the job and may make `move`.

    A postponed job keeps its attempt but has no holder.
    """
    is_held = jobs.c.lease_owner.is_not(None)
    return and_(jobs.c.id == job_id, jobs.c.attempt == attempt, is_held, legal(move))


def due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the job need not wait any longer."""
    return or_(jobs.c.run_after.is_(None), jobs.c.run_after <= now)


def error_values(error: JobError) -> dict[str, Any]:
    """Return the columns of an error."""
    return {"error_code": error.code, "error_message": error.message, "error_retryable": error.retryable}


async def read_jobs(connection: AsyncConnection, statement: Executable) -> list[Job]:
    """Return the jobs that `statement` selects or changes; one more query tells what the unsealed ones have written."""
    rows = (await connection.execute(statement)).all()
    written = await _written(connection, [row.id for row in rows if row.partial is None])
    return [_job(row, written.get(row.id, ())) for row in rows]


async def _written(connection: AsyncConnection, job_ids: Sequence[str]) -> Mapping[str, tuple[Question, ...]]:
    if not job_ids:
        return {}
    # Not only of unfinished sets: the job may complete between the two queries, and what it wrote may not vanish.
    statement = (
        select(question_sets.c.job_id, questions)
        .join(question_sets, question_sets.c.id == questions.c.question_set_id)
        .where(question_sets.c.job_id.in_(job_ids))
        .order_by(questions.c.index)
    )
    written: dict[str, tuple[Question, ...]] = {}
    for row in await connection.execute(statement):
        written[row.job_id] = (*written.get(row.job_id, ()), question_of(row))
    return written


def question_of(row: Row[Any]) -> Question:
    """Return the question that a row of interview_questions holds."""
    return Question(row._mapping[questions.c.index], row.text, row.category, row.intent, row.follow_up)


def _job(row: Row[Any], written: tuple[Question, ...]) -> Job:
    error = JobError(row.error_code, row.error_message, row.error_retryable) if row.error_code else None
    return Job(
        id=row.id,
        user_id=row.user_id,
        interview_id=row.interview_id,
        type=row.type,
        status=row.status,
        count=row._mapping[jobs.c.count],
        language=row.language,
        created_at=row.created_at,
        question_id=row.question_id,
        comment=row.comment,
        attempt=row.attempt,
        failures=row.failures,
        waits=row.waits,
        crashes=row.crashes,
        partial=Partial(written) if row.partial is None else row.partial,
        progress=row.progress,
        result=row.result,
        error=error,
        last=None if row.last_n is None else Position(row.attempt, row.last_n),
        is_sealed=row.partial is not None,
        run_after=row.run_after,
        started_at=row.started_at,
        completed_at=row.completed_at,
        estimated_seconds=row.estimated_seconds,
        usage=row.usage or {},
    )
