"""The JSON forms: what is written reads back as the same, and looks as the contract shows it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from server.domain import frames
from server.domain.errors import CloseCode, InvalidInput
from server.domain.events import Event
from server.domain.job import Position
from server.domain.view import View
from server.domain.wire import (
    EVENT_TYPES,
    FACT_PARSERS,
    dumps,
    event_json,
    parse_event,
    parse_partial,
    parse_time,
    parse_view,
    partial_json,
    time_text,
    view_json,
)
from tests.support.strategies import A_VIEW, CREATED_AT, JOB_ID, events, positions, seconds, times, views

CLIENT_FRAMES = json.loads((Path(__file__).parent.parent / "vectors" / "frames.json").read_text(encoding="utf-8"))

# protocol.md, Job view, with nothing left out.
EXAMPLE = """{
 "id": "0199aa00-0000-7000-8000-000000000001", "interview_id": "0199aa00-0000-7000-8000-000000000002",
 "question_id": null, "type": "question", "status": "processing",
 "comment": "focus on system design", "position": "1-7", "attempt": 1,
 "progress": {"stage": "writing", "done": 3, "total": 10},
 "partial": {"questions": [{"index": 0, "text": "왜 지원하셨나요? 🙂", "category": "technical", "intent": "…",
                            "follow_up": "…"}],
             "text": {"index": 3, "value": "Tell me ab"}},
 "result": null, "error": null, "retry_at": null,
 "created_at": "2026-11-23T14:30:00.000Z", "started_at": "2026-11-23T14:30:01.500Z", "completed_at": null,
 "elapsed_seconds": 12.4, "estimated_seconds": 75.0}"""


@given(events)
def test_an_event_reads_back_as_it_was_written(event: Event) -> None:
    text = dumps(event_json(event))
    assert parse_event(json.loads(text)) == event
    assert dumps(json.loads(text)) == text
    assert "\n" not in text


@given(events)
def test_an_event_begins_with_its_type_then_its_job(event: Event) -> None:
    name = EVENT_TYPES[type(event.fact)]
    assert dumps(event_json(event)).startswith(f'{{"type":"{name}","job_id":"{event.job_id}","position":')


@given(views, times)
def test_a_view_reads_back_as_it_was_written_at_any_moment(view: View, now: datetime) -> None:
    assert parse_view(json.loads(dumps(view_json(view, now)))) == view


@given(views)
def test_a_partial_reads_back_as_it_was_written(view: View) -> None:
    assert parse_partial(json.loads(dumps(partial_json(view.partial)))) == view.partial


@given(views, times)
def test_every_text_survives_as_utf_8(view: View, now: datetime) -> None:
    assert json.loads(dumps(view_json(view, now)).encode().decode()) == view_json(view, now)


@given(times)
def test_a_time_reads_back_as_it_was_written(at: datetime) -> None:
    assert parse_time(time_text(at)) == at


@given(positions)
def test_a_position_reads_back_as_it_was_written(position: Position) -> None:
    assert Position.parse(str(position)) == position


def test_every_fact_is_written_and_read() -> None:
    assert set(EVENT_TYPES.values()) == FACT_PARSERS.keys()


def test_the_view_of_the_contract_is_written_exactly_as_shown() -> None:
    shown = json.loads(EXAMPLE)
    written = view_json(parse_view(shown), seconds(12.4))
    assert list(written) == list(shown)
    assert dumps(written) == dumps(shown)


def test_text_is_written_as_itself_without_spaces_around_it() -> None:
    assert dumps({"text": "한글 😀", "list": [1, None]}) == '{"text":"한글 😀","list":[1,null]}'


def test_times_are_utc_in_milliseconds_wherever_they_come_from() -> None:
    assert time_text(CREATED_AT) == "2026-11-23T14:30:00.000Z"
    seoul = timezone(timedelta(hours=9))
    assert time_text(datetime(2026, 11, 23, 23, 30, 0, 999_999, tzinfo=seoul)) == "2026-11-23T14:30:00.999Z"
    assert parse_time("2026-11-23T14:30:00.000Z").tzinfo == UTC


def test_elapsed_seconds_go_on_while_active_and_stand_still_at_the_end() -> None:
    assert view_json(A_VIEW, seconds(93.4))["elapsed_seconds"] == 93.4
    assert view_json(A_VIEW, seconds(-1))["elapsed_seconds"] == 0
    ended = parse_view(view_json(A_VIEW, CREATED_AT) | {"status": "failed", "completed_at": time_text(seconds(8.25))})
    assert view_json(ended, seconds(1000))["elapsed_seconds"] == 8.25


@pytest.mark.parametrize("vector", CLIENT_FRAMES, ids=[vector["name"] for vector in CLIENT_FRAMES])
def test_a_client_frame_is_read_as_its_vector_says(vector: dict[str, Any]) -> None:
    verdict, frame = _read(vector["text"])
    assert verdict == vector["verdict"]
    assert frame == vector.get("frame")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"type":' + "9" * 5000 + "}", "\x00", "\ufeff{}", "NaN"])
def test_what_json_readers_choke_on_is_not_a_frame(text: str) -> None:
    assert _read(text) == ("not_a_frame", None)


def test_a_client_frame_is_bounded() -> None:
    longest = "x" * frames.MAX_TOKEN_CHARACTERS
    assert _read(dumps({"type": "refresh", "token": longest}))[0] == "valid"
    assert _read(dumps({"type": "refresh", "token": longest + "x"}))[0] == "invalid_frame"
    assert _read(dumps({"type": "connect", "known": [JOB_ID] * frames.MAX_KNOWN}))[0] == "valid"
    assert _read(dumps({"type": "connect", "known": [JOB_ID] * (frames.MAX_KNOWN + 1)}))[0] == "invalid_frame"


def test_an_answer_to_an_unknown_type_quotes_little_of_it() -> None:
    with pytest.raises(frames.UnknownFrameType) as caught:
        frames.parse_client_frame(dumps({"type": "x" * 10_000}))
    assert len(caught.value.message) < 100


AT = '"at":"2026-11-23T14:30:00.000Z"'
LATER = "2026-11-23T15:30:00.000Z"

SERVER_FRAMES = [
    (
        frames.welcome("s", "u", CREATED_AT, 15, seconds(3600)),
        f'{{"type":"welcome","session_id":"s","user_id":"u",{AT},"heartbeat_seconds":15,"expires_at":"{LATER}"}}',
    ),
    (frames.snapshot([], CREATED_AT, complete=True), f'{{"type":"snapshot",{AT},"complete":true,"jobs":[]}}'),
    (
        frames.snapshot([A_VIEW], CREATED_AT, complete=False),
        f'{{"type":"snapshot",{AT},"complete":false,"jobs":[{dumps(view_json(A_VIEW, CREATED_AT))}]}}',
    ),
    (frames.elapsed({JOB_ID: 93}, CREATED_AT), f'{{"type":"elapsed",{AT},"jobs":{{"{JOB_ID}":93}}}}'),
    (frames.heartbeat(CREATED_AT), f'{{"type":"heartbeat",{AT}}}'),
    (frames.pong(CREATED_AT), f'{{"type":"pong",{AT}}}'),
    (frames.error("c", "m"), '{"type":"error","code":"c","message":"m"}'),
    (frames.closing(CloseCode.RESTART, 1.23456), '{"type":"closing","code":1012,"retry_after_seconds":1.235}'),
]


@pytest.mark.parametrize(("frame", "text"), SERVER_FRAMES, ids=[json.loads(text)["type"] for _, text in SERVER_FRAMES])
def test_a_server_frame_is_written_exactly_so(frame: str, text: str) -> None:
    assert frame == text


def _read(text: str) -> tuple[str, dict[str, Any] | None]:
    """Return the verdict on a client frame, and the frame when it is valid."""
    try:
        frame = frames.parse_client_frame(text)
    except frames.NotAFrame:
        return "not_a_frame", None
    except InvalidInput as problem:
        return problem.code, None
    fields = json.loads(json.dumps(asdict(frame)))
    return "valid", {"type": type(frame).__name__.lower()} | fields
