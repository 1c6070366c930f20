"""The database restarts, or is locked: commands are refused clearly, sockets stay, nothing is half-written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.browser_client import User
from tests.support.invariants import broken_promises
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack
from tests.support.wait import wait_until

# Longer than any statement waits (server/adapters/sql_database.py).
LOCKED_SECONDS = 10.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server of this module's own: it is killed."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def stack(postgres: PostgresServer) -> Iterator[Stack]:
    with Stack(postgres.dsn(postgres.create_database()), {"SAMPLE_SECONDS": "6", "LEASE_SECONDS": "8"}) as stack:
        yield stack


@pytest.fixture(scope="module")
def sqlite_stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "6", "LEASE_SECONDS": "30"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


async def assert_refused(user: User, interview_id: str) -> None:
    """A command answers 503 and says when to come back."""
    refused = await user.http.post("/api/ai/question", json={"interview_id": interview_id})
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0


async def test_a_restart_in_the_middle_of_a_generation(stack: Stack, user: User, postgres: PostgresServer) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        job = await user.generate(interview_id, count=4)
        await watcher.until("job.question", job["id"])
        await asyncio.to_thread(postgres.crash)
        await assert_refused(user, interview_id)
        await asyncio.to_thread(postgres.resume)
        view = await watcher.until_ended(job["id"])
        assert view["status"] == "completed"
        assert await broken_promises(stack, user, [job["id"]]) == []


async def test_who_connects_meanwhile_is_served_when_it_is_back(
    stack: Stack, user: User, postgres: PostgresServer
) -> None:
    job = await user.generate(await user.add_interview(), count=2)
    await asyncio.to_thread(postgres.crash)
    async with user.connected(known=(job["id"],)) as watcher:
        assert (await watcher.receive())["type"] == "welcome"
        await asyncio.to_thread(postgres.resume)
        await watcher.until("snapshot")
        await watcher.until_ended(job["id"])
    assert await broken_promises(stack, user, [job["id"]]) == []


async def test_a_process_that_begins_meanwhile_lives_and_serves_when_it_is_back(
    stack: Stack, user: User, postgres: PostgresServer
) -> None:
    interview_id = await user.add_interview()
    await stack.kill("web")
    await asyncio.to_thread(postgres.crash)
    await stack.launch("web")

    async def lives() -> bool:
        try:
            return (await user.http.get("/healthz")).is_success
        except httpx.TransportError:
            return False

    await wait_until(lives, "it answers", timeout_seconds=30)
    assert (await user.http.get("/readyz")).status_code == 503
    await assert_refused(user, interview_id)
    with pytest.raises(InvalidStatus, match="503"):
        async with user.connected():
            pass
    await asyncio.to_thread(postgres.resume)

    async def is_ready() -> bool:
        return (await user.http.get("/readyz")).is_success

    await wait_until(is_ready, "it is ready", timeout_seconds=30)
    async with user.connected() as watcher:
        job = await user.generate(interview_id, count=2)
        assert (await watcher.until_ended(job["id"]))["status"] == "completed"


async def test_a_locked_sqlite_is_waited_for(sqlite_stack: Stack) -> None:
    stack = sqlite_stack
    async with User(stack.url) as user, user.connected() as watcher:
        interview_id = await user.add_interview()
        job = await user.generate(interview_id, count=4)
        await watcher.until("job.started", job["id"])
        lock = sqlite3.connect(stack.settings.database_url.partition("///")[2], isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        freed = asyncio.get_running_loop().call_later(LOCKED_SECONDS, lock.rollback)
        await assert_refused(user, interview_id)
        view = await watcher.until_ended(job["id"])
        assert freed.when() < asyncio.get_running_loop().time()
        lock.close()
        assert (view["status"], view["attempt"]) == ("completed", 1)

        async def is_sound() -> bool:
            return await broken_promises(stack, user, [job["id"]]) == []

        await wait_until(is_sound, "everybody says the same")
