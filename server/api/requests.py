"""Reading a request: who sent it, and its JSON body within bounds."""

import json
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.auth import SESSION_COOKIE, bearer_token, require_own_origin
from server.domain.errors import InvalidInput, NotFound, Unauthenticated
from server.domain.frames import is_id
from server.domain.session import Identity
from server.parts import Parts

# Posting and résumé of 20,000 characters each, escaped at worst to 12 bytes (an emoji): 480 KB.
MAX_BODY_BYTES = 512 * 1024

Body = TypeVar("Body", bound="Input")


class Input(BaseModel):
    """A JSON body: nothing is coerced, nothing unknown is passed over, surrounding space is dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, frozen=True)


def parts_of(request: Request) -> Parts:
    """Return what the composition root put together."""
    parts: Parts = request.app.state.parts
    return parts


def identify(request: Request) -> Identity:
    """Return who is calling; raises Unauthenticated, or Forbidden for a cookie from another site."""
    parts = parts_of(request)
    if token := bearer_token(request.headers):
        return parts.tokens.verify(token, parts.clock.now())
    if token := request.cookies.get(SESSION_COOKIE):
        require_own_origin(request.method, request.headers, parts.settings.allowed_origins)
        return parts.tokens.verify(token, parts.clock.now())
    raise Unauthenticated("Sign in first.")


def user_of(request: Request) -> str:
    """Return the id of the calling user; raises as `identify`."""
    return identify(request).user_id


async def read_body(request: Request, model: type[Body]) -> Body:
    """Return the checked JSON body; raises InvalidInput naming each field, HTTPException 400, 413 or 415."""
    data = _parse(await _read_bounded(request))
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise InvalidInput(_explain(error)) from error


async def _read_bounded(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body holds up to {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def _parse(data: bytes) -> bytes:
    try:
        json.loads(data)
    except (ValueError, RecursionError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from error
    return data


def _explain(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())


def id_in_path(request: Request, name: str) -> str:
    """Return an id of the path; what is no id at all is as unknown as one that nobody has: NotFound."""
    value = request.path_params[name]
    if not is_id(value):
        raise NotFound("There is nothing here.")
    return str(value)


def is_held(request: Request, etag: str) -> bool:
    """Tell whether `If-None-Match` names this entity tag, or any: the client has what it would be sent (RFC 9110)."""
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return etag in held or held == ["*"]
