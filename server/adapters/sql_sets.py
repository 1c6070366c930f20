"""The question set of a job: opened by its first finished question, numbered when the job completes.

Each function runs inside a transaction that has locked the job's row, so that one attempt at a time writes here.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils import uuid7

from server.adapters.sql_rows import question_of
from server.domain.job import Job, Question, QuestionsResult
from server.tables import question_sets, questions


async def open_set(connection: AsyncConnection, job: Job, now: datetime) -> str:
    """Return the id of the job's set, made where there is none."""
    found = await connection.scalar(select(question_sets.c.id).where(question_sets.c.job_id == job.id))
    if found is not None:
        return str(found)
    set_id = str(uuid7())
    values = {"interview_id": job.interview_id, "job_id": job.id, "comment": job.comment, "created_at": now}
    await connection.execute(insert(question_sets).values(id=set_id, **values))
    return set_id


async def keep_question(
    connection: AsyncConnection, set_id: str, question: Question, question_id: str, now: datetime
) -> None:
    """Write a question; one of the same index is replaced and keeps its id, as in the fold."""
    values = asdict(question)
    place = (questions.c.question_set_id == set_id, questions.c.index == question.index)
    replaced = await connection.execute(update(questions).where(*place).values(values))
    if not replaced.rowcount:
        added = insert(questions).values(id=question_id, question_set_id=set_id, created_at=now)
        await connection.execute(added.values(values))


async def finish_set(
    connection: AsyncConnection, job: Job, written: tuple[Question, ...], now: datetime
) -> QuestionsResult:
    """Make the set part of the interview's history, with whatever was written and is not yet a row."""
    set_id = await open_set(connection, job, now)
    for question in written:
        if question not in job.partial.questions:
            await keep_question(connection, set_id, question, str(uuid7()), now)
    of_interview = question_sets.c.interview_id == job.interview_id
    number = await connection.scalar(select(func.coalesce(func.max(question_sets.c.number), 0) + 1).where(of_interview))
    numbered = update(question_sets).where(question_sets.c.id == set_id)
    await connection.execute(numbered.values(number=number, created_at=now))
    # Read back: the result is what the history shows.
    rows = await connection.execute(
        select(questions).where(questions.c.question_set_id == set_id).order_by(questions.c.index)
    )
    assert number is not None
    return QuestionsResult(set_id, number, tuple(map(question_of, rows)))
