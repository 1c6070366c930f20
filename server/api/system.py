"""`/healthz`, `/readyz` and `/metrics`: whether this process lives, whether it can serve, and figures to watch."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.api.requests import parts_of
from server.domain.errors import Unavailable
from server.ports import Tally

# The label that tells the numbers of one counter apart, beside the model.
LABELS = {"attempts": "outcome", "tokens": "direction"}


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


async def metrics(request: Request) -> Response:
    """Return the figures in the text format of Prometheus: this process's own, and those of all workers.

    Raises Unavailable without Redis, which holds the latter: a scrape that fails says so better than a counter at 0.
    """
    parts = parts_of(request)
    registry = CollectorRegistry()
    registry.register(_Figures(parts.sockets.count, await parts.metrics.totals()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """One look at the figures."""

    def __init__(self, sockets: int, totals: Mapping[Tally, int]) -> None:
        self._sockets = sockets
        self._totals = totals

    def collect(self) -> Iterable[Metric]:
        """Yield each figure with its labels."""
        yield GaugeMetricFamily("interview_live_sockets", "WebSockets open in this process.", self._sockets)
        for what, label in LABELS.items():
            text = f"Generation {what} by model and {label}, all workers."
            family = CounterMetricFamily(f"interview_live_{what}", text, labels=["model", label])
            for tally, number in self._totals.items():
                if tally.what == what:
                    family.add_metric([tally.model, tally.label], number)
            yield family


async def _is_well(check: Callable[[], Awaitable[None]]) -> bool:
    try:
        await check()
    except Unavailable:
        return False
    return True
