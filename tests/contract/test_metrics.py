"""One body of promises for every AttemptMetrics."""

from collections.abc import AsyncIterator

import pytest

from server.adapters.memory_metrics import MemoryAttemptMetrics
from server.adapters.redis_client import connect
from server.adapters.redis_metrics import RedisAttemptMetrics
from server.domain.errors import Unavailable
from server.domain.job import Usage
from server.ports import AttemptMetrics, Tally
from tests.support.ports import free_port


@pytest.fixture(params=["memory", "redis"])
async def metrics(request: pytest.FixtureRequest) -> AsyncIterator[AttemptMetrics]:
    """Each implementation, empty."""
    if request.param == "memory":
        yield MemoryAttemptMetrics()
        return
    redis = connect(request.getfixturevalue("redis_url"))
    yield RedisAttemptMetrics(redis)
    await redis.aclose()


async def test_attempts_and_tokens_add_up_by_model(metrics: AttemptMetrics) -> None:
    assert await metrics.totals() == {}
    await metrics.count("completed", Usage("a model", 10, 3))
    await metrics.count("completed", Usage("a model", 5, 4))
    await metrics.count("rate_limited", Usage("another", 1, 0))
    assert await metrics.totals() == {
        Tally("attempts", "a model", "completed"): 2,
        Tally("tokens", "a model", "input"): 15,
        Tally("tokens", "a model", "output"): 7,
        Tally("attempts", "another", "rate_limited"): 1,
        Tally("tokens", "another", "input"): 1,
        Tally("tokens", "another", "output"): 0,
    }


async def test_without_redis_nothing_can_be_counted() -> None:
    redis = connect(f"redis://127.0.0.1:{free_port()}/0")
    metrics = RedisAttemptMetrics(redis)
    with pytest.raises(Unavailable):
        await metrics.count("completed", Usage("a model"))
    with pytest.raises(Unavailable):
        await metrics.totals()
    await redis.aclose()
