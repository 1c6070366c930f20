"""The two contracts against a running server: whatever it answers and sends is what they say."""

import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.adapters.sql_database import Database
from server.adapters.sql_jobs import SqlJobStore
from server.api.stream import MAX_SUBSCRIBERS
from server.domain.job import Job, JobError
from server.domain.view import view_of
from server.domain.wire import Json
from tests.support.browser_client import User
from tests.support.contracts import (
    ASYNCAPI,
    OPENAPI,
    Auditor,
    answers,
    complaints,
    frame_complaints,
    operations,
)
from tests.support.stack import Stack

DAILY_GENERATIONS = 5
ID = str(uuid4())
AN_ERROR = JobError("model_unavailable", "The model is overloaded.", True)
# Only a broken server gives these: its bugs, and what it says while a part of it is away (the last test has some).
BROKEN = (500, 503)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "2", "DAILY_GENERATIONS": str(DAILY_GENERATIONS)}) as stack:
        yield stack


@pytest.fixture
def auditor() -> Auditor:
    return Auditor()


@pytest.fixture
async def user(stack: Stack, auditor: Auditor) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        auditor.watch(user.http)
        yield user


def client(stack: Stack, auditor: Auditor, **options: Any) -> httpx.AsyncClient:
    return auditor.watch(httpx.AsyncClient(base_url=stack.url, timeout=35, **options))


def address(path: str) -> str:
    """Return a path of the contract with an id that nobody has in the place of each parameter."""
    return path.replace("{interview_id}", ID).replace("{job_id}", ID)


async def refused(http: httpx.AsyncClient, method: str, path: str, status: int, **request: Any) -> None:
    answer = await http.request(method, address(path), **request)
    assert answer.status_code == status, f"{method} {path}: {answer.text}"


async def refuse_strangers(stack: Stack, auditor: Auditor, user: User) -> None:
    """Have every 401 and 403 of the contract: nobody, and somebody whose cookie another site has used."""
    foreign = {"cookies": {"session": user.token}, "headers": {"Origin": "https://evil.example"}}
    async with client(stack, auditor) as nobody, client(stack, auditor, **foreign) as forged:
        for method, path, operation in operations():
            if 401 in answers(operation):
                await refused(nobody, method, path, 401)
            if 403 in answers(operation):
                await refused(forged, method, path, 403)


async def refuse_bad_bodies(user: User) -> None:
    """Have every 400, 413, 415 and 422 that a body can earn."""
    kind = {"Content-Type": "application/json"}
    for method, path, operation in operations():
        if "requestBody" in operation:
            await refused(user.http, method, path, 400, content="{", headers=kind)
            await refused(user.http, method, path, 413, content=b" " * 600_000, headers=kind)
            await refused(user.http, method, path, 415, content="{}", headers={"Content-Type": "text/plain"})
            await refused(user.http, method, path, 422, json={"colour": "red"})


async def find_nothing(user: User) -> None:
    """Have every 404: ids in the path, and in the bodies."""
    bodies = {"/api/ai/question": {"interview_id": ID}, "/api/ai/answer": {"question_id": ID}}
    for method, path, operation in operations():
        if 404 in answers(operation):
            body = {} if method == "patch" else bodies.get(path)
            await refused(user.http, method, path, 404, json=body)


async def sign_in_and_out(stack: Stack, auditor: Auditor) -> None:
    async with client(stack, auditor) as browser:
        assert (await browser.post("/api/session")).is_success
        assert (await browser.get("/api/session")).is_success
        assert (await browser.delete("/api/session", headers={"Origin": stack.url})).is_success


async def describe_an_interview(user: User) -> str:
    interview_id = await user.add_interview()
    assert (await user.http.get("/api/interviews")).json()["interviews"]
    assert (await user.http.get(f"/api/interviews/{interview_id}")).is_success
    assert (await user.http.patch(f"/api/interviews/{interview_id}", json={"language": "en"})).is_success
    unwanted = await user.add_interview(resume="…", job_posting="…", language="ko")
    assert (await user.http.delete(f"/api/interviews/{unwanted}")).is_success
    return interview_id


