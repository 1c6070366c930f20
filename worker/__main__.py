"""`python -m worker`: the worker process. The composition root: creates the clock, the adapters and the model."""

import asyncio
import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.adapters.arq_queue import ArqJobQueue, connect_queue
from server.adapters.redis_client import connect, end
from server.adapters.redis_log import RedisEventLog
from server.adapters.redis_metrics import RedisAttemptMetrics
from server.adapters.sql_clock import DatabaseClock
from server.adapters.sql_database import Database
from server.adapters.sql_interviews import SqlInterviewStore
from server.adapters.sql_jobs import SqlJobStore
from server.announcer import Announcer
from server.logs import configure_logging
from server.settings import Settings, SettingsInvalid
from worker.attempt import Workshop
from worker.lease import Leases
from worker.listener import Listener
from worker.models.port import TextModel
from worker.models.sample import SampleModel
from worker.prompts import PROMPT_VERSION
from worker.runner import Runner
from worker.sweeper import Sweeper

logger = logging.getLogger(__name__)


def make_model(settings: Settings, name: str) -> TextModel:
    """Return the model that the settings choose; raises SettingsInvalid.

    A library is imported only where it is the chosen one: each takes a second and tens of megabytes.
    """
    if settings.generator == "sample":
        return SampleModel(settings.sample_seconds)
    if not settings.gemini_api_key:
        raise SettingsInvalid(f"GENERATOR={settings.generator} needs GEMINI_API_KEY.")
    if settings.generator == "gemini":
        # The library says at every start that its support has ended; DECISIONS.md, 12, says why it is here.
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            from worker.models.gemini import GeminiModel

        return GeminiModel(settings.gemini_api_key, name, settings.gemini_base_url, settings.max_jobs)
    try:
        from worker.models.google_genai import GoogleGenaiModel
    except ImportError as problem:
        raise SettingsInvalid("GENERATOR=google-genai needs its library: pip install google-genai") from problem
    return GoogleGenaiModel(settings.gemini_api_key, name, settings.gemini_base_url)


@asynccontextmanager
async def open_workshop(settings: Settings) -> AsyncIterator[tuple[Workshop, DatabaseClock]]:
    """Put together what attempts work with; every connection is closed at the end."""
    database = Database(settings.database_url)
    redis = connect(settings.redis_url)
    queue = connect_queue(settings.redis_url)
    clock = DatabaseClock(database)
    jobs = SqlJobStore(database)
    try:
        yield (
            Workshop(
                jobs=jobs,
                interviews=SqlInterviewStore(database),
                log=RedisEventLog(redis),
                queue=ArqJobQueue(queue),
                metrics=RedisAttemptMetrics(redis),
                model=make_model(settings, settings.gemini_model),
                fallback=make_model(settings, settings.gemini_fallback_model),
                clock=clock,
                leases=Leases(jobs, clock, settings.lease),
            ),
            clock,
        )
    finally:
        await queue.aclose()
        await redis.aclose()
        await database.close()


async def work(settings: Settings) -> None:
    """Work until a signal, then give back what is unfinished."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_workshop(settings) as (shop, clock):
        runner = Runner(shop, f"{socket.gethostname()}:{os.getpid()}", settings.max_jobs)
        announcer = Announcer(shop.jobs, shop.log, clock)
        sweeper = Sweeper(shop.jobs, shop.queue, announcer, runner, clock, settings.retention)
        listener = Listener(settings.redis_url, runner, settings.max_jobs)
        logger.info("worker started: %s, prompts %d, up to %d jobs", shop.model.name, PROMPT_VERSION, settings.max_jobs)
        try:
            await _run_until(stopping, clock, listener, sweeper)
        finally:
            await runner.stop()


async def _run_until(stopping: asyncio.Event, clock: DatabaseClock, *parts: Listener | Sweeper) -> None:
    """Run the parts until the event is set, or until one of them breaks."""
    async with asyncio.TaskGroup() as tasks:
        background = [tasks.create_task(run) for run in (clock.run(), *map(clock.run_in_time, parts))]
        await stopping.wait()
        await end(*background)


def main() -> None:
    """Read the settings, then work."""
    try:
        settings = Settings.from_environment()
        configure_logging(settings.log_format)
        asyncio.run(work(settings))
    except SettingsInvalid as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
