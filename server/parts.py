"""What the composition root hands to the HTTP handlers: one object of each kind for the whole process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.auth import Tokens
from server.generation import Generation
from server.hub import Hub
from server.ports import AttemptMetrics, Clock, InterviewStore
from server.recovery import Recovery
from server.settings import Settings
from server.sockets import Sockets


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a web process; the two checks raise Unavailable."""

    settings: Settings
    clock: Clock
    tokens: Tokens
    interviews: InterviewStore
    generation: Generation
    recovery: Recovery
    hub: Hub
    sockets: Sockets
    metrics: AttemptMetrics
    check_database: Callable[[], Awaitable[None]]
    check_redis: Callable[[], Awaitable[None]]
