"""Connecting to Redis: every call has a deadline, and a Redis that does not answer has one name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.domain.errors import Unavailable

# Redis answers in under a millisecond; two seconds mean that it is gone, and people wait no longer than that.
DEADLINE_SECONDS = 2.0
# How long a task that was cancelled may take to end before it is cancelled again.
END_SECONDS = 1.0


def connect(redis_url: str) -> Redis:
    """Return a client to be asked within `deadline`; a connection that died while idle is replaced once.

    No `socket_timeout`: redis-py bounds each write with `asyncio.wait_for`, which before Python 3.12 can swallow a
    cancellation (CPython issue 86296), and a task that was told to end goes on for ever.
    """
    client: Redis = Redis.from_url(redis_url, socket_connect_timeout=DEADLINE_SECONDS, retry=Retry(NoBackoff(), 1))
    return client


@asynccontextmanager
async def deadline() -> AsyncIterator[None]:
    """Bound everything that is asked of Redis in the block; raises Unavailable."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            yield
    except (RedisError, OSError, TimeoutError) as problem:
        raise Unavailable("Redis does not answer.") from problem


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks that use Redis until they have ended: in the middle of a command once may not be enough."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=END_SECONDS)
