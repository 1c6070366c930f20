"""The contract of the WebSocket against the code: every frame both ways, the close codes, the limits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server import __main__ as web
from server.domain import frames, outbox, session
from server.domain.errors import CloseCode
from server.domain.wire import Json
from tests.support.contracts import ASYNCAPI, frame_complaints, resolve
from tests.support.strategies import A_VIEW, CREATED_AT, JOB_ID, OTHER_JOB_ID, USER_ID

CHANNEL = ASYNCAPI["channels"]["live"]
CLIENT_TYPES = {"connect", "sync", "refresh", "ping"}
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "frames.json").read_text(encoding="utf-8"))
each_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])

SERVER_FRAMES = [
    frames.welcome(OTHER_JOB_ID, USER_ID, CREATED_AT, session.HEARTBEAT_SECONDS, CREATED_AT),
    frames.snapshot([], CREATED_AT, complete=True),
    frames.snapshot([A_VIEW], CREATED_AT, complete=False),
    frames.elapsed({JOB_ID: 93}, CREATED_AT),
    frames.heartbeat(CREATED_AT),
    frames.pong(CREATED_AT),
    *(frames.error(code, "m") for code in ("unknown_type", "invalid_frame", "already_connected")),
    frames.closing(CloseCode.RESTART, 1.23456),
]


def names(references: list[Json]) -> set[str]:
    """Return the messages of the channel that are referred to."""
    prefix = "#/channels/live/messages/"
    assert all(reference["$ref"].startswith(prefix) for reference in references)
    return {reference["$ref"].removeprefix(prefix) for reference in references}


def operations(action: str) -> Iterator[Json]:
    """Yield what the server does: `receive` or `send`."""
    return (each for each in ASYNCAPI["operations"].values() if each["action"] == action)


def read(text: str) -> Any:
    """Return the JSON value of a text, None when it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_it_is_asyncapi_3_with_what_that_requires() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= ASYNCAPI["info"].keys()
    assert all({"host", "protocol"} <= server.keys() for server in ASYNCAPI["servers"].values())
    for server in ASYNCAPI["servers"].values():
        assert all(f"{{{name}}}" in server["host"] for name in server["variables"])
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] in {"receive", "send"}
        assert resolve(ASYNCAPI, operation["channel"]["$ref"]) is CHANNEL
        assert names(operation["messages"]) <= CHANNEL["messages"].keys()


def test_every_message_is_received_or_sent_under_its_own_type() -> None:
    received = {name for each in operations("receive") for name in names(each["messages"])}
    replies = {name for each in operations("receive") for name in names(each["reply"]["messages"])}
    sent = {name for each in operations("send") for name in names(each["messages"])}
    assert received == CLIENT_TYPES
    assert received | replies | sent == CHANNEL["messages"].keys()
    assert not received & (replies | sent)
    for name, message in CHANNEL["messages"].items():
        payload = resolve(ASYNCAPI, resolve(ASYNCAPI, message["$ref"])["payload"]["$ref"])
        assert payload["properties"]["type"] == {"const": name}


@each_vector
def test_a_client_frame_fits_where_the_server_takes_it(vector: Json) -> None:
    frame = read(vector["text"])
    is_client_frame = isinstance(frame, dict) and frame.get("type") in CLIENT_TYPES
    assert is_client_frame is (vector["verdict"] in {"valid", "invalid_frame"})
    if is_client_frame:
        assert (frame_complaints(frame) == []) is (vector["verdict"] == "valid")


def test_a_client_frame_is_bounded_as_the_server_bounds_it() -> None:
    longest, most = "x" * frames.MAX_TOKEN_CHARACTERS, [JOB_ID] * frames.MAX_KNOWN
    assert frame_complaints({"type": "connect", "token": longest, "known": most}) == []
    assert frame_complaints({"type": "refresh", "token": longest + "x"})
    assert frame_complaints({"type": "connect", "known": [*most, JOB_ID]})


@pytest.mark.parametrize("text", SERVER_FRAMES, ids=[json.loads(text)["type"] for text in SERVER_FRAMES])
def test_a_server_frame_fits_and_none_that_lacks_a_field_or_has_one_more(text: str) -> None:
    frame = json.loads(text)
    assert frame_complaints(frame) == []
    for field in frame:
        assert frame_complaints({key: frame[key] for key in frame if key != field})
    assert frame_complaints(frame | {"colour": 1})


def test_every_frame_of_the_server_has_been_held_against_the_contract() -> None:
    events = {name for name in CHANNEL["messages"] if name.startswith("job.")}
    assert {json.loads(text)["type"] for text in SERVER_FRAMES} | events | CLIENT_TYPES == CHANNEL["messages"].keys()


def test_every_close_code_of_the_server_is_told_once() -> None:
    told = [each["code"] for each in CHANNEL["x-close-codes"]]
    assert told == sorted(set(told))
    assert set(CloseCode) <= set(told)


def test_the_subprotocol_and_the_limits_are_those_of_the_server() -> None:
    headers = CHANNEL["bindings"]["ws"]["headers"]["properties"]
    assert headers["Sec-WebSocket-Protocol"] == {"const": frames.PROTOCOL}
    assert CHANNEL["x-limits"] == {
        "client_frame_bytes": web.MAX_FRAME_BYTES,
        "client_frames": session.MAX_FRAMES,
        "client_frames_within_seconds": session.FRAMES_WINDOW.total_seconds(),
        "connect_within_seconds": session.CONNECT_WITHIN.total_seconds(),
        "outbox_frames": outbox.MAX_FRAMES,
        "outbox_bytes": outbox.MAX_BYTES,
    }
