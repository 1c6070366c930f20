"""Fixtures: one Redis for the session, empty for each test, and no key that would live for ever."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.support.redis_server import RedisServer

# TTL answers this for a key that never expires (redis.io/commands/ttl).
NO_EXPIRY = -1


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The server of the session; a test that restarts Redis makes its own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> Iterator[str]:
    """The URL of an empty Redis; fails the test when a key without a time to live is left, arq's own apart."""
    with Redis.from_url(redis_server.url) as redis:
        redis.flushall()
        yield redis_server.url
        assert keys_without_expiry(redis) == [], "Every key in Redis needs a time to live."


def keys_without_expiry(redis: Redis) -> list[str]:
    """List the keys that never expire, other than arq's."""
    keys = [key for key in redis.scan_iter() if not key.startswith(b"arq:")]
    return sorted(key.decode() for key in keys if redis.ttl(key) == NO_EXPIRY)
