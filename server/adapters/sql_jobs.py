"""JobStore in a SQL database: what users do to jobs. Workers go on in sql_attempts.py, sweepers in sql_sweep.py."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from sqlalchemy import case, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.adapters.sql_attempts import UNHELD, SqlAttempts
from server.adapters.sql_rows import OLDEST_FIRST, legal, read_jobs
from server.adapters.sql_sweep import SqlSweep
from server.domain.errors import DailyLimitReached, GenerationActive, IdempotencyKeyReused, NotFound, Unavailable
from server.domain.job import ACTIVE, TERMINAL, Job, JobType, Move, Status
from server.domain.view import View
from server.ports import NewJob
from server.tables import interviews, jobs, question_sets, questions, users

# Each lost race means that another request of the same user has just won one.
CREATE_TRIES = 5
# Enough for a median that one odd job does not move, few enough to follow a change of model.
ESTIMATE_JOBS = 20


class SqlJobStore(SqlAttempts, SqlSweep):
    """The truth about jobs."""

    async def create(self, new: NewJob, now: datetime, daily_limit: int = 0) -> tuple[Job, bool]:
        """Insert a queued job; the unique indexes decide between requests at the same moment."""
        for _ in range(CREATE_TRIES):
            try:
                async with self._database.write() as connection:
                    return await _create(connection, new, now, daily_limit)
            except IntegrityError:
                continue  # another request was faster, or the interview is gone by now: look again
        raise Unavailable("Too many requests at the same moment.")

    async def get(self, user_id: str, job_id: str) -> Job:
        """Return the user's job."""
        async with self._database.read() as connection:
            return await _get(connection, user_id, job_id)

    async def active(self, user_ids: Sequence[str], known: Sequence[str] = ()) -> list[Job]:
        """Return the active jobs of these users, and the known ones."""
        is_wanted = or_(jobs.c.status.in_(sorted(ACTIVE)), jobs.c.id.in_(known))
        statement = select(jobs).where(jobs.c.user_id.in_(user_ids), is_wanted)
        async with self._database.read() as connection:
            return await read_jobs(connection, statement.order_by(*OLDEST_FIRST))

    async def ended(self, user_ids: Sequence[str], since: datetime) -> list[Job]:
        """Return the jobs of these users that ended lately."""
        statement = select(jobs).where(jobs.c.user_id.in_(user_ids), jobs.c.completed_at >= since)
        async with self._database.read() as connection:
            return await read_jobs(connection, statement.order_by(*OLDEST_FIRST))

    async def select(self, user_id: str, job_ids: Sequence[str]) -> list[Job]:
        """Return those jobs that are the user's."""
        statement = select(jobs).where(jobs.c.user_id == user_id, jobs.c.id.in_(job_ids))
        async with self._database.read() as connection:
            return await read_jobs(connection, statement.order_by(*OLDEST_FIRST))

    async def recent(self, user_id: str, limit: int) -> list[Job]:
        """Return the user's newest jobs."""
        newest_first = [column.desc() for column in OLDEST_FIRST]
        statement = select(jobs).where(jobs.c.user_id == user_id).order_by(*newest_first).limit(limit)
        async with self._database.read() as connection:
            return await read_jobs(connection, statement)

    async def cancel(self, user_id: str, job_id: str, now: datetime) -> tuple[Job, bool]:
        """End an active job."""
        statement = (
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.user_id == user_id, legal(Move.CANCEL))
            .values(status=Status.CANCELLED, attempt=jobs.c.attempt + 1, last_n=1, completed_at=now, **UNHELD)
            .returning(jobs)
        )
        async with self._database.write() as connection:
            cancelled = await read_jobs(connection, statement)
            return (cancelled[0], True) if cancelled else (await _get(connection, user_id, job_id), False)

    async def seal(self, job: Job, view: View) -> None:
        """Fill in what only the log knew; the first to do so decides."""
        is_unsealed = jobs.c.partial.is_(None) & jobs.c.status.in_(sorted(TERMINAL))
        statement = update(jobs).where(jobs.c.id == job.id, jobs.c.attempt == job.attempt, is_unsealed)
        async with self._database.write() as connection:
            told = {"partial": view.partial, "progress": view.progress, "started_at": view.started_at}
            await connection.execute(statement.values(**told, last_n=view.position.n))


