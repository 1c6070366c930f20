"""A database that is away, slow or locked is Unavailable, soon; a mistake in a statement is not."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.adapters import sql_database
from server.adapters.sql_database import Database
from server.domain.errors import Unavailable
from tests.support.wait import wait_until

# Far above the shortened limits, far below the ordinary ones.
SOON_SECONDS = 3.0


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The DATABASE_URL of an empty database."""
    is_sqlite = request.param == "sqlite"
    return f"sqlite+aiosqlite:///{tmp_path}/test.db" if is_sqlite else str(request.getfixturevalue("postgres_dsn"))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database; aiosqlite ends the thread of a broken connection by itself, but not at once."""
    threads = set(threading.enumerate())
    database = Database(url)
    yield database
    await database.close()
    await wait_until(lambda: set(threading.enumerate()) <= threads, "every connection's thread has ended")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A database with one number in it."""
    async with opened(url) as database:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE counts (value INTEGER)"))
            await connection.execute(text("INSERT INTO counts VALUES (0)"))
        yield database


@pytest.fixture
async def hasty(url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """The same database under limits of a fifth of a second."""
    monkeypatch.setattr(sql_database, "STATEMENT_SECONDS", 0.2)
    async with opened(url) as hasty:
        yield hasty


async def read(connection: AsyncConnection) -> int:
    """Read the number; in PostgreSQL its row is locked as well."""
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    return int(await connection.scalar(text(f"SELECT value FROM counts{lock}")) or 0)


async def add(database: Database) -> None:
    async with database.write() as connection:
        value = await read(connection)
        await asyncio.sleep(0)
        await connection.execute(text("UPDATE counts SET value = :value"), {"value": value + 1})


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(text("SELECT value FROM counts")) or 0)


async def test_transactions_that_read_before_they_write_lose_no_update(database: Database) -> None:
    await asyncio.gather(*(add(database) for _ in range(20)))
    assert await count(database) == 20


async def test_what_fails_in_the_middle_changes_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(text("UPDATE counts SET value = 9"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await count(database) == 0


async def test_a_lock_that_is_not_given_up_is_unavailable_and_readers_go_on(
    database: Database, hasty: Database
) -> None:
    async with asyncio.timeout(SOON_SECONDS), database.write() as connection:
        await read(connection)
        with pytest.raises(Unavailable):
            await add(hasty)
        assert await count(hasty) == 0
    await add(hasty)
    assert await count(hasty) == 1


async def test_a_reader_does_not_keep_a_writer_waiting(database: Database, hasty: Database) -> None:
    await count(hasty)  # a new connection may take longer than its patience
    async with asyncio.timeout(SOON_SECONDS), database.read() as connection:
        await connection.execute(text("SELECT value FROM counts"))
        await add(hasty)
    assert await count(database) == 1


async def test_a_transaction_that_takes_too_long_is_unavailable_and_undone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def linger() -> None:
        async with database.write() as connection:
            await connection.execute(text("UPDATE counts SET value = 9"))
            await asyncio.Event().wait()

    monkeypatch.setattr(sql_database, "TRANSACTION_SECONDS", 0.2)
    with pytest.raises(Unavailable):
        await linger()
    monkeypatch.undo()
    await add(database)
    assert await count(database) == 1


async def test_more_transactions_than_connections_wait_for_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(count(database) for _ in range(100))) == [0] * 100


async def test_a_mistake_in_a_statement_is_an_error_of_its_own(database: Database) -> None:
    for mistake in ("SELECT nothing FROM counts", "SELEC", "SELECT value FROM nowhere"):
        with pytest.raises(DBAPIError):
            async with database.read() as connection:
                await connection.execute(text(mistake))
    await ask(database)


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/test.db") as database:
        with pytest.raises(Unavailable):
            await ask(database)


async def test_a_server_that_is_not_there_is_unavailable(unused_tcp_port: int) -> None:
    async with opened(f"postgresql+asyncpg://postgres@127.0.0.1:{unused_tcp_port}/test") as database:
        with pytest.raises(Unavailable):
            await ask(database)


async def test_a_server_that_never_answers_is_unavailable_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_database, "STATEMENT_SECONDS", 0.2)
    writers: list[asyncio.StreamWriter] = []
    async with (
        asyncio.timeout(SOON_SECONDS),
        await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0) as silent,
        opened(f"postgresql+asyncpg://postgres@127.0.0.1:{silent.sockets[0].getsockname()[1]}/test") as database,
    ):
        with pytest.raises(Unavailable):
            await ask(database)
    for writer in writers:
        writer.close()


async def test_a_connection_that_is_cut_is_unavailable_and_replaced(postgres_dsn: str) -> None:
    async with opened(postgres_dsn) as database, opened(postgres_dsn) as other:

        async def be_cut() -> None:
            async with database.write() as connection:
                await connection.execute(text("SELECT 1"))
                await cut_others(other)
                await connection.execute(text("SELECT 1"))

        with pytest.raises(Unavailable):
            await be_cut()
        await ask(database)
        await cut_others(other)  # now while it rests in the pool
        await ask(database)


async def ask(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))


async def cut_others(database: Database) -> None:
    """End every other connection to this database, as a restart of the server does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    async with database.read() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


async def test_postgres_frees_the_locks_of_a_process_that_went_silent(
    postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(postgres_dsn) as patient:
        async with patient.write() as connection:
            await connection.execute(text("CREATE TABLE counts (value INTEGER)"))
            await connection.execute(text("INSERT INTO counts VALUES (0)"))
        monkeypatch.setattr(sql_database, "STATEMENT_SECONDS", 0.2)
        async with opened(postgres_dsn) as silent:

            async def hold() -> None:
                async with silent.write() as connection:
                    await read(connection)
                    await add(patient)  # waits for the lock, until the server takes it from the silent one
                    await read(connection)

            with pytest.raises(Unavailable):
                await hold()
        assert await count(patient) == 1
