"""The sweepers' part of the sql JobStore: what was forgotten, what was left behind, what is old."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from server.adapters.sql_attempts import UNHELD
from server.adapters.sql_database import Database
from server.adapters.sql_rows import OLDEST_FIRST, due, error_values, legal, read_jobs
from server.domain.job import TERMINAL, Job, JobError, Move, Status
from server.tables import jobs, question_sets


class SqlSweep:
    """What a sweeper does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def undelivered(self, now: datetime, rung_before: datetime, limit: int) -> list[Job]:
        """Return the due jobs nobody was woken for."""
        is_silent = or_(jobs.c.dispatched_at.is_(None), jobs.c.dispatched_at < rung_before)
        statement = select(jobs).where(jobs.c.status == Status.QUEUED, due(now), is_silent)
        async with self._database.read() as connection:
            return await read_jobs(connection, statement.order_by(*OLDEST_FIRST).limit(limit))

    async def rung(self, job_ids: Sequence[str], now: datetime) -> None:
        """Note that the doorbell of these jobs was rung."""
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(jobs.c.id.in_(job_ids)).values(dispatched_at=now))

    async def expired(self, now: datetime, limit: int) -> list[Job]:
        """Return running jobs whose lease ran out, the longest ago first."""
        statement = select(jobs).where(jobs.c.status == Status.PROCESSING, jobs.c.lease_expires_at <= now)
        async with self._database.read() as connection:
            return await read_jobs(connection, statement.order_by(jobs.c.lease_expires_at).limit(limit))

    async def reclaim(self, job: Job, now: datetime, error: JobError | None) -> Job | None:
        """Take a running job from a dead worker: a renewed lease or a higher attempt says that it is not dead."""
        move = Move.POSTPONE if error is None else Move.FAIL
        is_dead = (jobs.c.attempt == job.attempt, jobs.c.lease_expires_at <= now)
        statement = update(jobs).where(jobs.c.id == job.id, legal(move), *is_dead)
        statement = statement.values(attempt=jobs.c.attempt + 1, crashes=jobs.c.crashes + 1, **UNHELD)
        if error is None:
            statement = statement.values(status=Status.QUEUED, run_after=now, dispatched_at=None)
        else:
            statement = statement.values(status=Status.FAILED, completed_at=now, last_n=1, **error_values(error))
        async with self._database.write() as connection:
            reclaimed = await read_jobs(connection, statement.returning(jobs))
            return reclaimed[0] if reclaimed else None

    async def purge(self, completed_before: datetime, limit: int) -> int:
        """Delete old jobs; a set without a number is shown nowhere and goes with its job."""
        is_old = (jobs.c.status.in_(sorted(TERMINAL)), jobs.c.completed_at < completed_before)
        oldest = select(jobs.c.id).where(*is_old).order_by(jobs.c.completed_at).limit(limit)
        async with self._database.write() as connection:
            job_ids = list(await connection.scalars(oldest))
            is_unfinished = (question_sets.c.job_id.in_(job_ids), question_sets.c.number.is_(None))
            await connection.execute(delete(question_sets).where(*is_unfinished))
            return (await connection.execute(delete(jobs).where(jobs.c.id.in_(job_ids)))).rowcount
