"""One body of promises for both ways to Gemini, against its REST API on this machine (tests/support/fake_gemini.py)."""

import asyncio
import gc
import json
import time
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any

import pytest

from server.domain.interview import InterviewDetails
from server.domain.job import JobType
from tests.support.fake_gemini import (
    QUOTA_FAILURE,
    RETRY_INFO,
    Answer,
    Failure,
    FakeGemini,
    Silence,
    Stream,
    blocked_prompt,
    chunk,
)
from tests.support.ports import free_port
from tests.support.strategies import a_question
from tests.support.workbench import document
from worker.models.gemini import GeminiModel
from worker.models.google_genai import GoogleGenaiModel
from worker.models.port import Assignment, Finish, FinishReason, ModelError, Piece, TextModel, Tokens

# Not a key: no service has ever seen it.
KEY = "for tests only"
# The service is told to stop within this; in practice it takes milliseconds.
STOP_SECONDS = 2.0
MAKERS: dict[str, Callable[[str], TextModel]] = {
    "google-generativeai": lambda url: GeminiModel(KEY, "a-model", url, threads=4),
    "google-genai": lambda url: GoogleGenaiModel(KEY, "a-model", url),
}
ASSIGNMENT = Assignment("job", JobType.QUESTION, InterviewDetails("카카오뱅크", "SRE", resume="Kafka"), None, 2)


@pytest.fixture
def service() -> Iterator[FakeGemini]:
    with FakeGemini() as service:
        yield service


@pytest.fixture(autouse=True)
async def _no_socket_is_left_open() -> AsyncIterator[None]:
    yield
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        gc.collect()
    assert [str(each.message) for each in said] == []


@pytest.fixture(params=MAKERS)
def model(request: pytest.FixtureRequest, service: FakeGemini) -> TextModel:
    return MAKERS[request.param](service.url)


async def everything(model: TextModel) -> list[Piece]:
    return [piece async for piece in model.write(ASSIGNMENT)]


async def refused(model: TextModel) -> ModelError:
    with pytest.raises(ModelError) as failure:
        await everything(model)
    return failure.value


async def test_the_text_arrives_in_pieces_with_its_cost_and_its_end(service: FakeGemini, model: TextModel) -> None:
    whole = document(a_question(0, "대규모 장애 🙂"), a_question(1, '"\\" {[ 가'))
    cuts = [whole[:9], whole[9:40], whole[40:]]
    last = chunk(cuts[2], "STOP", tokens=(100, 30))
    service.answers = [Stream([chunk(cuts[0], tokens=(100, 3)), chunk(cuts[1], tokens=(100, 12)), last])]
    pieces = await everything(model)
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == whole
    assert [piece for piece in pieces if isinstance(piece, Tokens)] == [
        Tokens(100, 3),
        Tokens(100, 12),
        Tokens(100, 30),
    ]
    assert pieces[-1] == Finish(FinishReason.STOP)
    assert pieces.index(Tokens(100, 3)) < pieces.index(cuts[0])


async def test_thoughts_are_paid_for(service: FakeGemini, model: TextModel) -> None:
    message: dict[str, Any] = chunk("[]", "STOP")
    message["usageMetadata"] = {"promptTokenCount": 10, "thoughtsTokenCount": 50, "candidatesTokenCount": 2}
    message["usageMetadata"]["totalTokenCount"] = 62
    service.answers = [Stream([message])]
    assert await everything(model) == [Tokens(10, 52), "[]", Finish(FinishReason.STOP)]


async def test_the_request_holds_the_prompt_the_schema_and_the_key(service: FakeGemini, model: TextModel) -> None:
    service.answers = [Stream([chunk("[]", "STOP")])]
    await everything(model)
    [request] = service.received
    config = request.body["generationConfig"]
    assert (request.model, request.has_key, model.name) == ("a-model", True, "a-model")
    assert "<material>" in request.body["systemInstruction"]["parts"][0]["text"]
    assert "카카오뱅크" in request.body["contents"][0]["parts"][0]["text"]
    assert config["responseMimeType"] == "application/json"
    assert set(config["responseSchema"]["items"]["properties"]) == {"ask", "category", "intent", "follow_up"}
    assert KEY not in json.dumps(request.body)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MAX_TOKENS", FinishReason.LENGTH),
        ("SAFETY", FinishReason.BLOCKED),
        ("RECITATION", FinishReason.BLOCKED),
        ("PROHIBITED_CONTENT", FinishReason.BLOCKED),
        ("MALFORMED_FUNCTION_CALL", FinishReason.OTHER),
    ],
)
async def test_why_it_ended_is_told(service: FakeGemini, model: TextModel, name: str, reason: FinishReason) -> None:
    service.answers = [Stream([chunk("[", name)])]
    assert (await everything(model))[-1] == Finish(reason)


@pytest.mark.filterwarnings("ignore:Unrecognized FinishReason:UserWarning")  # the library says so too
async def test_a_reason_newer_than_the_library_is_another_reason(service: FakeGemini) -> None:
    service.answers = [Stream([chunk("[", 77)])]
    model = MAKERS["google-generativeai"](service.url)
    assert (await everything(model))[-1] == Finish(FinishReason.OTHER)


