"""One generation through the Procfile's own processes: real HTTP, real WebSocket, real Redis, a real database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from server.domain.wire import Json
from tests.support.browser_client import User, comparable
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with ExitStack() as stacked:
        database_url = None
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            database_url = server.dsn(server.create_database())
        yield stacked.enter_context(Stack(database_url, {"SAMPLE_SECONDS": "3"}))


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[User]:
    async with User(stack.url) as user:
        yield user


def positions(frames: list[Json], job_id: str) -> list[str]:
    return [frame["position"] for frame in frames if frame.get("job_id") == job_id]


async def test_a_generation_is_accepted_at_once_and_arrives_live(user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        await watcher.until("snapshot")
        queued = await user.generate(interview_id, count=3)
        assert queued["status"] == "queued"
        view = await watcher.until_ended(queued["id"])

    assert view["status"] == "completed"
    assert [question["index"] for question in view["result"]["questions"]] == [0, 1, 2]
    assert watcher.gaps == 0
    kinds = [frame["type"] for frame in watcher.frames if frame.get("job_id") == queued["id"]]
    assert kinds[:3] == ["job.queued", "job.started", "job.progress"]
    assert kinds[-1] == "job.completed"
    assert kinds.count("job.question") == 3
    assert kinds.count("job.text") >= 3
    assert positions(watcher.frames, queued["id"])[1:] == [f"1-{n}" for n in range(1, len(kinds))]
    assert comparable(view) == comparable(await user.job(queued["id"]))
    refused = await user.http.post(f"/api/jobs/{queued['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_retryable")


async def test_the_elapsed_time_is_told_every_second(user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        job = await user.generate(interview_id)
        first, second = await watcher.until("elapsed"), await watcher.until("elapsed")
        await watcher.until_ended(job["id"])
    assert second["jobs"][job["id"]] == first["jobs"][job["id"]] + 1


async def test_who_comes_back_in_the_middle_finds_the_job_further_along(user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as before:
        job = await user.generate(interview_id, count=4)
        await before.until("job.question", job["id"])
    async with user.connected(known=(job["id"],)) as after:
        snapshot = await after.until("snapshot")
        assert [view["id"] for view in snapshot["jobs"]] == [job["id"]]
        assert len(snapshot["jobs"][0]["partial"]["questions"]) >= 1
        view = await after.until_ended(job["id"])
    assert after.gaps == 0
    assert comparable(view) == comparable(await user.job(job["id"]))


async def test_who_comes_back_after_the_end_is_told_of_the_job_it_knew(user: User) -> None:
    interview_id = await user.add_interview()
    job = await user.generate(interview_id)
    async with user.connected() as watcher:
        view = await watcher.until_ended(job["id"])
    async with user.connected(known=(job["id"],)) as later:
        snapshot = await later.until("snapshot")
        assert [comparable(each) for each in snapshot["jobs"]] == [comparable(view)]
        assert snapshot["complete"] is True
    async with user.connected() as stranger:
        assert (await stranger.until("snapshot"))["jobs"] == []


async def test_the_finished_set_is_in_the_history(user: User) -> None:
    interview_id = await user.add_interview()
    for _ in range(2):
        job = await user.generate(interview_id, count=2)
        async with user.connected(known=(job["id"],)) as watcher:
            await watcher.until_ended(job["id"])
    sets = (await user.http.get(f"/api/interviews/{interview_id}/question-sets")).json()["question_sets"]
    assert [each["number"] for each in sets] == [2, 1]
    assert [[question["index"] for question in each["questions"]] for each in sets] == [[0, 1], [0, 1]]
    first, second = ({question["text"] for question in each["questions"]} for each in sets)
    assert not first & second


async def test_two_browsers_of_one_user_see_the_same_and_another_user_nothing(stack: Stack, user: User) -> None:
    interview_id = await user.add_interview()
    async with User(stack.url) as other, user.connected() as one, user.connected() as two, other.connected() as foreign:
        await asyncio.gather(one.until("snapshot"), two.until("snapshot"), foreign.until("snapshot"))
        job = await user.generate(interview_id)
        await asyncio.gather(one.until_ended(job["id"]), two.until_ended(job["id"]))
        assert comparable(one.view(job["id"])) == comparable(two.view(job["id"]))
        own = await other.generate(await other.add_interview())
        await foreign.until_ended(own["id"])
        assert {frame["job_id"] for frame in foreign.frames if "job_id" in frame} == {own["id"]}
        for address in (f"/api/jobs/{job['id']}", f"/api/interviews/{interview_id}"):
            assert (await other.http.get(address)).status_code == 404
        assert (await other.http.post(f"/api/jobs/{job['id']}/cancel")).status_code == 404


async def test_a_cancelled_job_keeps_what_was_written_everywhere(user: User) -> None:
    interview_id = await user.add_interview()
    async with user.connected() as watcher:
        job = await user.generate(interview_id, count=10)
        await watcher.until("job.question", job["id"])
        answer = (await user.http.post(f"/api/jobs/{job['id']}/cancel")).raise_for_status().json()
        view = await watcher.until_ended(job["id"])
    assert view["status"] == answer["status"] == "cancelled"
    assert view["position"] == "2-1"
    assert view["partial"]["questions"]
    assert comparable(view) == comparable(answer) == comparable(await user.job(job["id"]))
    again = (await user.http.post(f"/api/jobs/{job['id']}/retry")).json()
    assert again["status"] == "queued"
    assert again["id"] != job["id"]
    await user.http.post(f"/api/jobs/{again['id']}/cancel")


async def test_one_generation_at_a_time(user: User) -> None:
    interview_id = await user.add_interview()
    job = await user.generate(interview_id)
    refused = await user.http.post("/api/ai/question", json={"interview_id": interview_id})
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "generation_active"
    assert refused.json()["job"]["id"] == job["id"]
    assert refused.json()["job"]["position"] >= "0-1"
    await user.http.post(f"/api/jobs/{job['id']}/cancel")


async def test_http_alone_follows_a_job_to_its_end(user: User) -> None:
    job = await user.generate(await user.add_interview())
    seen: list[Json] = []
    tag = ""
    async with asyncio.timeout(30):
        while not seen or seen[-1]["completed_at"] is None:
            headers = {"Prefer": "wait=10", "If-None-Match": tag}
            answer = await user.http.get(f"/api/jobs/{job['id']}", headers=headers)
            assert answer.status_code == 200
            tag = answer.headers["etag"]
            assert tag == f'"{answer.json()["position"]}"'
            seen.append(answer.json())
    assert seen[-1]["status"] == "completed"
    assert len({view["position"] for view in seen}) == len(seen)
    for held, status in ((tag, 304), (f'"0-1", W/{tag}', 304), ("*", 304), (f'"1{tag[1:]}', 200), (f"x{tag}", 200)):
        answer = await user.http.get(f"/api/jobs/{job['id']}", headers={"If-None-Match": held})
        assert answer.status_code == status, held
    active = await user.http.get("/api/jobs", params={"status": "active"})
    assert active.json() == {"jobs": []}
