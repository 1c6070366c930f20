"""The tests' own ground: servers that are real, and checks that can fail."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from tests.support.postgres_server import PostgresServer
from tests.support.processes import Process, find_program
from tests.support.redis_fixtures import keys_without_expiry
from tests.support.redis_server import RedisServer
from tests.support.task_leaks import tasks_left
from tests.support.wait import wait_until


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


def test_redis_is_real_and_starts_empty(redis: Redis) -> None:
    assert redis.dbsize() == 0
    assert redis.xadd("log", {"event": "{}"}, id="1-1") == b"1-1"
    redis.expire("log", 60)


def test_a_key_that_never_expires_is_found_unless_it_is_arqs(redis: Redis) -> None:
    redis.set("forgotten", 1)
    redis.set("bounded", 1, ex=60)
    redis.set("arq:queue", 1)
    assert keys_without_expiry(redis) == ["forgotten"]
    redis.delete("forgotten")


async def test_redis_restarts_empty_at_the_same_url() -> None:
    async with RedisServer() as server:
        with Redis.from_url(server.url) as client:
            client.set("a", 1)
        url = server.url
        await server.restart()
        with Redis.from_url(url) as client:
            assert client.dbsize() == 0


async def test_postgres_is_real_and_its_database_empty(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn.replace("+asyncpg", ""))
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.execute("CREATE TABLE t (a int)")
    await connection.close()


async def test_a_database_can_be_copied_from_a_template(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    connection = await asyncpg.connect(postgres_server.dsn(template).replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE copied (a int)")
    await connection.close()
    copy = postgres_server.create_database(template)
    connection = await asyncpg.connect(postgres_server.dsn(copy).replace("+asyncpg", ""))
    assert await connection.fetch("SELECT * FROM copied") == []
    await connection.close()


def test_a_missing_program_is_an_error_that_says_what_to_install() -> None:
    with pytest.raises(FileNotFoundError, match="Debian package some-package"):
        find_program("no-such-program", "some-package")


def test_a_process_that_ends_before_it_is_ready_is_reported_with_its_output() -> None:
    with (
        Process([sys.executable, "-c", "raise SystemExit('no disk left')"]) as process,
        pytest.raises(AssertionError, match="no disk left"),
    ):
        process.wait_until_ready(lambda: False, "it listens")


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.processes.STOP_SECONDS", 0.1)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    with Process([sys.executable, "-c", stubborn], cwd=tmp_path) as process:
        process.wait_until_ready(lambda: "ready" in process.output, "it says ready")
    assert process.exit_code == -9


async def test_waiting_in_vain_fails_with_what_was_waited_for() -> None:
    started = time.monotonic()
    with pytest.raises(AssertionError, match="until pigs fly; the last answer was False"):
        await wait_until(lambda: False, "pigs fly", timeout_seconds=0.05)
    assert time.monotonic() - started < 5


async def test_a_task_without_an_owner_is_found() -> None:
    forgotten = asyncio.create_task(asyncio.Event().wait())
    assert await tasks_left() == {forgotten}
    forgotten.cancel()
