"""The composition root of the web process: puts the parts together and lays out the routes. Creates the clock."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from server.adapters.arq_queue import ArqJobQueue, connect_queue
from server.adapters.redis_client import connect
from server.adapters.redis_feed import RedisFeed
from server.adapters.redis_log import RedisEventLog
from server.adapters.redis_metrics import RedisAttemptMetrics
from server.adapters.sql_clock import DatabaseClock
from server.adapters.sql_database import Database
from server.adapters.sql_interviews import SqlInterviewStore
from server.adapters.sql_jobs import SqlJobStore
from server.announcer import Announcer
from server.api import contracts, generation, interviews, jobs, problems, sessions, stream, system
from server.api.headers import SecurityHeaders
from server.auth import Tokens
from server.domain.errors import ServiceError
from server.generation import Generation
from server.hub import Hub
from server.parts import Parts
from server.recovery import Recovery
from server.settings import Settings, SettingsInvalid
from server.sockets import Sockets

logger = logging.getLogger(__name__)

NOT_PAGES = ("/api/", "/ws")
WEB = Path(__file__).parent.parent / "web"


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[tuple[Parts, DatabaseClock]]:
    """Put the parts together; every connection is closed at the end. Raises SettingsInvalid."""
    if not settings.secret_key:
        raise SettingsInvalid("SECRET_KEY must be set: any long random text, the same for every web process.")
    database = Database(settings.database_url)
    redis = connect(settings.redis_url)
    queue = connect_queue(settings.redis_url)
    try:
        clock = DatabaseClock(database)
        log = RedisEventLog(redis)
        store = SqlJobStore(database)
        recovery = Recovery(store, log)
        tokens = Tokens(settings.secret_key)
        hub = Hub(RedisFeed(settings.redis_url), store, clock)
        yield (
            Parts(
                settings=settings,
                clock=clock,
                tokens=tokens,
                interviews=SqlInterviewStore(database),
                generation=Generation(
                    store,
                    Announcer(store, log, clock),
                    ArqJobQueue(queue),
                    recovery,
                    clock,
                    settings.daily_generations,
                ),
                recovery=recovery,
                hub=hub,
                sockets=Sockets(hub, recovery, clock, tokens, settings.allowed_origins),
                metrics=RedisAttemptMetrics(redis),
                check_database=database.check,
                check_redis=log.check,
            ),
            clock,
        )
    finally:
        await queue.aclose()
        await redis.aclose()
        await database.close()


def create_app(parts: Parts) -> Starlette:
    """Return the ASGI application."""
    app = Starlette(
        routes=[*api_routes(), WebSocketRoute("/ws", parts.sockets.endpoint), *page_routes()],
        exception_handlers={
            ServiceError: problems.on_service_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_bug,
        },
    )
    app.add_middleware(SecurityHeaders)
    app.state.parts = parts
    return app


def api_routes() -> list[BaseRoute]:
    """Return the HTTP interface (protocol.md, HTTP)."""
    return [
        Route("/api/session", sessions.show),
        Route("/api/session", sessions.sign_in, methods=["POST"]),
        Route("/api/session", sessions.sign_out, methods=["DELETE"]),
        Route("/api/interviews", interviews.index),
        Route("/api/interviews", interviews.create, methods=["POST"]),
        Route("/api/interviews/{interview_id}", interviews.show),
        Route("/api/interviews/{interview_id}", interviews.change, methods=["PATCH"]),
        Route("/api/interviews/{interview_id}", interviews.delete, methods=["DELETE"]),
        Route("/api/interviews/{interview_id}/question-sets", interviews.question_sets),
        Route("/api/ai/question", generation.question, methods=["POST"]),
        Route("/api/ai/answer", generation.answer, methods=["POST"]),
        Route("/api/jobs", jobs.index),
        Route("/api/jobs/{job_id}", jobs.show),
        Route("/api/jobs/{job_id}/events", stream.events),
        Route("/api/jobs/{job_id}/cancel", jobs.cancel, methods=["POST"]),
        Route("/api/jobs/{job_id}/retry", jobs.retry, methods=["POST"]),
        Route("/api/openapi.json", contracts.openapi),
        Route("/api/asyncapi.json", contracts.asyncapi),
        Route("/healthz", system.healthz),
        Route("/readyz", system.readyz),
        Route("/metrics", system.metrics),
    ]


def page_routes() -> list[BaseRoute]:
    """Return the page: its files, and index.html for every address the page itself routes."""
    return [
        Mount("/assets", StaticFiles(directory=WEB)),
        Route("/{rest:path}", _page),
    ]


async def _page(request: Request) -> Response:
    if request.url.path.startswith(NOT_PAGES):
        raise HTTPException(404, "There is nothing here.")
    return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
