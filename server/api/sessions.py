"""`/api/session`: guest sign-in, who is signed in, sign out."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from uuid_utils import uuid7

from server.api.requests import identify, parts_of
from server.auth import SESSION_COOKIE, SESSION_LIFETIME, is_own_origin
from server.domain.errors import Forbidden, Unauthenticated
from server.domain.session import Identity
from server.domain.wire import Json, time_text


async def sign_in(request: Request) -> Response:
    """Sign a guest in, or give who is signed in already a fresh token."""
    parts = parts_of(request)
    if not parts.settings.allow_guests:
        raise Forbidden("Guests are not allowed here.")
    if "origin" in request.headers and not is_own_origin(request.headers, parts.settings.allowed_origins):
        raise Forbidden("Sign in from this site (Origin).")
    now = parts.clock.now()
    user_id = _signed_in(request) or str(uuid7())
    await parts.interviews.add_user(user_id, now)
    token, identity = parts.tokens.issue(user_id, now)
    response = JSONResponse(_session_json(request, identity) | {"token": token})
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def show(request: Request) -> Response:
    """Tell who is signed in."""
    return JSONResponse(_session_json(request, identify(request)))


async def sign_out(request: Request) -> Response:
    """Forget the session in this browser."""
    with suppress(Unauthenticated):  # an expired cookie is removed all the same
        identify(request)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


def _session_json(request: Request, identity: Identity) -> Json:
    return {
        "user_id": identity.user_id,
        "expires_at": time_text(identity.expires_at),
        "generator": parts_of(request).settings.generator,
    }


def _signed_in(request: Request) -> str | None:
    """Return the user of a valid session; anything else makes a new guest."""
    try:
        return identify(request).user_id
    except (Unauthenticated, Forbidden):
        return None
