"""A bad network, wherever it is: before the server, before Redis, before the database; doubled rings; wrong clocks."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url
from websockets.exceptions import WebSocketException

from server.adapters.arq_queue import ArqJobQueue, connect_queue
from server.adapters.sql_database import Database
from server.adapters.sql_jobs import SqlJobStore
from server.domain.job import Job, Status
from server.domain.view import View
from server.domain.wire import Json, view_json
from tests.chaos.people import Person
from tests.support.browser_client import User, comparable
from tests.support.invariants import broken_promises
from tests.support.postgres_server import PostgresServer
from tests.support.proxy import Proxy
from tests.support.redis_server import RedisServer
from tests.support.stack import Stack

# A whole generation has some ten thousand: most connections are cut inside of one, some inside the handshake.
LIFETIME_BYTES = 12_000
SLOW_BYTES_PER_SECOND = 4_000.0
PEOPLE = 4
CUT_SECONDS = 6.0
CUT = {"SAMPLE_SECONDS": "2", "LEASE_SECONDS": "4"}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "4"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


async def watch_through(proxy: Proxy, user: User, job_id: str) -> Json:
    """Watch a job over as many connections as it takes; return its view as folded over all of them."""
    direct, user.url = user.url, f"http://127.0.0.1:{proxy.port}"
    views: dict[str, View] = {}
    while job_id not in views or not views[job_id].is_terminal:
        with suppress(WebSocketException, OSError):
            async with user.connected(known=(job_id,)) as watcher:
                watcher.views = views
                await watcher.until_ended(job_id)
    user.url = direct
    return view_json(views[job_id], datetime.now(UTC))


async def test_cuts_at_any_byte_on_the_way_to_the_browser(stack: Stack, user: User) -> None:
    chance = random.Random(1)
    with Proxy(stack.port) as proxy:
        proxy.lifetime = lambda: chance.randrange(LIFETIME_BYTES)
        job = await user.generate(await user.add_interview(), count=5)
        view = await watch_through(proxy, user, job["id"])
        assert proxy.cuts > 0
    assert comparable(view) == comparable(await user.job(job["id"]))
    assert await broken_promises(stack, user, [job["id"]]) == []


async def test_a_slow_reader_sees_the_same_as_a_quick_one(stack: Stack, user: User) -> None:
    with Proxy(stack.port) as proxy:
        proxy.bytes_per_second = SLOW_BYTES_PER_SECOND
        job = await user.generate(await user.add_interview(), count=5)
        view = await watch_through(proxy, user, job["id"])
    assert comparable(view) == comparable(await user.job(job["id"]))


async def test_a_job_that_is_rung_many_times_runs_once(stack: Stack, user: User) -> None:
    redis = connect_queue(stack.redis.url)
    queue = ArqJobQueue(redis)
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview())
        for attempt in range(1, 20):
            await queue.ring(job["id"], attempt)
        view = await watcher.until_ended(job["id"])
        assert (view["status"], view["attempt"]) == ("completed", 1)
        assert await broken_promises(stack, user, [job["id"]]) == []
    await redis.aclose()


async def live_through(stack: Stack, proxy: Proxy, lifetime_bytes: int) -> list[Job]:
    """Have people generate while every connection through the proxy is cut; return what has become of their jobs."""
    chance = random.Random(lifetime_bytes)
    people = [Person(stack.urls, random.Random(number)) for number in range(PEOPLE)]
    async with AsyncExitStack() as users:
        for person in people:
            await users.enter_async_context(person.user)
        proxy.lifetime = lambda: chance.randrange(lifetime_bytes)
        until = asyncio.get_running_loop().time() + CUT_SECONDS
        await asyncio.gather(*(person.live(until) for person in people))
        assert proxy.cuts > PEOPLE
        proxy.heal()
        jobs = []
        for person in people:
            accepted = list(person.record.accepted.values())
            assert len(set(accepted)) == len(accepted)
            assert await broken_promises(stack, person.user, accepted) == []
            jobs += await jobs_of(stack, person.user)
            assert {job.id for job in jobs if job.user_id == person.user.user_id} == set(accepted)
    return jobs


async def jobs_of(stack: Stack, user: User) -> list[Job]:
    database = Database(stack.settings.database_url)
    jobs = await SqlJobStore(database).recent(user.user_id, 1000)
    await database.close()
    return jobs


async def test_cuts_at_any_byte_before_redis_cost_no_attempt() -> None:
    redis = RedisServer()
    with redis, Proxy(redis.port) as proxy, Stack(settings=CUT | {"REDIS_URL": at(redis.url, proxy)}) as stack:
        jobs = await live_through(stack, proxy, 10_000)
        assert {job.attempt for job in jobs if job.status is Status.COMPLETED} == {1}


async def test_cuts_at_any_byte_before_the_database_lose_and_double_nothing() -> None:
    with PostgresServer() as postgres, Proxy(postgres.port) as proxy:
        url = postgres.dsn(postgres.create_database())
        with Stack(at(url, proxy), CUT) as stack:
            await live_through(stack, proxy, 30_000)


def at(url: str, proxy: Proxy) -> str:
    """Return a URL that leads through the proxy."""
    return make_url(url).set(port=proxy.port).render_as_string(hide_password=False)
