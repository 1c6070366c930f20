"""What can be done to a stack: each fault is done, lasts a while, and is undone. One at a time of each kind."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack

WEBS = ("web", "web2")
WORKERS = ("worker", "worker2", "worker3")
# Between two faults: long enough that most jobs see one or two, short enough that faults overlap with recoveries.
PAUSE_SECONDS = (0.5, 3.0)
# How long a frozen process stays so: shorter and longer than the lease.
FROZEN_SECONDS = (0.5, 8.0)
AWAY_SECONDS = (0.2, 4.0)


@dataclass(frozen=True)
class Chaos:
    """The stack and its database, to be mistreated."""

    stack: Stack
    postgres: PostgresServer
    random: random.Random

    async def rage(self, seconds: float) -> dict[str, int]:
        """Do faults until the time is over; return how often each was done."""
        faults: dict[str, Callable[[], Awaitable[None]]] = {
            "worker killed": lambda: self._kill(self.random.choice(WORKERS)),
            "worker stopped": lambda: self._terminate(self.random.choice(WORKERS)),
            "worker frozen": lambda: self._freeze(self.random.choice(WORKERS)),
            "web killed": lambda: self._kill(self.random.choice(WEBS)),
            "web deployed": lambda: self._terminate(self.random.choice(WEBS)),
            "Redis restarted empty": self.stack.redis.restart,
            "Redis flushed": self._flush,
            "Redis frozen": self._freeze_redis,
            "PostgreSQL crashed": self._crash_postgres,
        }
        done = dict.fromkeys(faults, 0)
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + seconds
        while loop.time() < ends_at:
            name = self.random.choice(list(faults))
            await faults[name]()
            done[name] += 1
            await asyncio.sleep(self.random.uniform(*PAUSE_SECONDS))
        return done

    async def _kill(self, name: str) -> None:
        await self.stack.kill(name)
        await self.stack.start(name)

    async def _terminate(self, name: str) -> None:
        await self.stack.terminate(name)
        await self.stack.start(name)

    async def _freeze(self, name: str) -> None:
        self.stack.signal(name, signal.SIGSTOP)
        await asyncio.sleep(self.random.uniform(*FROZEN_SECONDS))
        self.stack.signal(name, signal.SIGCONT)

    async def _flush(self) -> None:
        async with Redis.from_url(self.stack.redis.url) as redis:
            await redis.flushall()

    async def _freeze_redis(self) -> None:
        self.stack.redis.signal(signal.SIGSTOP)
        await asyncio.sleep(self.random.uniform(*FROZEN_SECONDS))
        self.stack.redis.signal(signal.SIGCONT)

    async def _crash_postgres(self) -> None:
        await asyncio.to_thread(self.postgres.crash)
        await asyncio.sleep(self.random.uniform(*AWAY_SECONDS))
        await asyncio.to_thread(self.postgres.resume)
