"""JobQueue on arq: the doorbell. What has to be done is in the database; a lost or doubled ring loses nothing."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from arq.connections import ArqRedis
from arq.constants import default_queue_name

from server.adapters.redis_client import DEADLINE_SECONDS, deadline, end
from server.domain.errors import Unavailable

FUNCTION = "generate"
# The sweeper rings again for a job still waiting; a ring that nobody heard within the hour is noise.
RING_EXPIRES = timedelta(hours=1)
# arq compares the clock of who rings with that of who listens, and they may be minutes apart. (It passes over time 0.)
AT_ONCE = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def serialize(value: dict[str, Any]) -> bytes:
    """Write an arq job as JSON: arq's default, pickle, would run code of whoever can write to Redis."""
    return json.dumps(value).encode()


def deserialize(data: bytes) -> dict[str, Any]:
    """Read what `serialize` wrote."""
    value: dict[str, Any] = json.loads(data)
    return value


def connect_queue(redis_url: str, silence: float | None = None) -> ArqRedis:
    """Return arq's client; it connects at the first ring, so that a process starts while Redis is down.

    After `silence` seconds a connection is taken for dead: for who waits without a deadline (redis_client.connect
    says what that costs).
    """
    return ArqRedis.from_url(  # type: ignore[no-any-return]
        redis_url, socket_timeout=silence, socket_connect_timeout=DEADLINE_SECONDS
    )


async def empty_queue(redis_url: str) -> None:
    """Drop every ring, if Redis answers: what was to be done is in the database."""
    redis = connect_queue(redis_url)
    with suppress(Unavailable):
        async with deadline():
            await redis.delete(default_queue_name)
    await redis.aclose()


class ArqJobQueue:
    """Rings through arq's queue."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis
        self._mark = f"doorbell:{uuid4()}"
        self._redis.job_serializer = serialize
        self._redis.job_deserializer = deserialize

    async def ring(self, job_id: str, attempt: int, delay: timedelta = timedelta()) -> None:
        """Enqueue `generate(job_id)` under an id of its own for each attempt: ringing twice wakes once."""
        ringing = asyncio.create_task(self._enqueue(job_id, attempt, delay))
        try:
            async with deadline():
                await asyncio.shield(ringing)
        finally:
            # Cancelled in its transaction, redis-py asks once more, and waits for that without a limit.
            await end(ringing)

    async def _enqueue(self, job_id: str, attempt: int, delay: timedelta) -> None:
        await self._redis.enqueue_job(
            FUNCTION,
            job_id,
            _job_id=f"{job_id}:{attempt}",
            _defer_by=delay or None,
            _defer_until=None if delay else AT_ONCE,
            _expires=RING_EXPIRES + delay,
        )

    async def has_forgotten(self) -> bool:
        """Tell whether Redis has lost the mark that was left when this was last asked, and with it maybe rings."""
        async with deadline():
            return await self._redis.set(self._mark, 1, ex=RING_EXPIRES, get=True) is None