async def generate_all_day(stack: Stack, user: User, interview_id: str) -> None:
    """Generate questions and an answer, cancel, retry; at the end today's generations are used up."""
    body, key = {"interview_id": interview_id, "count": 2}, {"Idempotency-Key": "once"}
    first = (await user.http.post("/api/ai/question", json=body, headers=key)).json()
    again = await user.http.post("/api/ai/question", json={**body, "count": 1}, headers=key)
    assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")
    await stack.wait_until_ended(first["id"], user.token)
    question_id = await first_question(user, interview_id)
    second = (await user.http.post("/api/ai/answer", json={"question_id": question_id, "comment": "짧게"})).json()
    await refuse_while_active(user, interview_id, question_id, first["id"])
    await stack.wait_until_ended(second["id"], user.token)
    assert await first_question(user, interview_id, "answer")
    assert (await user.http.post(f"/api/jobs/{second['id']}/retry")).status_code == 409
    third = (await user.http.post("/api/ai/question", json=body)).json()
    assert (await user.http.post(f"/api/jobs/{third['id']}/cancel")).json()["status"] == "cancelled"
    fourth = (await user.http.post(f"/api/jobs/{third['id']}/retry")).json()
    await user.http.post(f"/api/jobs/{fourth['id']}/cancel")
    assert (await user.http.post("/api/ai/question", json=body)).status_code == 429
    assert (await user.http.post("/api/ai/answer", json={"question_id": question_id})).status_code == 429
    assert (await user.http.post(f"/api/jobs/{fourth['id']}/retry")).status_code == 429


async def refuse_while_active(user: User, interview_id: str, question_id: str, ended_id: str) -> None:
    for path, body in (
        ("/api/ai/question", {"interview_id": interview_id}),
        ("/api/ai/answer", {"question_id": question_id}),
    ):
        assert (await user.http.post(path, json=body)).json()["code"] == "generation_active"
    assert (await user.http.delete(f"/api/interviews/{interview_id}")).json()["code"] == "generation_active"
    assert (await user.http.post(f"/api/jobs/{ended_id}/retry")).json()["code"] == "not_retryable"


async def first_question(user: User, interview_id: str, field: str = "id") -> Any:
    """Return a field of the first question of the interview's only set."""
    [found] = (await user.http.get(f"/api/interviews/{interview_id}/question-sets")).json()["question_sets"]
    return found["questions"][0][field]


async def look_at_jobs(user: User) -> None:
    [*_, oldest] = (await user.http.get("/api/jobs")).json()["jobs"]
    assert (await user.http.get("/api/jobs", params={"status": "active"})).json() == {"jobs": []}
    assert (await user.http.get("/api/jobs", params={"status": "failed"})).status_code == 422
    shown = await user.http.get(f"/api/jobs/{oldest['id']}", headers={"Prefer": "wait=1"})
    assert shown.headers["preference-applied"] == "wait"
    unchanged = {"If-None-Match": shown.headers["etag"]}
    assert (await user.http.get(f"/api/jobs/{oldest['id']}", headers=unchanged)).status_code == 304
    events = f"/api/jobs/{oldest['id']}/events"
    assert (await user.http.get(events, headers={"Last-Event-ID": "yesterday"})).status_code == 422
    assert (await user.http.get(events, headers={"Last-Event-ID": shown.json()["position"]})).text == ": \n\n"


async def open_too_many_streams(stack: Stack, user: User) -> None:
    await stack.kill("worker")  # the job waits, and its streams with it
    job_id = (await user.generate(await user.add_interview()))["id"]
    async with AsyncExitStack() as streams:
        for _ in range(MAX_SUBSCRIBERS):
            answer = await streams.enter_async_context(user.http.stream("GET", f"/api/jobs/{job_id}/events"))
            assert answer.is_success
        assert (await user.http.get(f"/api/jobs/{job_id}/events")).status_code == 429
    await user.http.post(f"/api/jobs/{job_id}/cancel")
    await stack.start("worker")


