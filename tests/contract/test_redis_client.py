"""A call to Redis that is cancelled ends there: redis-py's own time-outs would swallow one of three (redis_client)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from server.adapters.arq_queue import ArqJobQueue, connect_queue
from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from tests.support.redis_server import RedisServer

CANCELLATIONS = 200
LONGEST_CALL_SECONDS = 0.005


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with RedisServer() as server:
        yield server.url


async def swallowed(call: Callable[[], Awaitable[object]]) -> int:
    """Return how many calls went on after their cancellation, of many cancelled at every moment of a call."""

    async def until_cancelled() -> bool:
        task = asyncio.current_task()
        assert task is not None
        while not task.cancelling():
            await call()
        return True

    async def cancelled_after(seconds: float) -> bool:
        task = asyncio.create_task(until_cancelled())
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait({task})
        return not task.cancelled()

    return sum([await cancelled_after(LONGEST_CALL_SECONDS * n / CANCELLATIONS) for n in range(CANCELLATIONS)])


async def test_a_cancelled_command_stays_cancelled(redis_url: str) -> None:
    redis = connect(redis_url)
    assert await swallowed(RedisEventLog(redis).check) == 0
    await redis.aclose()


async def test_a_cancelled_ring_stays_cancelled(redis_url: str) -> None:
    redis, numbers = connect_queue(redis_url), count()
    queue = ArqJobQueue(redis)
    assert await swallowed(lambda: queue.ring(str(next(numbers)), 1, timedelta())) == 0
    await redis.aclose()


async def test_a_queue_knows_when_its_rings_were_forgotten(redis_url: str) -> None:
    redis = connect_queue(redis_url)
    queue, other = ArqJobQueue(redis), ArqJobQueue(redis)
    assert [await queue.has_forgotten() for _ in range(3)] == [True, False, False]
    await redis.flushall()
    assert [await other.has_forgotten(), await queue.has_forgotten(), await queue.has_forgotten()] == [
        True,
        True,
        False,
    ]
    await redis.aclose()
