"""A call to Redis that is cancelled ends there: redis-py's own time-outs would swallow one of three (redis_client)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest

from server.adapters.arq_queue import ArqJobQueue, connect_queue
from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from server.domain.errors import Unavailable
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


async def half_dead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer what a client says of itself and the first command of a transaction, and nothing after that."""
    while data := await reader.read(4096):
        writer.write(b"+OK\r\n" * (data.count(b"CLIENT") + data.count(b"$5\r\nWATCH")))
    writer.close()


# redis-py says that what was cut short in its transaction was not closed.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:Unclosed:ResourceWarning")
async def test_a_ring_is_bounded_though_redis_falls_silent_in_the_middle() -> None:
    async with asyncio.timeout(30), await asyncio.start_server(half_dead, "127.0.0.1", 0) as peer:
        redis = connect_queue(f"redis://127.0.0.1:{peer.sockets[0].getsockname()[1]}/0")
        with pytest.raises(Unavailable):
            await ArqJobQueue(redis).ring("a job", 0)
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
