"""Every address of the web process and what answers it: the HTTP interface (PROTOCOL.md, HTTP), and the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server.api import contracts, generation, interviews, jobs, sessions, stream, system

WEB = Path(__file__).parents[2] / "web"

Handler = Callable[[Request], Awaitable[Response]]


def _resource(path: str, **handlers: Handler) -> Route:
    """Return one route for a path and its methods, so that a 405 names them all in `Allow` (RFC 9110, 10.2.1)."""

    async def answer(request: Request) -> Response:
        return await handlers["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, answer, methods=list(handlers))


def api_routes() -> list[Route]:
    """Return what answers under `/api`."""
    return [
        _resource("/session", GET=sessions.show, POST=sessions.sign_in, DELETE=sessions.sign_out),
        _resource("/interviews", GET=interviews.index, POST=interviews.create),
        _resource("/interviews/{interview_id}", GET=interviews.show, PATCH=interviews.change, DELETE=interviews.delete),
        _resource("/interviews/{interview_id}/question-sets", GET=interviews.question_sets),
        _resource("/ai/question", POST=generation.question),
        _resource("/ai/answer", POST=generation.answer),
        _resource("/jobs", GET=jobs.index),
        _resource("/jobs/{job_id}", GET=jobs.show),
        _resource("/jobs/{job_id}/events", GET=stream.events),
        _resource("/jobs/{job_id}/cancel", POST=jobs.cancel),
        _resource("/jobs/{job_id}/retry", POST=jobs.retry),
        _resource("/openapi.json", GET=contracts.openapi),
        _resource("/asyncapi.json", GET=contracts.asyncapi),
    ]


def system_routes() -> list[Route]:
    """Return what those who run the process ask."""
    return [
        _resource("/healthz", GET=system.healthz),
        _resource("/readyz", GET=system.readyz),
        _resource("/metrics", GET=system.metrics),
    ]


def page_routes() -> list[BaseRoute]:
    """Return the page: its files, and index.html for every address the page itself routes."""
    return [Mount("/assets", StaticFiles(directory=WEB)), _resource("/{rest:path}", GET=_page)]


def all_routes() -> list[BaseRoute]:
    """Return every route of HTTP; under `/api` nothing is ever a page."""
    return [Mount("/api", routes=api_routes()), *system_routes(), *page_routes()]


async def _page(request: Request) -> Response:
    if request.url.path in {"/ws", "/api"}:
        raise HTTPException(404, "No page is here.")
    return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
