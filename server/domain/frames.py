"""The WebSocket frames: what a browser may say, checked, and what the server answers. Never a socket.

Frames that carry a job's events are not made here: the hub forwards their text byte for byte.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.domain.errors import CloseCode, InvalidInput
from server.domain.view import View
from server.domain.wire import Json, dumps, time_text, view_json

PROTOCOL = "interview-live.v1"

# A browser believes few jobs active; 50 leaves room for tabs left open for days.
MAX_KNOWN = 50
# A JWT of an identity provider takes 1-2 KB; a frame holds 16 KiB.
MAX_TOKEN_CHARACTERS = 8192

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NotAFrame(ValueError):
    """The text is not a frame of this protocol at all: the conversation ends with 4400."""


class UnknownFrameType(InvalidInput):
    """No frame of this type exists; the conversation goes on."""

    code = "unknown_type"


class InvalidFrame(InvalidInput):
    """A frame of a known type lacks or misspells a field; the conversation goes on."""

    code = "invalid_frame"


@dataclass(frozen=True, slots=True)
class Connect:
    """The first frame; `known` are the jobs the client believed active."""

    token: str | None
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sync:
    """Ask for a snapshot of one job, or of everything."""

    job_id: str | None


@dataclass(frozen=True, slots=True)
class Refresh:
    """A new token before the old one expires."""

    token: str


@dataclass(frozen=True, slots=True)
class Ping:
    """The probe of a browser that has just woken up."""


ClientFrame = Connect | Sync | Refresh | Ping


def is_id(value: object) -> bool:
    """Tell whether `value` is an id as this service writes them: a lower-case hyphenated UUID."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def parse_client_frame(text: str) -> ClientFrame:
    """Read one frame; raises NotAFrame, UnknownFrameType or InvalidFrame (protocol.md, Client → server)."""
    frame = _frame_object(text)
    match frame["type"]:
        case "connect":
            return Connect(_token(frame) if "token" in frame else None, _known(frame.get("known", [])))
        case "sync":
            return Sync(_job_id(frame["job_id"]) if "job_id" in frame else None)
        case "refresh":
            return Refresh(_token(frame))
        case "ping":
            return Ping()
        case other:
            raise UnknownFrameType(f"There is no frame of type {other[:40]!r}.")


def _frame_object(text: str) -> Json:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFrame("A frame is JSON text.") from error
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise NotAFrame("A frame is a JSON object with a type.")
    return frame


def _token(frame: Mapping[str, object]) -> str:
    token = frame.get("token")
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN_CHARACTERS:
        raise InvalidFrame(f"token must be text of 1 to {MAX_TOKEN_CHARACTERS} characters.")
    return token


def _known(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_KNOWN or not all(map(is_id, value)):
        raise InvalidFrame(f"known must be a list of up to {MAX_KNOWN} job ids.")
    return tuple(value)


def _job_id(value: object) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise InvalidFrame("job_id must be a job id.")
    return value


def welcome(session_id: str, user_id: str, now: datetime, heartbeat_seconds: int, expires_at: datetime) -> str:
    """Return the answer to `connect`."""
    return dumps(
        {
            "type": "welcome",
            "session_id": session_id,
            "user_id": user_id,
            "at": time_text(now),
            "heartbeat_seconds": heartbeat_seconds,
            "expires_at": time_text(expires_at),
        }
    )


def snapshot(views: Sequence[View], now: datetime, *, complete: bool) -> str:
    """Return the state of the given jobs; `complete` says that no other job of the user is active."""
    jobs = [view_json(view, now) for view in views]
    return dumps({"type": "snapshot", "at": time_text(now), "complete": complete, "jobs": jobs})


def elapsed(seconds: Mapping[str, int], now: datetime) -> str:
    """Return how many whole seconds each active job has taken so far."""
    return dumps({"type": "elapsed", "at": time_text(now), "jobs": dict(seconds)})


def heartbeat(now: datetime) -> str:
    """Return the sign of life of a session with nothing else to say."""
    return dumps({"type": "heartbeat", "at": time_text(now)})


def pong(now: datetime) -> str:
    """Return the answer to `ping`."""
    return dumps({"type": "pong", "at": time_text(now)})


def error(code: str, message: str) -> str:
    """Return what was wrong with a frame that does not cost the connection."""
    return dumps({"type": "error", "code": code, "message": message})


def closing(code: CloseCode, retry_after_seconds: float) -> str:
    """Return the notice that the server is going away, and when to come back."""
    return dumps({"type": "closing", "code": int(code), "retry_after_seconds": round(retry_after_seconds, 3)})