async def ask_the_system(stack: Stack, auditor: Auditor) -> None:
    async with client(stack, auditor) as http:
        assert (await http.get("/healthz")).is_success
        assert (await http.get("/readyz")).is_success
        assert (await http.get("/metrics")).is_success
        for path, document in (("/api/openapi.json", OPENAPI), ("/api/asyncapi.json", ASYNCAPI)):
            answer = await http.get(path)
            assert answer.json() == document
            unchanged = {"If-None-Match": answer.headers["etag"]}
            assert (await http.get(path, headers=unchanged)).status_code == 304
            assert (await http.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_every_answer_of_the_contract_can_be_had_and_fits(stack: Stack, user: User, auditor: Auditor) -> None:
    await sign_in_and_out(stack, auditor)
    await refuse_strangers(stack, auditor, user)
    await refuse_bad_bodies(user)
    await find_nothing(user)
    await open_too_many_streams(stack, user)
    await generate_all_day(stack, user, await describe_an_interview(user))
    await look_at_jobs(user)
    await ask_the_system(stack, auditor)
    told = {(operation["operationId"], status) for _, _, operation in operations() for status in answers(operation)}
    assert auditor.seen == {(name, status) for name, status in told if status not in BROKEN}


async def test_a_job_fits_the_contract_in_every_state_of_its_life(stack: Stack, user: User) -> None:
    await stack.kill("worker")
    async with store(stack) as jobs:
        job_id = (await user.generate(await user.add_interview()))["id"]
        assert (await user.job(job_id))["status"] == "queued"
        job = await claimed(jobs, job_id)
        assert (await user.job(job_id))["status"] == "processing"
        await jobs.postpone(job_id, job.attempt, datetime.now(UTC), failures=1)
        assert (await user.job(job_id))["retry_at"]
        job = await claimed(jobs, job_id)
        await jobs.fail(job_id, view_of(job), AN_ERROR, datetime.now(UTC))
        assert (await user.job(job_id))["error"] == {
            "code": AN_ERROR.code,
            "message": AN_ERROR.message,
            "retryable": True,
        }
        again = (await user.http.post(f"/api/jobs/{job_id}/retry")).json()
        assert (await user.http.post(f"/api/jobs/{again['id']}/cancel")).json()["status"] == "cancelled"
        assert {view["status"] for view in (await user.http.get("/api/jobs")).json()["jobs"]} == {"failed", "cancelled"}
    await stack.start("worker")


@asynccontextmanager
async def store(stack: Stack) -> AsyncIterator[SqlJobStore]:
    """Open the database, to do by hand what the worker does that is not there."""
    database = Database(stack.settings.database_url)
    yield SqlJobStore(database)
    await database.close()


async def claimed(jobs: SqlJobStore, job_id: str) -> Job:
    job = await jobs.claim(job_id, "a test", datetime.now(UTC) + timedelta(seconds=1), timedelta(minutes=1))
    assert job is not None
    return job


async def test_the_stream_of_a_job_is_made_of_its_events(user: User) -> None:
    job_id = (await user.generate(await user.add_interview(), count=2))["id"]
    stream = OPENAPI["paths"]["/api/jobs/{job_id}/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    told: list[Json] = []
    async with user.http.stream("GET", f"/api/jobs/{job_id}/events") as answer:
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            assert name in {"", "id", "event", "data"}
            if name == "data":
                told.append(json.loads(value))
    assert [complaints(OPENAPI, stream["x-item-schema"], event) for event in told] == [[]] * len(told)
    assert {"job.queued", "job.text", "job.question", "job.completed"} <= {event["type"] for event in told}


async def test_every_frame_of_a_conversation_fits(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        assert watcher.socket.subprotocol == "interview-live.v1"
        await watcher.until("snapshot")
        job = await user.generate(await user.add_interview(), count=2)
        await watcher.until("elapsed")
        await watcher.until_ended(job["id"])
        for frame in ({"type": "dance"}, {"type": "sync", "job_id": job["id"]}, {"type": "ping"}):
            await watcher.socket.send(json.dumps(frame))
        await watcher.until("pong")
        other = await user.generate(await user.add_interview(), count=9)
        await user.http.post(f"/api/jobs/{other['id']}/cancel")
        await watcher.until("job.cancelled")
        await stack.terminate("web")
        await watcher.until("closing")
    await stack.start("web")
    assert [frame_complaints(frame) for frame in watcher.frames] == [[]] * len(watcher.frames)
    types = {frame["type"] for frame in watcher.frames}
    assert {"welcome", "snapshot", "elapsed", "error", "pong", "closing", "job.queued", "job.cancelled"} <= types


async def test_a_database_or_a_redis_that_does_not_answer_is_told_as_promised(
    stack: Stack, user: User, auditor: Auditor
) -> None:
    with closing(sqlite3.connect(stack.settings.database_url.partition("///")[2])) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = await user.http.post("/api/interviews", json={"company": "a", "position": "b"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    async with client(stack, auditor) as http:
        stack.redis.signal(signal.SIGSTOP)
        answer = await http.get("/readyz")
        assert (await http.get("/metrics")).status_code == 503
        stack.redis.signal(signal.SIGCONT)
        assert (answer.status_code, answer.json()["checks"]["redis"]) == (503, False)