async def _create(connection: AsyncConnection, new: NewJob, now: datetime, daily_limit: int) -> tuple[Job, bool]:
    of_user = select(jobs).where(jobs.c.user_id == new.user_id, jobs.c.status.in_(sorted(ACTIVE)))
    active = await read_jobs(connection, of_user)
    # Only now: the active job may be this very request's, made between two statements.
    if known := await _known(connection, new):
        return known, False
    interview_id, language = await _subject(connection, new)
    if active:
        raise GenerationActive(active[0])
    if daily_limit and await _count_today(connection, new.user_id, now) > daily_limit:
        raise DailyLimitReached(daily_limit, now)
    statement = insert(jobs).values(
        id=new.id,
        user_id=new.user_id,
        interview_id=interview_id,
        question_id=new.question_id,
        type=new.type,
        status=Status.QUEUED,
        count=new.count,
        language=language,
        comment=new.comment,
        idempotency_key=new.idempotency_key,
        input_hash=new.input_hash,
        created_at=now,
        estimated_seconds=await _estimate(connection, new.type),
    )
    return (await read_jobs(connection, statement.returning(jobs)))[0], True


async def _count_today(connection: AsyncConnection, user_id: str, now: datetime) -> int:
    """Count one more generation of the user's day (UTC) and return how many that are."""
    today = now.date()
    count = case((users.c.day == today, users.c.day_generations + 1), else_=1)
    statement = update(users).where(users.c.id == user_id).values(day=today, day_generations=count)
    return int((await connection.execute(statement.returning(users.c.day_generations))).scalar_one())


async def _known(connection: AsyncConnection, new: NewJob) -> Job | None:
    """Return the job that this request made before: under its key, or under its id when an answer was lost."""
    is_same = [jobs.c.id == new.id]
    if new.idempotency_key is not None:
        is_same.append(jobs.c.idempotency_key == new.idempotency_key)
    statement = select(jobs.c.id, jobs.c.input_hash).where(jobs.c.user_id == new.user_id, or_(*is_same))
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    if row.input_hash != new.input_hash:
        raise IdempotencyKeyReused("This Idempotency-Key was used with another body.")
    return await _get(connection, new.user_id, row.id)


async def _subject(connection: AsyncConnection, new: NewJob) -> tuple[str, str]:
    """Return the interview the job is for, and its language; raises NotFound unless it is the user's."""
    statement = select(interviews.c.id, interviews.c.language).where(interviews.c.user_id == new.user_id)
    if new.type is JobType.ANSWER:
        sets_and_questions = question_sets.join(questions, questions.c.question_set_id == question_sets.c.id)
        statement = statement.join(sets_and_questions, question_sets.c.interview_id == interviews.c.id)
        statement = statement.where(questions.c.id == new.question_id, question_sets.c.number.is_not(None))
    else:
        statement = statement.where(interviews.c.id == new.interview_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise NotFound("There is no such question." if new.type is JobType.ANSWER else "There is no such interview.")
    return row.id, row.language


async def _estimate(connection: AsyncConnection, kind: JobType) -> float | None:
    """Return the median duration in seconds of the newest completed jobs of all users."""
    statement = (
        select(jobs.c.created_at, jobs.c.completed_at)
        .where(jobs.c.type == kind, jobs.c.status == Status.COMPLETED)
        .order_by(jobs.c.completed_at.desc())
        .limit(ESTIMATE_JOBS)
    )
    rows = (await connection.execute(statement)).all()
    seconds = [(row.completed_at - row.created_at).total_seconds() for row in rows]
    return round(median(seconds), 3) if seconds else None


async def _get(connection: AsyncConnection, user_id: str, job_id: str) -> Job:
    found = await read_jobs(connection, select(jobs).where(jobs.c.id == job_id, jobs.c.user_id == user_id))
    if not found:
        raise NotFound("There is no such job.")
    return found[0]
