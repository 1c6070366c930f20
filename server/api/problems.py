"""Errors of the domain as problem+json (RFC 9457): the one place where an error gets an HTTP status."""

import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.domain.errors import (
    DailyLimitReached,
    Forbidden,
    GenerationActive,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    NotRetryable,
    ServiceError,
    TooManyStreams,
    Unauthenticated,
    Unavailable,
)
from server.domain.wire import Json, view_json
from server.parts import Parts

logger = logging.getLogger(__name__)

STATUSES: dict[type[ServiceError], HTTPStatus] = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    GenerationActive: HTTPStatus.CONFLICT,
    DailyLimitReached: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyStreams: HTTPStatus.TOO_MANY_REQUESTS,
    IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotRetryable: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
# Long enough for a database restart, short enough for a person who waits.
RETRY_AFTER_SECONDS = 2

# Codes of the failures that happen before the domain is asked.
HTTP_CODES = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


def problem(
    status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None, **more: object
) -> Response:
    """Return an `application/problem+json` answer; `code` is for programs, `detail` for people."""
    body: Json = {"type": "about:blank", "title": status.phrase, "status": int(status), "code": code, "detail": detail}
    return JSONResponse(body | more, status, headers, media_type="application/problem+json")


async def on_service_error(request: Request, error: Exception) -> Response:
    """Answer a failure the domain speaks of."""
    assert isinstance(error, ServiceError)
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if status is None:
        raise error
    match error:
        case GenerationActive(job=job):
            parts: Parts = request.app.state.parts
            (view,) = await parts.recovery.views(job.user_id, [job])
            return problem(status, error.code, error.message, job=view_json(view, parts.clock.now()))
        case Unavailable():
            return problem(status, error.code, error.message, {"Retry-After": str(RETRY_AFTER_SECONDS)})
        case DailyLimitReached(retry_after_seconds=seconds):
            return problem(status, error.code, error.message, {"Retry-After": str(seconds)})
        case Unauthenticated():
            return problem(status, error.code, error.message, {"WWW-Authenticate": "Bearer"})
        case _:
            return problem(status, error.code, error.message)


async def on_http_error(_: Request, error: Exception) -> Response:
    """Answer a failure Starlette speaks of: no such path, method not allowed, body too large."""
    assert isinstance(error, HTTPException)
    code = HTTP_CODES[error.status_code]
    return problem(HTTPStatus(error.status_code), code, error.detail, dict(error.headers or {}))


async def on_bug(_: Request, __: Exception) -> Response:
    """Answer a failure of ours; Starlette logs the traceback after this."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
