"""The answers to questions: kept as rows, the newest one shown. Runs inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils import uuid7

from server.domain.interview import StoredAnswer
from server.domain.job import Answer, AnswerResult, Job
from server.tables import answers, question_sets, questions


async def keep_answer(connection: AsyncConnection, job: Job, answer: Answer, now: datetime) -> AnswerResult:
    """Write the answer of an answer job; earlier ones stay rows."""
    assert job.question_id is not None
    answer_id = str(uuid7())
    of_job = {"question_id": job.question_id, "job_id": job.id, "comment": job.comment}
    await connection.execute(insert(answers).values(id=answer_id, **of_job, **asdict(answer), created_at=now))
    return AnswerResult(answer_id, job.question_id, answer)


async def newest_answers(connection: AsyncConnection, *of_sets: ColumnElement[bool]) -> Mapping[str, StoredAnswer]:
    """Return the newest answer to each question of these sets, by the question's id."""
    from_sets = answers.join(questions, questions.c.id == answers.c.question_id).join(
        question_sets, question_sets.c.id == questions.c.question_set_id
    )
    newest_first = (answers.c.created_at.desc(), answers.c.id.desc())
    age = func.row_number().over(partition_by=answers.c.question_id, order_by=newest_first).label("age")
    ranked = select(answers.c.id, age).select_from(from_sets).where(*of_sets).subquery()
    # Earlier ones stay in the database: a question may have been answered many times, at length.
    statement = select(answers).join(ranked, ranked.c.id == answers.c.id).where(ranked.c.age == 1)
    return {row.question_id: _answer(row) for row in await connection.execute(statement)}


def _answer(row: Any) -> StoredAnswer:
    answer = Answer(row.text, tuple(row.key_points), tuple(row.avoid))
    return StoredAnswer(row.id, row.job_id, answer, row.comment, row.created_at)
