"""`/healthz` and `/readyz`: whether this process lives, and whether it can serve."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.api.requests import parts_of
from server.domain.errors import Unavailable


async def healthz(_: Request) -> Response:
    """Answer: the process is alive."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    """Check the database and Redis, and that the process is not about to stop."""
    parts = parts_of(request)
    checks = {"database": parts.check_database, "redis": parts.check_redis}
    results = {name: await _is_well(check) for name, check in checks.items()}
    results["accepting"] = not parts.sockets.is_draining
    is_ready = all(results.values())
    return JSONResponse({"status": "ready" if is_ready else "not_ready", "checks": results}, 200 if is_ready else 503)


async def _is_well(check: Callable[[], Awaitable[None]]) -> bool:
    try:
        await check()
    except Unavailable:
        return False
    return True
