"""Listens to the doorbell: arq, supervised. A Redis restart ends arq's main loop; the attempts it began go on."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from arq.worker import Worker, func
from redis.exceptions import RedisError

from server.adapters.arq_queue import FUNCTION, connect_queue, deserialize, empty_queue, serialize
from worker.runner import Runner

logger = logging.getLogger(__name__)

# How soon a ring is heard; each look costs Redis one command.
POLL_SECONDS = 0.1
# arq's lock on a ring outlives a dead worker by this; harmless, for the sweeper does not ask arq.
RING_TIMEOUT_SECONDS = 3600
# Rings of jobs that run elsewhere stay at the head of the queue: read past them.
QUEUE_READ_LIMIT = 1000
# arq asks all the time: a connection without an answer for this long is dead.
SILENCE_SECONDS = 2.0
RESTART_SECONDS = 1.0
DISPOSE_SECONDS = 1.0


def is_failure(record: logging.LogRecord) -> bool:
    """Tell whether arq reports a failure: a ring that was cancelled is none, its attempt belongs to the runner."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


class Listener:
    """Runs arq's worker for ever."""

    def __init__(self, redis_url: str, runner: Runner, max_jobs: int) -> None:
        logging.getLogger("arq.worker").addFilter(is_failure)
        self._redis_url = redis_url
        self._runner = runner
        self._max_jobs = max_jobs

    async def run(self) -> None:
        """Listen until cancelled, through every loss of Redis."""
        while True:
            worker = self._make_worker()
            try:
                await worker.main()
            except (RedisError, OSError) as problem:
                logger.warning("doorbell lost: %s", problem)
            except Exception:  # arq reads what is in its queue as if only arq had written there
                logger.exception("the doorbell holds something strange: it is emptied, the sweepers find the jobs")
                await empty_queue(self._redis_url)
            finally:
                await _dispose(worker)
            await asyncio.sleep(RESTART_SECONDS)

    def _make_worker(self) -> Worker:
        async def generate(ctx: dict[Any, Any], *job_ids: str, **_: object) -> None:  # noqa: ARG001 - arq's form
            for job_id in job_ids:
                await self._runner.generate(job_id)

        return Worker(
            [func(generate, name=FUNCTION, max_tries=1)],
            # A client of ours: arq's own would wait for ever on a connection that fell silent.
            redis_pool=connect_queue(self._redis_url, SILENCE_SECONDS),
            handle_signals=False,
            max_jobs=self._max_jobs,
            job_timeout=RING_TIMEOUT_SECONDS,
            # A kept result would block the next ring under the same id.
            keep_result=0,
            poll_delay=POLL_SECONDS,
            queue_read_limit=QUEUE_READ_LIMIT,
            retry_jobs=False,
            job_serializer=serialize,
            job_deserializer=deserialize,
            log_results=False,
        )


async def _dispose(worker: Worker) -> None:
    """End what arq left running, and its connections; arq's own `close` would wait for Redis.

    arq shields the end of each ring, which a frozen Redis does not confirm: it is not waited for long.
    """
    for task in worker.tasks.values():
        task.add_done_callback(_retrieve)
        task.cancel()
    if worker.tasks:
        await asyncio.wait(worker.tasks.values(), timeout=DISPOSE_SECONDS)
    if worker._pool is not None:  # `pool` raises where there is none yet
        with suppress(RedisError, OSError):
            await worker._pool.aclose(close_connection_pool=True)


def _retrieve(ring: asyncio.Task[Any]) -> None:
    """Take note of how a ring ended without Redis: that it could not be ticked off is nothing to be told."""
    if not ring.cancelled():
        ring.exception()
