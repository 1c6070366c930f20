"""How long people wait: measured on the embedded default (SQLite, a private Redis, one process each)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from server.domain.events import Event, TextWritten
from server.domain.job import Position
from tests.support.browser_client import User
from tests.support.stack import Stack

WARM_UP = 10
SUBMISSIONS = 200
EVENTS = 500
# As often as an attempt flushes.
EVENT_PAUSE_SECONDS = 0.02
BROWSERS = 50
TEXT_FRAME = '{"type":"job.text"'


async def submission_milliseconds(stack: Stack) -> list[float]:
    """Time `POST /api/ai/question`, one user after the other: a user may have one active generation."""
    taken = []
    async with User(stack.url) as user:
        interview_id = await user.add_interview()
        for _ in range(WARM_UP + SUBMISSIONS):
            started = time.perf_counter()
            job = await user.generate(interview_id, count=1)
            taken.append((time.perf_counter() - started) * 1000)
            (await user.http.post(f"/api/jobs/{job['id']}/cancel")).raise_for_status()
    return taken[WARM_UP:]


@asynccontextmanager
async def event_log(stack: Stack) -> AsyncIterator[RedisEventLog]:
    redis = connect(stack.redis.url)
    try:
        yield RedisEventLog(redis)
    finally:
        await redis.aclose()


async def delivery_milliseconds(stack: Stack, browsers: int) -> list[float]:
    """Time each event from the moment it is appended until every one of the user's browsers has received it."""
    taken = []
    async with User(stack.url) as user, event_log(stack) as log, asyncio.TaskGroup() as tasks:
        arrived: asyncio.Queue[float] = asyncio.Queue()
        ready: asyncio.Queue[None] = asyncio.Queue()

        async def watch() -> None:
            async with user.connected() as watcher:
                await watcher.until("snapshot")
                ready.put_nowait(None)
                remaining = EVENTS
                while remaining:
                    if str(await watcher.socket.recv()).startswith(TEXT_FRAME):
                        arrived.put_nowait(time.perf_counter())
                        remaining -= 1

        for _ in range(browsers):
            tasks.create_task(watch())
        for _ in range(browsers):
            await ready.get()
        job_id = str(uuid4())
        for n in range(1, EVENTS + 1):
            event = Event(job_id, Position(1, n), datetime.now(UTC), TextWritten(0, 0, "안녕하세요 " * 5))
            started = time.perf_counter()
            await log.append(user.user_id, [event])
            taken += [(await arrived.get() - started) * 1000 for _ in range(browsers)]
            await asyncio.sleep(EVENT_PAUSE_SECONDS)
    return taken
