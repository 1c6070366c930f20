"""`/api/jobs/{id}/events`: a job's log as server-sent events (WHATWG HTML, 9.2), for clients without WebSocket.

Nothing is kept for a reader: each round reads the log anew and sends what follows the last event it was sent, so a slow
one costs nothing. A stream ends with the job, with the token, after half an hour, and when the process stops; a client
resumes where it was.
"""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.bell import Bell
from server.api.requests import id_in_path, identify, parts_of
from server.domain.errors import InvalidInput, NotFound, TooManyStreams, Unavailable
from server.domain.events import Event
from server.domain.job import Position
from server.domain.wire import dumps, event_json
from server.parts import Parts

# Before `job.queued`, which stands at 0-1.
BEGINNING = Position(-1, 0)
# As long as a proxy lets a request live at most; the client notices nothing but a new request.
LIFETIME = timedelta(minutes=30)
# Tabs, devices and scripts of one person; more is a loop that opens and never closes.
MAX_SUBSCRIBERS = 50
# An entry that says nothing, so that neither side takes silence for a lost connection.
PULSE = ": \n\n"

_POSITION = re.compile(r"\d{1,9}-\d{1,9}")


async def events(request: Request) -> Response:
    """Stream a job's events after `Last-Event-ID`; ends after the terminal one."""
    parts, identity, job_id = parts_of(request), identify(request), id_in_path(request, "job_id")
    after = _last_event_id(request)
    # Asked once before the answer begins: 404, 429 and 503 can still be told.
    await parts.recovery.view(identity.user_id, job_id)
    if parts.hub.count(identity.user_id) >= MAX_SUBSCRIBERS:
        raise TooManyStreams("Too many streams of this user are open.")
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=headers)
    until = min(identity.expires_at, parts.clock.now() + LIFETIME)
    stream = _entries(parts, identity.user_id, job_id, after, until)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _entries(
    parts: Parts, user_id: str, job_id: str, after: Position, until: datetime
) -> AsyncGenerator[str, None]:
    bell = Bell(job_id)
    parts.hub.join(user_id, bell)
    try:
        while not parts.sockets.is_draining and parts.clock.now() < until:
            view, news = await parts.recovery.missed(user_id, job_id, after, parts.clock.now())
            yield "".join(map(_entry, news)) or PULSE
            if view.is_terminal:
                return
            after = news[-1].position if news else after
            await bell.wait()
    except (Unavailable, NotFound):
        # Too late for a status: the end is what there is to say, and the client asks again.
        return
    finally:
        parts.hub.leave(user_id, bell)


def _entry(event: Event) -> str:
    data = event_json(event)
    return f"id: {event.position}\nevent: {data['type']}\ndata: {dumps(data)}\n\n"


def _last_event_id(request: Request) -> Position:
    text = request.headers.get("last-event-id")
    if not text:
        return BEGINNING
    if not _POSITION.fullmatch(text):
        raise InvalidInput("Last-Event-ID: a position, `<attempt>-<n>`")
    return Position.parse(text)
