"""What many cost: reads of the database when everybody returns at once, memory of a worker that is full."""

import asyncio
import resource
import threading
import time
from contextlib import AsyncExitStack
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from server.adapters.sql_database import Database
from server.auth import Tokens
from tests.support.browser_client import User
from tests.support.fake_gemini import Answer, FakeGemini, Received, Stream, chunk
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack
from tests.support.strategies import a_question
from tests.support.workbench import document

RETURNING = 5_000
# Handshakes under way: more would only wait in the accept queue, and be cut there.
KNOCKING = 500
# A socket takes a descriptor here and one there; the rest is for files and pools.
DESCRIPTORS = 2 * RETURNING + 1_000
# PostgreSQL publishes its counters when a session has been idle for a second.
COUNTED_AFTER_SECONDS = 2.0

RUNNING = 100
PIECES, PIECE_SECONDS = 100, 0.1
# Until the last of them has asked the model.
PATIENCE_SECONDS = 120.0
# As long as the longest posting and résumé that are accepted: what is sent to the model has to be held too.
MATERIAL = "이력서 " * 5_000

_TRANSACTIONS = text("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")


async def reads_for_all_who_return() -> tuple[int, float]:
    """Return how many transactions a web process needs to serve everybody at once, and how many seconds it takes."""
    _allow_descriptors(DESCRIPTORS)
    with PostgresServer() as postgres, Stack(postgres.dsn(postgres.create_database()), names=("web",)) as stack:
        user, tokens, now = User(stack.url), Tokens(stack.settings.secret_key), datetime.now(UTC)
        # One HTTP client for all: each of its own would hold half a megabyte.
        people = [copy(user) for _ in range(RETURNING)]
        for person in people:
            person.token, _ = tokens.issue(str(uuid4()), now)
        before = await _transactions(stack)
        began = time.perf_counter()
        async with AsyncExitStack() as sockets:
            knocking = asyncio.Semaphore(KNOCKING)
            await asyncio.gather(*(_return(person, sockets, knocking) for person in people))
            seconds = time.perf_counter() - began
            return await _transactions(stack) - before, seconds


async def _return(person: User, sockets: AsyncExitStack, knocking: asyncio.Semaphore) -> None:
    async with knocking:
        watcher = await sockets.enter_async_context(person.connected())
        await watcher.until("snapshot")


async def _transactions(stack: Stack) -> int:
    await asyncio.sleep(COUNTED_AFTER_SECONDS)
    database = Database(stack.settings.database_url)
    async with database.read() as connection:
        count = int((await connection.execute(_TRANSACTIONS)).scalar_one())
    await database.close()
    return count


class Together(FakeGemini):
    """Answers nobody before everybody has asked."""

    def __init__(self, answer: Stream) -> None:
        super().__init__()
        self.answers = [answer]
        self._everybody = threading.Barrier(RUNNING)

    def take(self, received: Received) -> Answer:
        """Remember a request; return what to answer once all have come."""
        answer = super().take(received)
        self._everybody.wait(PATIENCE_SECONDS)
        return answer


async def worker_megabytes(generator: str) -> float:
    """Return the most memory that a worker has held while all its generations ran."""
    questions = document(*(a_question(index, f"{index}번째 질문입니다. " * 20) for index in range(10)))
    size = len(questions) // PIECES + 1
    pieces = [chunk(questions[cut : cut + size], tokens=(9_000, cut)) for cut in range(0, len(questions), size)]
    with Together(Stream([*pieces, chunk(finish="STOP")], pause_seconds=PIECE_SECONDS)) as service:
        gemini = {"GENERATOR": generator, "GEMINI_API_KEY": "for tests only", "GEMINI_BASE_URL": service.url}
        with Stack(settings=gemini | {"MAX_JOBS": str(RUNNING)}) as stack:
            await _run_all(stack)
            [line] = [line for line in _status(stack) if line.startswith("VmHWM")]
            return int(line.split()[1]) / 1024


async def _run_all(stack: Stack) -> None:
    """Have everybody generate, to the end."""
    async with AsyncExitStack() as crowd:
        people = [await crowd.enter_async_context(User(stack.url)) for _ in range(RUNNING)]
        jobs = []
        for person in people:
            interview_id = await person.add_interview(job_posting=MATERIAL, resume=MATERIAL)
            jobs.append(await person.generate(interview_id, count=10))
        for person, job in zip(people, jobs, strict=True):
            async with person.connected(known=(job["id"],)) as watcher:
                assert (await watcher.until_ended(job["id"]))["status"] == "completed"


def _status(stack: Stack) -> list[str]:
    return Path(f"/proc/{stack.pid('worker')}/status").read_text().splitlines()


def _allow_descriptors(count: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, most), most))
