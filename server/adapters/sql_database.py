"""The database behind the sql stores: one engine, transactions, deadlines. Never a statement about the domain.

A database that is away, too slow or locked becomes Unavailable here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.domain.errors import Unavailable

# A statement takes milliseconds; after five seconds whoever waits for it is better told to come back.
STATEMENT_SECONDS = 5.0
# A transaction is a handful of statements and the wait for a connection.
TRANSACTION_SECONDS = 10.0
# PostgreSQL allows 100 connections by default: room for half a dozen processes.
POOL_SIZE = 10
POOL_OVERFLOW = 5
# Classes of SQLSTATE that say "not now": connection lost, transaction rolled back, resources, operator intervention.
PASSING_SQLSTATES = ("08", "40", "53", "55", "57")
SQLITE_ERROR = 1  # the plain error code: a mistake in a statement, not a state of the database

# What says that nobody is there, before there is a connection whose errors SQLAlchemy could translate.
AWAY = (OSError, TimeoutError, PoolTimeoutError)


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...
    def close(self) -> None: ...


class _SqliteConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def create_engine(url: str) -> AsyncEngine:
    """Return an engine for `sqlite+aiosqlite:` or `postgresql+asyncpg:`; it connects at the first statement."""
    options: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": POOL_OVERFLOW, "pool_timeout": STATEMENT_SECONDS}
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_async_engine(url, **options)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    milliseconds = str(int(STATEMENT_SECONDS * 1000))
    # The server's own limits free the locks of a process that vanished in the middle of a transaction.
    server_settings = {"statement_timeout": milliseconds, "idle_in_transaction_session_timeout": milliseconds}
    arguments = {"timeout": STATEMENT_SECONDS, "command_timeout": STATEMENT_SECONDS, "server_settings": server_settings}
    return create_async_engine(url, connect_args=arguments, pool_pre_ping=True, **options)


def _prepare_sqlite(connection: _SqliteConnection, _: object) -> None:
    """Set up one connection: readers beside one writer, foreign keys, waiting for locks."""
    connection.isolation_level = None  # sqlite3 begins nothing by itself: _begin_sqlite does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(STATEMENT_SECONDS * 1000)}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # With WAL a power cut may cost the last transactions, never the database.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


class Database:
    """One database, shared by the stores of a process."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        # A transaction that read first and writes later may find that another wrote: it takes the lock at once.
        self._writer = self.engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that only reads; raises Unavailable."""
        return _transaction(self.engine)

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that is committed at the end of the block; raises Unavailable."""
        return _transaction(self._writer)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        async with asyncio.timeout(TRANSACTION_SECONDS), engine.begin() as connection:
            yield connection
    except DBAPIError as problem:
        if _is_passing(problem):
            raise Unavailable("The database does not answer.") from problem
        raise
    except AWAY as problem:
        raise Unavailable("The database does not answer.") from problem


def _is_passing(problem: DBAPIError) -> bool:
    """Tell whether the same statement may well succeed later; a mistake in it never does."""
    if problem.connection_invalidated:
        return True
    if sqlstate := getattr(problem.orig, "sqlstate", None):
        return str(sqlstate).startswith(PASSING_SQLSTATES)
    code = getattr(problem.orig, "sqlite_errorcode", None)
    return isinstance(problem, OperationalError) and code != SQLITE_ERROR
