"""AttemptMetrics in Redis: a hash that all workers add to and every web process reads. Its loss costs figures alone."""

import json
from collections.abc import Mapping
from datetime import timedelta

from redis.asyncio import Redis

from server.adapters.redis_client import deadline
from server.domain.job import Usage
from server.ports import Tally

KEY = "metrics"
# Of a service that nobody uses any more nothing should be left.
KEPT = timedelta(days=30)


class RedisAttemptMetrics:
    """The totals since Redis was last emptied."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def count(self, outcome: str, usage: Usage) -> None:
        """Add one attempt to the totals."""
        added = {
            Tally("attempts", usage.model, outcome): 1,
            Tally("tokens", usage.model, "input"): usage.input_tokens,
            Tally("tokens", usage.model, "output"): usage.output_tokens,
        }
        async with deadline(), self._redis.pipeline(transaction=True) as pipeline:
            for tally, number in added.items():
                pipeline.hincrby(KEY, json.dumps(tally), number)
            pipeline.expire(KEY, KEPT)
            await pipeline.execute()

    async def totals(self) -> Mapping[Tally, int]:
        """Return the totals."""
        async with deadline():
            found: Mapping[bytes, bytes] = await self._redis.hgetall(KEY)  # type: ignore[misc]
        return {Tally(*json.loads(name)): int(number) for name, number in found.items()}
