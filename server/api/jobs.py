"""`/api/jobs`: the HTTP fallback. The same views as the WebSocket's, with `Prefer: wait` in place of a push."""

import asyncio
import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.api.bell import Bell
from server.api.generation import accepted
from server.api.requests import id_in_path, is_held, parts_of, user_of
from server.domain.errors import InvalidInput
from server.domain.view import View
from server.domain.wire import view_json
from server.ports import Clock

RECENT = 50
# Below the time-outs of common proxies (protocol.md, HTTP).
MAX_WAIT = timedelta(seconds=30)

_WAIT = re.compile(r"""(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?(?:$|[,;\s])""", re.IGNORECASE)


async def index(request: Request) -> Response:
    """List the active jobs, or the newest."""
    parts, user_id = parts_of(request), user_of(request)
    match request.query_params.get("status"):
        case "active":
            views = await parts.recovery.active(user_id)
        case None:
            views = await parts.recovery.recent(user_id, RECENT)
        case _:
            raise InvalidInput("status: only `active` can be asked for")
    now = parts.clock.now()
    return JSONResponse({"jobs": [view_json(view, now) for view in views]})


async def show(request: Request) -> Response:
    """Show one job; with `Prefer: wait=N` only once its position has moved on, or N seconds have passed."""
    parts, user_id, job_id = parts_of(request), user_of(request), job_id_of(request)
    wait = preferred_wait(request)
    view = await parts.recovery.view(user_id, job_id)
    is_known = is_held(request, etag(view)) or not request.headers.get("if-none-match")
    if wait and is_known and not view.is_terminal:
        view = await _wait_for_change(request, user_id, view, wait)
    headers = {"ETag": etag(view), "Cache-Control": "no-cache"} | ({"Preference-Applied": "wait"} if wait else {})
    if is_held(request, etag(view)):
        return Response(status_code=304, headers=headers)
    return _shown(view, parts.clock, headers)


async def cancel(request: Request) -> Response:
    """End a job; what it has written stays."""
    parts = parts_of(request)
    return _shown(await parts.generation.cancel(user_of(request), job_id_of(request)), parts.clock)


async def retry(request: Request) -> Response:
    """Do a failed or cancelled job over, as a new job."""
    parts = parts_of(request)
    view = await parts.generation.retry(user_of(request), job_id_of(request))
    return accepted(view, parts.clock)


def job_id_of(request: Request) -> str:
    """Return the id in the path."""
    return id_in_path(request, "job_id")


def etag(view: View) -> str:
    """Return the position as an entity tag (RFC 9110)."""
    return f'"{view.position}"'


def _shown(view: View, clock: Clock, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(view_json(view, clock.now()), headers=headers)


def preferred_wait(request: Request) -> timedelta:
    """Return how long the client would wait (RFC 7240), zero when it does not say."""
    found = _WAIT.search(request.headers.get("prefer", ""))
    return min(timedelta(seconds=int(found[1])), MAX_WAIT) if found else timedelta()


async def _wait_for_change(request: Request, user_id: str, view: View, wait: timedelta) -> View:
    """Return the view once it stands elsewhere than `view`, or as it is when time is up or the process stops."""
    parts = parts_of(request)
    bell, held = Bell(view.id), view.position
    deadline = asyncio.get_running_loop().time() + wait.total_seconds()
    parts.hub.join(user_id, bell)
    try:
        while view.position == held and asyncio.get_running_loop().time() < deadline and not parts.sockets.is_draining:
            await bell.wait(deadline)
            view = await parts.recovery.view(user_id, view.id)
    finally:
        parts.hub.leave(user_id, bell)
    return view
