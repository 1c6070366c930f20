"""The edges of the contract on the wire: who may connect, what a bad frame or body costs, what is refused how."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from server.domain.events import Event, TextWritten
from server.domain.job import Position
from tests.support.browser_client import User
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "0", "ALLOWED_ORIGINS": "https://allowed.example"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


def socket(stack: Stack, **headers: str) -> websockets.connect:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return websockets.connect(stack.url.replace("http", "ws", 1) + "/ws", additional_headers=named)


async def close_code(connection: websockets.ClientConnection, *frames: str | bytes) -> int | None:
    """Send frames, then read until the server closes; return its code."""
    with suppress(ConnectionClosed):
        for frame in frames:
            await connection.send(frame)
        async for _ in connection:
            pass
    return connection.close_code


async def test_a_foreign_origin_is_refused_before_the_upgrade(stack: Stack, user: User) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        await socket(stack, Origin="https://evil.example", Authorization=f"Bearer {user.token}")


async def test_without_an_origin_a_bearer_token_is_needed(stack: Stack, user: User) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        await socket(stack, Cookie=f"session={user.token}")


@pytest.mark.parametrize("origin", ["own", "https://allowed.example"])
async def test_own_and_listed_origins_may_connect_with_the_cookie(stack: Stack, user: User, origin: str) -> None:
    origin = stack.url if origin == "own" else origin
    async with socket(stack, Origin=origin, Cookie=f"session={user.token}") as connection:
        await connection.send('{"type":"connect"}')
        welcome = json.loads(await connection.recv())
    assert welcome["type"] == "welcome"
    assert welcome["user_id"] == user.user_id
    assert welcome["heartbeat_seconds"] == 15


@pytest.mark.parametrize("origin", ["https://allowed.example", "https://evil.example"])
async def test_the_pages_of_listed_origins_may_read_what_they_are_answered(
    stack: Stack, user: User, origin: str
) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}
    before = await user.http.options("/api/ai/question", headers={"Origin": origin, **asked})
    answer = await user.http.get("/api/jobs", headers={"Origin": origin})
    is_allowed = origin == "https://allowed.example"
    assert (before.status_code == 200) == is_allowed
    assert answer.headers.get("access-control-allow-origin") == (origin if is_allowed else None)


async def test_the_first_frame_may_carry_the_token(stack: Stack, user: User) -> None:
    async with socket(stack, Origin=stack.url) as connection:
        await connection.send(json.dumps({"type": "connect", "token": user.token}))
        assert json.loads(await connection.recv())["user_id"] == user.user_id


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (['{"type":"connect"}'], 4401),
        (['{"type":"connect","token":"forged"}'], 4401),
        (['{"type":"ping"}'], 4400),
        (["not json"], 4400),
        (["[]"], 4400),
        ([b"\x00"], 4400),
        (['{"type":"connect","token":"' + "x" * 17_000 + '"}'], 1009),
    ],
)
async def test_a_bad_beginning_ends_with_its_close_code(stack: Stack, frames: list[str | bytes], code: int) -> None:
    async with socket(stack, Origin=stack.url) as connection:
        assert await close_code(connection, *frames) == code


async def test_fifty_frames_in_ten_seconds_are_enough(user: User) -> None:
    async with user.connected() as watcher:
        assert await close_code(watcher.socket, *(['{"type":"ping"}'] * 60)) == 4529


async def test_a_bad_frame_does_not_cost_the_connection(user: User) -> None:
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        for frame in ('{"type":"dance"}', '{"type":"sync","job_id":7}', '{"type":"connect"}'):
            await watcher.socket.send(frame)
        codes = [(await watcher.until("error"))["code"] for _ in range(3)]
        assert codes == ["unknown_type", "invalid_frame", "already_connected"]
        await watcher.socket.send('{"type":"ping"}')
        await watcher.until("pong")


async def test_a_sync_of_one_job_is_answered_by_an_incomplete_snapshot(user: User) -> None:
    async with user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=1)
        await watcher.until_ended(job["id"])
        await watcher.socket.send(json.dumps({"type": "sync", "job_id": job["id"]}))
        snapshot = await watcher.until("snapshot")
        assert snapshot["complete"] is False
        assert [view["status"] for view in snapshot["jobs"]] == ["completed"]
        await watcher.socket.send(json.dumps({"type": "sync", "job_id": str(uuid4())}))
        assert (await watcher.until("snapshot"))["jobs"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_input"),
        ({"company": "a", "position": ""}, 422, "invalid_input"),
        ({"company": "a", "position": "b", "colour": "c"}, 422, "invalid_input"),
        ({"company": "a", "position": "b", "language": "fr"}, 422, "invalid_input"),
        ({"company": "a", "position": "b", "resume": "x" * 20_001}, 422, "invalid_input"),
        ({"company": "a", "position": "b", "resume": "x" * 600_000}, 413, "too_large"),
    ],
)
async def test_a_bad_interview_is_refused_and_changes_nothing(
    user: User, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await user.http.post("/api/interviews", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await user.http.get("/api/interviews")).json() == {"interviews": []}


@pytest.mark.parametrize(("content", "kind", "status"), [("{", "application/json", 400), ("a=1", "text/plain", 415)])
async def test_a_body_that_is_no_json_is_refused(user: User, content: str, kind: str, status: int) -> None:
    answer = await user.http.post("/api/interviews", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status


@pytest.mark.parametrize("count", [0, 21, "3", 2.5, None])
async def test_a_bad_count_starts_nothing(user: User, count: object) -> None:
    interview_id = await user.add_interview()
    answer = await user.http.post("/api/ai/question", json={"interview_id": interview_id, "count": count})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert (await user.http.get("/api/jobs")).json() == {"jobs": []}


async def test_the_same_idempotency_key_is_the_same_job_and_never_another(user: User) -> None:
    interview_id = await user.add_interview()
    body, key = {"interview_id": interview_id, "count": 1}, {"Idempotency-Key": "once"}
    first = (await user.http.post("/api/ai/question", json=body, headers=key)).raise_for_status()
    again = (await user.http.post("/api/ai/question", json=body, headers=key)).raise_for_status()
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["location"] == f"/api/jobs/{first.json()['id']}"
    other = await user.http.post("/api/ai/question", json=body | {"count": 2}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await user.http.get("/api/jobs")).json()["jobs"]) == 1


async def test_nobody_gets_in_without_a_session(stack: Stack) -> None:
    async with httpx.AsyncClient(base_url=stack.url) as stranger:
        for method, path in [("GET", "/api/session"), ("GET", "/api/interviews"), ("GET", f"/api/jobs/{uuid4()}")]:
            answer = await stranger.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_cookie_needs_its_own_origin_to_change_anything(stack: Stack, user: User) -> None:
    body = {"company": "a", "position": "b"}
    async with httpx.AsyncClient(base_url=stack.url, cookies={"session": user.token}) as browser:
        refused = await browser.post("/api/interviews", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        for origin in ("https://evil.example", "http://[", "null"):
            foreign = await browser.post("/api/interviews", json=body, headers={"Origin": origin})
            assert foreign.status_code == 403
        assert (await browser.get("/api/interviews")).json() == {"interviews": []}
        own = await browser.post("/api/interviews", json=body, headers={"Origin": stack.url})
        assert own.status_code == 201


async def test_a_browser_keeps_its_guest_and_anybody_else_becomes_a_new_one(stack: Stack, user: User) -> None:
    async with httpx.AsyncClient(base_url=stack.url, cookies={"session": user.token}) as browser:
        kept = (await browser.post("/api/session", headers={"Origin": stack.url})).json()
        assert kept["user_id"] == user.user_id
        assert "HttpOnly" in (await browser.post("/api/session")).headers["set-cookie"]
    async with httpx.AsyncClient(base_url=stack.url) as script:
        assert (await script.post("/api/session")).json()["user_id"] != user.user_id


async def test_what_does_not_exist_is_a_problem_and_the_page_is_everywhere_else(stack: Stack, user: User) -> None:
    for path in ("/api/nothing", f"/api/interviews/{uuid4()}", f"/api/jobs/{uuid4()}", "/api/jobs/seven", "/ws"):
        answer = await user.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    for method, path in [
        ("POST", "/api/jobs/seven/cancel"),
        ("PATCH", "/api/interviews/seven"),
        ("POST", "/api/nothing"),
    ]:
        answer = await user.http.request(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    page = await user.http.get("/interviews/anything")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/session", {"GET", "HEAD", "POST", "DELETE"}),
        ("GET", "/api/ai/question", {"POST"}),
        ("POST", "/api/interviews/seven", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("DELETE", "/interviews/anything", {"GET", "HEAD"}),
    ],
)
async def test_a_method_that_a_resource_does_not_know_is_told_those_it_does(
    user: User, method: str, path: str, allowed: set[str]
) -> None:
    answer = await user.http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == allowed


async def test_an_interview_is_changed_and_deleted_but_not_under_a_running_job(user: User) -> None:
    interview_id = await user.add_interview(company="네이버")
    address = f"/api/interviews/{interview_id}"
    changed = (await user.http.patch(address, json={"position": "SRE"})).raise_for_status().json()
    assert (changed["company"], changed["position"]) == ("네이버", "SRE")
    assert (await user.http.patch(address, json={"position": None})).status_code == 422
    assert (await user.http.delete(address)).status_code == 204
    assert (await user.http.get(address)).status_code == 404


async def test_a_stopping_web_process_says_goodbye_before_it_closes(stack: Stack, user: User) -> None:
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        await stack.terminate("web")
        closing = await watcher.until("closing")
        assert closing["code"] == 1012
        assert closing["retry_after_seconds"] >= 0
        assert await close_code(watcher.socket) == 1012
    await stack.start("web")


async def test_who_says_nothing_within_ten_seconds_is_let_go(stack: Stack) -> None:
    async with socket(stack, Origin=stack.url) as connection:
        assert await close_code(connection) == 4508


async def test_a_slow_reader_loses_frames_and_not_its_connection(stack: Stack, user: User) -> None:
    """Megabytes nobody reads: what waits here is dropped, and a snapshot takes its place."""
    redis = connect(stack.redis.url)
    async with user.connected() as watcher, socket_that_waits(stack, user) as connection:
        await watcher.until("snapshot")
        job_id, text = str(uuid4()), "x" * 16_000
        for n in range(1, 1001):
            event = Event(job_id, Position(1, n), datetime.now(UTC), TextWritten(0, 0, text))
            await RedisEventLog(redis).append(user.user_id, [event])
        kinds = [json.loads(await connection.recv())["type"] for _ in range(2)]
        while kinds[-1] != "snapshot" or len(kinds) < 3:
            kinds.append(json.loads(await connection.recv())["type"])
        assert kinds.count("job.text") < 1000
        await connection.send('{"type":"ping"}')
        while json.loads(await connection.recv())["type"] != "pong":
            pass
    await redis.aclose()


@asynccontextmanager
async def socket_that_waits(stack: Stack, user: User) -> AsyncIterator[websockets.ClientConnection]:
    """Open a socket whose client reads no further ahead than one frame."""
    address, headers = stack.url.replace("http", "ws", 1) + "/ws", {"Authorization": f"Bearer {user.token}"}
    async with websockets.connect(address, additional_headers=headers, max_queue=1) as connection:
        await connection.send('{"type":"connect"}')
        yield connection
