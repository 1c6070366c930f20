"""The workers' part of the sql JobStore: an attempt from its claim to its end. Nothing here asks whose job it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.adapters.sql_answers import keep_answer
from server.adapters.sql_database import Database
from server.adapters.sql_rows import due, error_values, legal, read_jobs, running
from server.adapters.sql_sets import finish_set, keep_question, open_set
from server.domain.errors import Fenced
from server.domain.job import Answer, Hold, Job, JobError, Move, Question, Result, Status, Usage
from server.domain.view import View
from server.tables import jobs

UNHELD = {"lease_owner": None, "lease_expires_at": None}


class SqlAttempts:
    """What a worker does to the job it works on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, job_id: str, owner: str, now: datetime, lease: timedelta) -> Job | None:
        """Start the next attempt of a queued job that is due."""
        hold = update(jobs).values(lease_owner=owner, lease_expires_at=now + lease).returning(jobs)
        start = hold.where(jobs.c.id == job_id, legal(Move.CLAIM), due(now)).values(
            status=Status.PROCESSING, attempt=jobs.c.attempt + 1, started_at=now, run_after=None
        )
        repeat = hold.where(jobs.c.id == job_id, jobs.c.status == Status.PROCESSING, jobs.c.lease_owner == owner)
        async with self._database.write() as connection:
            claimed = await read_jobs(connection, start) or await read_jobs(connection, repeat)
            return claimed[0] if claimed else None

    async def renew(self, holds: Sequence[Hold], now: datetime, lease: timedelta) -> set[Hold]:
        """Extend the leases of running attempts."""
        # By the ids first: they have an index, pairs have none.
        is_one = (jobs.c.id.in_([hold.job_id for hold in holds]), tuple_(jobs.c.id, jobs.c.attempt).in_(holds))
        is_held = (jobs.c.lease_owner.is_not(None), legal(Move.COMPLETE))
        extended = update(jobs).where(*is_one, *is_held).values(lease_expires_at=now + lease)
        async with self._database.write() as connection:
            rows = await connection.execute(extended.returning(jobs.c.id, jobs.c.attempt))
            return {Hold(row.id, row.attempt) for row in rows}

    async def checkpoint(self, job_id: str, attempt: int, question: Question, question_id: str, now: datetime) -> None:
        """Keep a finished question as a row of the job's unfinished set."""
        async with self._database.write() as connection:
            job = await _hold(connection, job_id, attempt)
            if job is None:
                raise Fenced("The attempt is no longer the job's.")
            set_id = await open_set(connection, job, now)
            await keep_question(connection, set_id, question, question_id, now)

    async def complete(self, job_id: str, view: View, now: datetime, answer: Answer | None = None) -> Job:
        """End a running attempt with its result."""
        async with self._database.write() as connection:
            job = await _hold(connection, job_id, view.position.attempt)
            if job is None:
                return await _ended(connection, job_id, view, Status.COMPLETED)
            result: Result
            if answer is None:
                result = await finish_set(connection, job, view.partial.questions, now)
            else:
                result = await keep_answer(connection, job, answer, now)
            return await _end(connection, job_id, view, Move.COMPLETE, {"result": result, "completed_at": now})

    async def fail(self, job_id: str, view: View, error: JobError, now: datetime) -> Job:
        """End a running attempt without a result."""
        async with self._database.write() as connection:
            return await _end(connection, job_id, view, Move.FAIL, error_values(error) | {"completed_at": now})

    async def postpone(
        self, job_id: str, attempt: int, run_after: datetime, *, failures: int = 0, waits: int = 0
    ) -> None:
        """Give a running attempt back to the queue; the doorbell of the next one has not been rung."""
        statement = (
            update(jobs)
            .where(running(job_id, attempt, Move.POSTPONE))
            .values(status=Status.QUEUED, run_after=run_after, dispatched_at=None, **UNHELD)
            .values(failures=jobs.c.failures + failures, waits=jobs.c.waits + waits)
        )
        is_postponed = (jobs.c.id == job_id, jobs.c.attempt == attempt, jobs.c.status == Status.QUEUED)
        repeated = select(jobs.c.id).where(*is_postponed, jobs.c.run_after == run_after)
        async with self._database.write() as connection:
            if (await connection.execute(statement)).rowcount == 0 and await connection.scalar(repeated) is None:
                raise Fenced("The attempt is no longer the job's.")

    async def spend(self, job_id: str, attempt: int, usage: Usage) -> None:
        """Note what an attempt has cost."""
        async with self._database.write() as connection:
            row = (await connection.execute(select(jobs.c.usage).where(jobs.c.id == job_id).with_for_update())).first()
            if row is not None:
                known = {**(row.usage or {}), attempt: usage}
                statement = update(jobs).where(jobs.c.id == job_id).values(model=usage.model, usage=known)
                await connection.execute(statement)


async def _hold(connection: AsyncConnection, job_id: str, attempt: int) -> Job | None:
    """Lock the row of a running attempt until the transaction ends: SQLite locks everything, PostgreSQL this row."""
    statement = select(jobs).where(running(job_id, attempt, Move.COMPLETE)).with_for_update()
    found = await read_jobs(connection, statement)
    return found[0] if found else None


async def _end(connection: AsyncConnection, job_id: str, view: View, move: Move, values: dict[str, Any]) -> Job:
    """Make `move`, store everything the attempt's log knows; return the job, also when it had been made before."""
    status = {Move.COMPLETE: Status.COMPLETED, Move.FAIL: Status.FAILED}[move]
    statement = (
        update(jobs)
        .where(running(job_id, view.position.attempt, move))
        .values(status=status, last_n=view.position.next().n, partial=view.partial, progress=view.progress)
        .values(**values, **UNHELD)
    )
    ended = await read_jobs(connection, statement.returning(jobs))
    return ended[0] if ended else await _ended(connection, job_id, view, status)


async def _ended(connection: AsyncConnection, job_id: str, view: View, status: Status) -> Job:
    """Return the job that this attempt has ended before; raises Fenced when it has not."""
    is_done = (jobs.c.id == job_id, jobs.c.attempt == view.position.attempt, jobs.c.status == status)
    found = await read_jobs(connection, select(jobs).where(*is_done))
    if not found:
        raise Fenced("The attempt is no longer the job's.")
    return found[0]
