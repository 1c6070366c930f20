"""The composition root of the web process: puts the parts together. Creates the clock."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

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
from server.api import problems
from server.api.headers import SecurityHeaders
from server.api.routes import all_routes
from server.auth import Tokens
from server.domain.errors import ServiceError
from server.generation import Generation
from server.hub import Hub
from server.parts import Parts
from server.recovery import Recovery
from server.settings import Settings, SettingsInvalid
from server.sockets import Sockets

logger = logging.getLogger(__name__)


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
                check_database=clock.calibrate,
                check_redis=log.check,
            ),
            clock,
        )
    finally:
        await queue.aclose()
        await redis.aclose()
        await database.close()


def create_app(parts: Parts) -> ASGIApp:
    """Return the ASGI application."""
    app = Starlette(
        routes=[WebSocketRoute("/ws", parts.sockets.endpoint), *all_routes()],
        exception_handlers={
            ServiceError: problems.on_service_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_bug,
        },
    )
    app.state.parts = parts
    # Outside of what Starlette wraps around every application: the answer to a bug of ours has these headers too.
    return SecurityHeaders(_open_to(parts.settings.allowed_origins, app))


def _open_to(origins: frozenset[str], app: ASGIApp) -> ASGIApp:
    """Let the pages of other origins read what they are answered (CORS): those that may open a socket, no others."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=sorted(origins),
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "Prefer"],
        allow_credentials=True,
        expose_headers=["ETag", "Location", "Preference-Applied", "Retry-After"],
    )
