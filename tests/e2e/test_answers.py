"""An answer through the Procfile's own processes: HTTP, WebSocket, Redis, a database."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from server.domain.wire import Json
from tests.support.browser_client import User, comparable
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(None, {"SAMPLE_SECONDS": "2"}) as stack:
        yield stack


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


async def ask(user: User, count: int = 1) -> tuple[str, list[str]]:
    """Generate questions; return the interview's id and theirs."""
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        await watcher.until_ended((await user.generate(interview_id, count))["id"])
    return interview_id, [question["id"] for question in await questions(user, interview_id)]


async def questions(user: User, interview_id: str) -> list[Json]:
    [newest, *_] = (await user.http.get(f"/api/interviews/{interview_id}/question-sets")).json()["question_sets"]
    return list(newest["questions"])


async def test_an_answer_is_accepted_at_once_and_arrives_live(user: User) -> None:
    interview_id, [question_id] = await ask(user)
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        accepted = await user.http.post("/api/ai/answer", json={"question_id": question_id, "comment": "수치 중심"})
        queued = accepted.json()
        assert accepted.status_code == 202
        assert accepted.headers["location"] == f"/api/jobs/{queued['id']}"
        assert (queued["type"], queued["question_id"], queued["interview_id"]) == ("answer", question_id, interview_id)
        written = await watcher.until("job.text", queued["id"])
        assert (written["index"], written["offset"]) == (0, 0)
        ended = await watcher.until_ended(queued["id"])
    assert watcher.gaps == 0
    assert comparable(ended) == comparable(await user.job(queued["id"]))
    assert set(ended["result"]) == {"answer_id", "question_id", "text", "key_points", "avoid"}
    [question] = await questions(user, interview_id)
    shown = question["answer"]
    assert (shown["id"], shown["job_id"], shown["comment"]) == (ended["result"]["answer_id"], queued["id"], "수치 중심")
    assert {name: shown[name] for name in ("text", "key_points", "avoid")} == {
        name: ended["result"][name] for name in ("text", "key_points", "avoid")
    }
    assert (await user.http.get(f"/api/interviews/{interview_id}")).json()["answer_count"] == 1


async def test_one_generation_at_a_time_whatever_its_type(user: User) -> None:
    interview_id, question_ids = await ask(user, 2)
    first = (await user.http.post("/api/ai/answer", json={"question_id": question_ids[0]})).json()
    for path, body in (
        ("/api/ai/answer", {"question_id": question_ids[1]}),
        ("/api/ai/question", {"interview_id": interview_id}),
    ):
        refused = await user.http.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "generation_active")
        assert refused.json()["job"]["id"] == first["id"]


async def test_a_cancelled_answer_can_be_done_over(user: User) -> None:
    interview_id, [question_id] = await ask(user)
    async with user.connected() as watcher:
        job = (await user.http.post("/api/ai/answer", json={"question_id": question_id, "comment": "짧게"})).json()
        await watcher.until("job.text", job["id"])
        cancelled = (await user.http.post(f"/api/jobs/{job['id']}/cancel")).json()
        assert cancelled["partial"]["text"]["value"]
        again = (await user.http.post(f"/api/jobs/{job['id']}/retry")).json()
        assert (again["type"], again["question_id"], again["comment"]) == ("answer", question_id, "짧게")
        ended = await watcher.until_ended(again["id"])
    [question] = await questions(user, interview_id)
    assert question["answer"]["id"] == ended["result"]["answer_id"]


async def test_the_same_request_twice_is_one_job(user: User) -> None:
    _, [question_id] = await ask(user)
    body, key = {"question_id": question_id}, {"Idempotency-Key": "once"}
    first = await user.http.post("/api/ai/answer", json=body, headers=key)
    again = await user.http.post("/api/ai/answer", json=body, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    other = await user.http.post("/api/ai/answer", json={**body, "comment": "other"}, headers=key)
    assert other.status_code == 422


async def test_another_users_question_is_like_none_at_all(user: User, stack: Stack) -> None:
    _, [question_id] = await ask(user)
    async with User(stack.url) as stranger:
        for unknown in (question_id, str(uuid4()), "no id"):
            refused = await stranger.http.post("/api/ai/answer", json={"question_id": unknown})
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
