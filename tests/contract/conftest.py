"""Every store under one name: the shipped double, SQLite and PostgreSQL, each empty."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_interviews import MemoryInterviewStore
from server.adapters.memory_jobs import MemoryJobStore
from server.adapters.sql_database import Database
from server.adapters.sql_interviews import SqlInterviewStore
from server.adapters.sql_jobs import SqlJobStore
from server.tables import metadata, question_sets
from tests.contract.stores import Stores
from tests.support.postgres_server import PostgresServer


async def _create_tables(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables in it, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_create_tables(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The DATABASE_URL of a SQLite file with empty tables."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'test.db')}"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with the tables in it, to be copied."""
    name = postgres_server.create_database()
    asyncio.run(_create_tables(postgres_server.dsn(name)))
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL database with empty tables."""
    name = postgres_server.create_database(postgres_template)
    yield postgres_server.dsn(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The DATABASE_URL of either database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Either database, with empty tables."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def stores_url(request: pytest.FixtureRequest) -> str | None:
    """The DATABASE_URL of either database, or None for the double."""
    return None if request.param == "memory" else str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def stores(stores_url: str | None) -> AsyncIterator[Stores]:
    """The stores of each implementation."""
    if stores_url is None:
        yield _memory_stores()
        return
    async with _sql_stores(stores_url) as stores:
        yield stores


@pytest.fixture
async def sql_stores(database_url: str) -> AsyncIterator[Stores]:
    """The stores of either database, where a test looks behind the port."""
    async with _sql_stores(database_url) as stores:
        yield stores


def _memory_stores() -> Stores:
    database = MemoryDatabase()

    async def count_sets() -> int:
        return len(database.sets)

    return Stores(MemoryJobStore(database), MemoryInterviewStore(database), count_sets)


@asynccontextmanager
async def _sql_stores(url: str) -> AsyncIterator[Stores]:
    database = Database(url)

    async def count_sets() -> int:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(question_sets)) or 0

    yield Stores(SqlJobStore(database), SqlInterviewStore(database), count_sets, database)
    await database.close()