async def test_an_answer_that_nobody_has_foreseen_is_a_passing_failure(
    service: FakeGemini, model: TextModel, caplog: pytest.LogCaptureFixture
) -> None:
    service.answers = [Stream([{"candidates": 5}])]
    error = await refused(model)
    assert (str(error.code), error.retryable) == ("model_unavailable", True)
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("library", MAKERS)
async def test_closing_stops_a_handshake_that_is_not_answered(library: str) -> None:
    ended, arrived = asyncio.Event(), asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        with suppress(ConnectionError):
            while await reader.read(4096):
                pass
        ended.set()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        url = f"https://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        waiting = asyncio.create_task(wait_for_more(MAKERS[library](url).write(ASSIGNMENT)))
        await arrived.wait()
        waiting.cancel()
        await asyncio.wait_for(ended.wait(), STOP_SECONDS)
        await asyncio.gather(waiting, return_exceptions=True)


async def test_a_refused_prompt_is_told_as_blocked(service: FakeGemini, model: TextModel) -> None:
    service.answers = [Stream([blocked_prompt()])]
    assert (await everything(model))[-1] == Finish(FinishReason.BLOCKED)


async def test_a_stream_without_a_reason_has_no_finish(service: FakeGemini, model: TextModel) -> None:
    service.answers = [Stream([chunk("[")])]
    assert await everything(model) == ["["]


RETRY = {"@type": RETRY_INFO, "retryDelay": "7s"}
PER_DAY = {
    "@type": QUOTA_FAILURE,
    "violations": [
        {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "quotaMetric": "generate_content_requests"}
    ],
}
PER_MINUTE = {"@type": QUOTA_FAILURE, "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]}
BUSY = "You exceeded your current quota, please check your plan and billing details."


@pytest.mark.parametrize(
    ("failure", "code", "retryable", "wait"),
    [
        (Failure(429, "RESOURCE_EXHAUSTED", BUSY, [PER_MINUTE, RETRY]), "rate_limited", True, timedelta(seconds=7)),
        (Failure(429, "RESOURCE_EXHAUSTED", BUSY, [PER_DAY, RETRY]), "quota_exhausted", False, None),
        (Failure(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted."), "rate_limited", True, None),
        (Failure(500, "INTERNAL", "An internal error has occurred."), "model_unavailable", True, None),
        (Failure(502, "UNKNOWN", "Bad gateway"), "model_unavailable", True, None),
        (Failure(503, "UNAVAILABLE", "The model is overloaded."), "model_unavailable", True, None),
        (Failure(504, "DEADLINE_EXCEEDED", "Deadline expired."), "model_unavailable", True, None),
        (Failure(400, "INVALID_ARGUMENT", "API key not valid."), "model_misconfigured", False, None),
        (Failure(401, "UNAUTHENTICATED", "Missing credentials."), "model_misconfigured", False, None),
        (Failure(403, "PERMISSION_DENIED", "Method doesn't allow it."), "model_misconfigured", False, None),
        (Failure(404, "NOT_FOUND", "models/a-model is not found."), "model_misconfigured", False, None),
    ],
    ids=lambda value: f"{value.code} {len(value.details)}" if isinstance(value, Failure) else "",
)
async def test_failures_are_told_apart(
    service: FakeGemini, model: TextModel, failure: Failure, code: str, retryable: bool, wait: timedelta | None
) -> None:
    service.answers = [failure]
    error = await refused(model)
    assert (str(error.code), error.retryable, error.retry_after) == (code, retryable, wait)
    assert failure.message not in error.message
    if retryable:
        # Repeating is the worker's to decide: it is visible, and it counts.
        assert len(service.received) == 1


async def test_the_operator_is_told_what_the_service_said_and_never_the_key(
    service: FakeGemini, model: TextModel, caplog: pytest.LogCaptureFixture
) -> None:
    service.answers = [Failure(404, "NOT_FOUND", "models/a-model is not found.")]
    await refused(model)
    assert "models/a-model is not found." in caplog.text
    assert KEY not in caplog.text


async def test_a_cut_stream_is_a_passing_failure(service: FakeGemini, model: TextModel) -> None:
    service.answers = [Stream([chunk('[{"ask": "Tell')], ending="cut")]
    pieces = model.write(ASSIGNMENT)
    assert await anext(pieces) == '[{"ask": "Tell'
    with pytest.raises(ModelError) as failure:
        await anext(pieces)
    assert (str(failure.value.code), failure.value.retryable) == ("model_unavailable", True)


@pytest.mark.parametrize("library", MAKERS)
async def test_a_service_that_is_not_there_is_a_passing_failure(library: str) -> None:
    error = await refused(MAKERS[library](f"http://127.0.0.1:{free_port()}"))
    assert (str(error.code), error.retryable) == ("model_unavailable", True)


@pytest.mark.parametrize(
    "answer", [Silence(), Stream([], "silent"), Stream([chunk("[")], "silent")], ids=["no answer", "no text", "stuck"]
)
async def test_closing_stops_the_request_whatever_it_waits_for(
    service: FakeGemini, model: TextModel, answer: Answer
) -> None:
    service.answers = [answer]
    waiting = asyncio.create_task(wait_for_more(model.write(ASSIGNMENT)))
    while not service.received:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    began = time.monotonic()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await asyncio.to_thread(service.received[0].is_left.wait, STOP_SECONDS)
    assert time.monotonic() - began < STOP_SECONDS


async def wait_for_more(pieces: AsyncGenerator[Piece, None]) -> None:
    async with aclosing(pieces):
        async for _ in pieces:
            pass


async def test_a_reader_that_has_enough_stops_the_request(service: FakeGemini, model: TextModel) -> None:
    service.answers = [Stream([chunk("[")], "silent")]
    async with aclosing(model.write(ASSIGNMENT)) as pieces:
        assert await anext(pieces) == "["
    assert await asyncio.to_thread(service.received[0].is_left.wait, STOP_SECONDS)
