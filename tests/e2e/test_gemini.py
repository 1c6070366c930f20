"""Generations by Gemini through the Procfile's own processes, with its REST API on this machine."""

import asyncio
from collections.abc import Iterator

import pytest

from server.domain.wire import Json
from tests.support.browser_client import User, comparable
from tests.support.fake_gemini import RETRY_INFO, Failure, FakeGemini, Stream, chunk
from tests.support.stack import Stack
from tests.support.strategies import a_question
from tests.support.workbench import document

# Cancelling stops the upstream request within two seconds; a noisy machine gets as many again.
STOP_SECONDS = 4.0
QUESTIONS = [a_question(index, f"{index}번 질문 🙂") for index in range(4)]


@pytest.fixture(scope="module")
def service() -> Iterator[FakeGemini]:
    with FakeGemini() as service:
        yield service


@pytest.fixture(scope="module", params=["gemini", "google-genai"])
def stack(request: pytest.FixtureRequest, service: FakeGemini) -> Iterator[Stack]:
    key = {"GEMINI_API_KEY": "for tests only", "GEMINI_BASE_URL": service.url}
    models = {"GEMINI_MODEL": "first-choice", "GEMINI_FALLBACK_MODEL": "second-choice"}
    with Stack(settings={"GENERATOR": request.param, **key, **models}) as stack:
        yield stack


@pytest.fixture(autouse=True)
def _forget(service: FakeGemini) -> None:
    service.received.clear()


def whole(first: int = 0) -> Stream:
    """Return an answer with the questions from `first` on, in pieces."""
    text = document(*QUESTIONS[first:])
    cuts = range(0, len(text), 40)
    pieces = [chunk(text[cut : cut + 40], tokens=(100, cut)) for cut in cuts]
    return Stream([*pieces, chunk(finish="STOP", tokens=(100, len(text)))])


def texts(view: Json) -> list[str]:
    return [question["text"] for question in view["result"]["questions"]]


async def test_questions_come_from_gemini(stack: Stack, service: FakeGemini) -> None:
    service.answers = [whole()]
    async with User(stack.url) as user, user.connected() as watcher:
        session = (await user.http.get("/api/session")).json()
        job = await user.generate(await user.add_interview(), count=4)
        view = await watcher.until_ended(job["id"])
        assert texts(view) == [question.text for question in QUESTIONS]
        assert comparable(view) == comparable(await user.job(job["id"]))
        assert session["generator"] == stack.settings.generator
    assert [request.model for request in service.received] == ["first-choice"]


async def test_what_was_finished_is_kept_when_the_stream_is_cut_and_another_model_takes_over(
    stack: Stack, service: FakeGemini
) -> None:
    cut = Stream([chunk(document(QUESTIONS[0])[:-1] + ',{"ask": "Hal')], ending="cut")
    overloaded = Failure(503, "UNAVAILABLE", "The model is overloaded.")
    service.answers = [cut, overloaded, whole(first=1)]
    async with User(stack.url) as user, user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=4)
        retrying = await watcher.until("job.retrying", job["id"])
        assert retrying["error"]["code"] == "model_unavailable"
        view = await watcher.until_ended(job["id"])
    assert texts(view) == [question.text for question in QUESTIONS]
    assert [request.model for request in service.received] == ["first-choice", "first-choice", "second-choice"]
    assert QUESTIONS[0].text in str(service.received[2].body)


async def test_a_wait_that_was_asked_for_is_shown_and_survives_the_worker(stack: Stack, service: FakeGemini) -> None:
    busy = Failure(429, "RESOURCE_EXHAUSTED", "Slow down.", [{"@type": RETRY_INFO, "retryDelay": "3s"}])
    service.answers = [busy, whole()]
    async with User(stack.url) as user, user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=4)
        retrying = await watcher.until("job.retrying", job["id"])
        assert (retrying["error"]["code"], (await user.job(job["id"]))["retry_at"]) == (
            "rate_limited",
            retrying["retry_at"],
        )
        await stack.kill("worker")
        await stack.start("worker")
        view = await watcher.until_ended(job["id"])
    assert (view["status"], len(service.received)) == ("completed", 2)


async def test_cancelling_stops_the_request(stack: Stack, service: FakeGemini) -> None:
    service.answers = [Stream([chunk(document(QUESTIONS[0])[:-1])], ending="silent")]
    async with User(stack.url) as user, user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=4)
        await watcher.until("job.question", job["id"])
        await user.http.post(f"/api/jobs/{job['id']}/cancel")
        assert await asyncio.to_thread(service.received[0].is_left.wait, STOP_SECONDS)
        view = await user.job(job["id"])
    assert (view["status"], len(view["partial"]["questions"])) == ("cancelled", 1)


async def test_an_exhausted_quota_ends_it_in_plain_words(stack: Stack, service: FakeGemini) -> None:
    details = [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]
    service.answers = [Failure(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", details)]
    async with User(stack.url) as user, user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=4)
        view = await watcher.until_ended(job["id"])
    assert (view["status"], view["error"]["code"], view["error"]["retryable"]) == ("failed", "quota_exhausted", False)
    assert len(service.received) == 1
