"""A job's log as server-sent events: the same events as the WebSocket's, resumed without a gap."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from server.adapters.redis_client import connect
from server.api.stream import MAX_SUBSCRIBERS
from server.domain.fold import Verdict, fold
from server.domain.view import View
from server.domain.wire import Json, parse_event, view_json
from tests.support.browser_client import User, comparable
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "2"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


async def read(user: User, job_id: str, after: str = "", limit: int | None = None) -> list[Json]:
    """Read the stream to its end, or up to `limit` events; each event's `id:` is its position."""
    headers = {"Last-Event-ID": after} if after else {}
    events: list[Json] = []
    position = ""
    async with user.http.stream("GET", f"/api/jobs/{job_id}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                position = value
            elif name == "data":
                events.append(json.loads(value))
                assert events[-1]["position"] == position
                if len(events) == limit:
                    break
    return events


def folded(events: list[Json], now: str) -> Json:
    view: View | None = None
    for event in map(parse_event, events):
        view, verdict = fold(view, event)
        assert verdict is Verdict.APPLIED
    assert view is not None
    return view_json(view, parse_event(events[-1]).at) | {"elapsed_seconds": now}


async def test_the_stream_is_the_whole_log_and_ends_with_the_job(user: User) -> None:
    job_id = (await user.generate(await user.add_interview(), 2))["id"]
    events = await read(user, job_id)
    assert (events[0]["type"], events[-1]["type"]) == ("job.queued", "job.completed")
    told = comparable(await user.job(job_id))
    assert folded(events, told["elapsed_seconds"]) == told


async def test_a_cut_stream_goes_on_after_the_last_event(user: User) -> None:
    job_id = (await user.generate(await user.add_interview(), 2))["id"]
    first = await read(user, job_id, limit=5)
    rest = await read(user, job_id, after=first[-1]["position"])
    positions = [event["position"] for event in (*first, *rest)]
    assert len(set(positions)) == len(positions)
    told = comparable(await user.job(job_id))
    assert folded([*first, *rest], told["elapsed_seconds"]) == told
    assert await read(user, job_id, after=rest[-1]["position"], limit=1) == []


async def test_an_expired_log_is_one_restored_view(user: User, stack: Stack) -> None:
    job_id = (await user.generate(await user.add_interview(), 1))["id"]
    await read(user, job_id)
    redis = connect(stack.redis.url)
    await redis.delete(f"job-log:{{{user.user_id}}}:{job_id}")
    await redis.aclose()
    [restored] = await read(user, job_id)
    assert restored["type"] == "job.restored"
    assert comparable(restored["job"]) == comparable(await user.job(job_id))


async def test_nobody_elses_job_and_no_position_are_refused(user: User, stack: Stack) -> None:
    job_id = (await user.generate(await user.add_interview(), 1))["id"]
    async with User(stack.url) as stranger:
        for unknown in (job_id, str(uuid4())):
            assert (await stranger.http.get(f"/api/jobs/{unknown}/events")).status_code == 404
    wrong = await user.http.get(f"/api/jobs/{job_id}/events", headers={"Last-Event-ID": "yesterday"})
    assert wrong.status_code == 422


async def test_what_happens_arrives_while_it_happens(user: User) -> None:
    job_id = (await user.generate(await user.add_interview(), 4))["id"]
    async with user.http.stream("GET", f"/api/jobs/{job_id}/events") as answer:
        async for line in answer.aiter_lines():
            if line == "event: job.question":
                assert (await user.job(job_id))["status"] == "processing"
                return
    raise AssertionError("no question came")


async def test_a_user_has_so_many_streams_and_those_that_were_cut_do_not_count(user: User, stack: Stack) -> None:
    await stack.kill("worker")  # the job waits, and its streams with it
    job_id = (await user.generate(await user.add_interview(), 4))["id"]
    path = f"/api/jobs/{job_id}/events"
    for _ in range(MAX_SUBSCRIBERS + 1):
        await read(user, job_id, limit=1)
    assert (await user.http.head(path)).headers["content-type"].startswith("text/event-stream")
    async with AsyncExitStack() as streams:
        readers = []  # one that nobody holds would be collected, and its stream closed
        for _ in range(MAX_SUBSCRIBERS):
            answer = await streams.enter_async_context(user.http.stream("GET", path))
            readers.append(answer.aiter_lines())
            assert await anext(readers[-1])
        refused = await user.http.get(path)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    await stack.start("worker")
