"""InterviewStore in a SQL database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.adapters.sql_answers import newest_answers
from server.adapters.sql_database import Database
from server.adapters.sql_rows import question_of, read_jobs
from server.domain.errors import GenerationActive, NotFound, Unauthenticated
from server.domain.interview import DetailChanges, Interview, InterviewDetails, QuestionSet, StoredQuestion
from server.domain.job import ACTIVE
from server.tables import answers, interviews, jobs, question_sets, questions, users


class SqlInterviewStore:
    """Users, interviews and their finished sets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_user(self, user_id: str, now: datetime) -> None:
        """Make sure the user exists."""
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(users).values(id=user_id, created_at=now))
        except IntegrityError:
            return  # as asked: the user is there

    async def create(self, user_id: str, interview_id: str, details: InterviewDetails, now: datetime) -> Interview:
        """Add an interview."""
        values = {"id": interview_id, "user_id": user_id, "created_at": now, "updated_at": now}
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(interviews).values(**values, **asdict(details)))
                return await _get(connection, user_id, interview_id)
        except IntegrityError as problem:
            return await self._created_before(user_id, interview_id, problem)

    async def get(self, user_id: str, interview_id: str) -> Interview:
        """Return the user's interview."""
        async with self._database.read() as connection:
            return await _get(connection, user_id, interview_id)

    async def list(self, user_id: str) -> Sequence[Interview]:
        """Return the user's interviews with their counts: one query."""
        newest_first = (interviews.c.created_at.desc(), interviews.c.id.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(_counted().where(interviews.c.user_id == user_id).order_by(*newest_first))
            return [_interview(row) for row in rows]

    async def update(self, user_id: str, interview_id: str, changes: DetailChanges, now: datetime) -> Interview:
        """Change those details that are named: nothing else that another request may be changing."""
        is_own = (interviews.c.id == interview_id, interviews.c.user_id == user_id)
        async with self._database.write() as connection:
            await connection.execute(update(interviews).where(*is_own).values(**changes, updated_at=now))
            return await _get(connection, user_id, interview_id)

    async def delete(self, user_id: str, interview_id: str) -> None:
        """Delete the interview; foreign keys take everything of it along."""
        is_own = (interviews.c.id == interview_id, interviews.c.user_id == user_id)
        active = select(jobs).where(jobs.c.interview_id == interview_id, jobs.c.status.in_(sorted(ACTIVE)))
        async with self._database.write() as connection:
            # The lock keeps new jobs out: their foreign key waits for it.
            if await connection.scalar(select(interviews.c.id).where(*is_own).with_for_update()) is None:
                raise NotFound("There is no such interview.")
            for job in await read_jobs(connection, active):
                raise GenerationActive(job)
            await connection.execute(delete(interviews).where(*is_own))

    async def question_sets(self, user_id: str, interview_id: str) -> Sequence[QuestionSet]:
        """Return the finished sets with the newest answers: four queries however many."""
        is_finished = (question_sets.c.interview_id == interview_id, question_sets.c.number.is_not(None))
        sets = select(question_sets).where(*is_finished).order_by(question_sets.c.number.desc())
        of_sets = select(questions).join(question_sets, question_sets.c.id == questions.c.question_set_id)
        async with self._database.read() as connection:
            await _get(connection, user_id, interview_id)
            set_rows = (await connection.execute(sets)).all()
            rows = (await connection.execute(of_sets.where(*is_finished).order_by(questions.c.index))).all()
            answered = await newest_answers(connection, *is_finished)
        written: dict[str, list[StoredQuestion]] = {row.id: [] for row in set_rows}
        for row in rows:
            # A set may have been finished between the two queries.
            stored = StoredQuestion(row.id, question_of(row), answered.get(row.id))
            written.get(row.question_set_id, []).append(stored)
        return [_set(row, written) for row in set_rows]

    async def _created_before(self, user_id: str, interview_id: str, problem: IntegrityError) -> Interview:
        """Tell a repeated call, which is no error, from a user who is gone."""
        try:
            return await self.get(user_id, interview_id)
        except NotFound:
            raise Unauthenticated("Sign in again.") from problem


def _counted() -> Select[Any]:
    """Select interviews with how many finished questions and answers they have."""
    finished = (question_sets.c.interview_id == interviews.c.id, question_sets.c.number.is_not(None))
    of_set = questions.join(question_sets, question_sets.c.id == questions.c.question_set_id)
    of_question = of_set.join(answers, answers.c.question_id == questions.c.id)
    question_count = select(func.count()).select_from(of_set).where(*finished).scalar_subquery()
    answered = select(func.count(questions.c.id.distinct())).select_from(of_question).where(*finished)
    answer_count = answered.scalar_subquery()
    return select(interviews, question_count.label("question_count"), answer_count.label("answer_count"))


async def _get(connection: AsyncConnection, user_id: str, interview_id: str) -> Interview:
    is_own = (interviews.c.id == interview_id, interviews.c.user_id == user_id)
    row = (await connection.execute(_counted().where(*is_own))).first()
    if row is None:
        raise NotFound("There is no such interview.")
    return _interview(row)


def _interview(row: Row[Any]) -> Interview:
    details = InterviewDetails(row.company, row.position, row.job_posting, row.resume, row.language)
    counts = (row.question_count, row.answer_count)
    return Interview(row.id, row.user_id, details, row.created_at, row.updated_at, *counts)


def _set(row: Row[Any], written: Mapping[str, Sequence[StoredQuestion]]) -> QuestionSet:
    return QuestionSet(row.id, row.number, row.job_id, row.created_at, row.comment, tuple(written[row.id]))
