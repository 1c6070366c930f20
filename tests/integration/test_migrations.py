"""What the migrations make is what server/tables.py says, in both databases, and can be taken back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, insert, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from server.domain.job import Status
from server.tables import interviews, jobs, metadata, users
from tests.support.strategies import A_JOB, CREATED_AT, OTHER_JOB_ID, USER_ID

TOP = Path(__file__).parent.parent.parent

T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The DATABASE_URL of an empty database, also in the environment."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db" if is_sqlite else str(request.getfixturevalue("postgres_dsn"))
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def config() -> Config:
    """What `alembic` on the command line reads."""
    return Config(toml_file=TOP / "pyproject.toml")


def on(url: str, work: Callable[[Connection], T]) -> T:
    """Do some work in one transaction."""

    async def connect() -> T:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            return await connection.run_sync(work)

    return asyncio.run(connect())


def table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def checks(connection: Connection) -> dict[str, set[tuple[str, str]]]:
    """Return the CHECK constraints of each table: Alembic does not compare them."""
    inspector = inspect(connection)
    found: dict[str, set[tuple[str, str]]] = {}
    for name in metadata.tables:
        found[name] = {(str(check["name"]), check["sqltext"]) for check in inspector.get_check_constraints(name)}
    return found


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_the_migrated_tables_are_those_of_the_code(url: str, config: Config) -> None:
    command.upgrade(config, "head")
    assert on(url, differences) == []
    migrated = on(url, checks)
    command.downgrade(config, "base")
    on(url, metadata.create_all)
    assert migrated == on(url, checks)
    assert len(migrated["generation_jobs"]) == 3


def test_the_migrations_can_be_taken_back_and_made_again(url: str, config: Config) -> None:
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert on(url, table_names) == {"alembic_version"}
    command.upgrade(config, "head")
    assert on(url, table_names) == {*metadata.tables, "alembic_version"}


def add_job(connection: Connection, job_id: str, status: Status) -> None:
    statement = insert(jobs).values(
        id=job_id,
        user_id=USER_ID,
        interview_id=A_JOB.interview_id,
        type=A_JOB.type,
        status=status,
        count=A_JOB.count,
        language=A_JOB.language,
        input_hash="",
        created_at=CREATED_AT,
    )
    connection.execute(statement)


def add_interview(connection: Connection) -> None:
    connection.execute(insert(users).values(id=USER_ID, created_at=CREATED_AT))
    texts = dict.fromkeys(("company", "position", "job_posting", "resume"), "")
    times = {"created_at": CREATED_AT, "updated_at": CREATED_AT}
    values = {"id": A_JOB.interview_id, "user_id": USER_ID, "language": "ko"}
    connection.execute(insert(interviews).values(**values, **texts, **times))


@pytest.mark.parametrize("status", [Status.QUEUED, Status.PROCESSING])
def test_the_database_itself_refuses_a_second_active_job_of_a_user(url: str, config: Config, status: Status) -> None:
    command.upgrade(config, "head")
    on(url, add_interview)
    on(url, lambda connection: add_job(connection, A_JOB.id, status))
    with pytest.raises(IntegrityError):
        on(url, lambda connection: add_job(connection, OTHER_JOB_ID, Status.QUEUED))
    on(url, lambda connection: add_job(connection, OTHER_JOB_ID, Status.COMPLETED))
