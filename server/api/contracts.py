"""`/api/openapi.json` and `/api/asyncapi.json`: the two contracts, written by hand in the folder of this name."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from server.api.requests import is_held

FOLDER = Path(__file__).with_suffix("")


def _document(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of one document, read once: it changes only with a deploy."""
    body = (FOLDER / name).read_bytes()
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}

    async def show(request: Request) -> Response:
        if is_held(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return show


openapi = _document("openapi.json")
asyncapi = _document("asyncapi.json")
