"""One WebSocket conversation without the socket: what comes in, what time it is → what to do. Decides, never acts.

    connecting ──connect, known user──────────────► live ──► closed
        └──connect, token──► authenticating ──ok──►──┘

Every method returns the effects to carry out, in order. The shell (server/conversation.py) reads one frame, carries out
its effects, then reads the next.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain import frames
from server.domain.errors import CloseCode, InvalidInput
from server.domain.frames import ClientFrame, Connect, NotAFrame, Ping, Refresh, Sync, UnknownFrameType

# Proxies commonly cut a connection after 30-60 s of silence.
HEARTBEAT_SECONDS = 15
# A browser sends `connect` at once; ten seconds forgive the slowest network.
CONNECT_WITHIN = timedelta(seconds=10)
# A well-behaved client sends a frame every few seconds; fifty in ten is a loop.
MAX_FRAMES = 50
FRAMES_WINDOW = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks for, and until when."""

    user_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """Put a frame on the outbox."""

    frame: str


@dataclass(frozen=True, slots=True)
class Close:
    """End the conversation."""

    code: CloseCode
    reason: str


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Verify a token, then call `authenticated`."""

    token: str


@dataclass(frozen=True, slots=True)
class Join:
    """Subscribe to the user's events, then send a complete snapshot that includes the `known` jobs."""

    user_id: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoAway:
    """Say that the client shall come back in a moment, then end the conversation with 1012."""


@dataclass(frozen=True, slots=True)
class Resync:
    """Send a snapshot of one job, or of everything."""

    job_id: str | None


Effect = Send | Close | Authenticate | Join | Resync | GoAway


class Stage(StrEnum):
    """How far the conversation is."""

    CONNECTING = "connecting"
    AUTHENTICATING = "authenticating"
    LIVE = "live"
    CLOSED = "closed"


class Session:
    """The state of one conversation; `identity` is set when the handshake already told who it is.

    It ends after `lifetime`, as in a deploy: what happens at any hour is no event, and processes stay evenly used.
    """

    def __init__(self, session_id: str, identity: Identity | None, now: datetime, lifetime: timedelta) -> None:
        self.session_id = session_id
        self.identity = identity
        self.stage = Stage.CONNECTING
        self._opened_at = now
        self._lifetime = lifetime
        self._last_sent_at = now
        self._received_at: deque[datetime] = deque(maxlen=MAX_FRAMES)
        self._known: tuple[str, ...] = ()

    def receive(self, text: str, now: datetime) -> list[Effect]:
        """Take one text frame."""
        if self.stage is Stage.CLOSED:
            return []
        if self._is_flooding(now):
            return self._close(CloseCode.TOO_MANY_FRAMES, "too many frames")
        try:
            return self._answer(frames.parse_client_frame(text), now)
        except NotAFrame as problem:
            return self._close(CloseCode.NOT_A_FRAME, str(problem))
        except UnknownFrameType as problem:
            if self.stage is Stage.CONNECTING:
                return self._close(CloseCode.NOT_A_FRAME, "the first frame is connect")
            return [Send(frames.error(problem.code, problem.message))]
        except InvalidInput as problem:
            return [Send(frames.error(problem.code, problem.message))]

    def receive_binary(self) -> list[Effect]:
        """Take one binary frame: this protocol has none."""
        if self.stage is Stage.CLOSED:
            return []
        return self._close(CloseCode.NOT_A_FRAME, "frames are text")

    def authenticated(self, identity: Identity | None, now: datetime) -> list[Effect]:
        """Take the answer to `Authenticate`: who the token speaks for, None when it was rejected."""
        if self.stage is Stage.CLOSED:
            return []
        if identity is None or identity.expires_at <= now:
            return self._close(CloseCode.TOKEN_REJECTED, "token rejected")
        if self.stage is Stage.AUTHENTICATING:
            return self._go_live(identity, now)
        if self.identity is None or identity.user_id != self.identity.user_id:
            return self._close(CloseCode.NOT_ALLOWED, "the token is another user's")
        self.identity = identity
        return []

    def tick(self, now: datetime) -> list[Effect]:
        """Take the passing of time: about once a second."""
        if self.stage is Stage.CONNECTING and now - self._opened_at >= CONNECT_WITHIN:
            return self._close(CloseCode.NO_CONNECT, "no connect frame")
        if self.stage is not Stage.LIVE:
            return []
        if self.identity and self.identity.expires_at <= now:
            return self._close(CloseCode.TOKEN_REJECTED, "token expired")
        if now - self._opened_at >= self._lifetime:
            return [GoAway()]
        if now - self._last_sent_at >= timedelta(seconds=HEARTBEAT_SECONDS):
            self._last_sent_at = now
            return [Send(frames.heartbeat(now))]
        return []

    def go_away(self) -> list[Effect]:
        """End the conversation because the server stops: the client shall come back elsewhere."""
        return self._close(CloseCode.RESTART, "the server restarts")

    def sent(self, now: datetime) -> None:
        """Note that a frame went out: the next heartbeat is due a full interval later."""
        self._last_sent_at = now

    def _answer(self, frame: ClientFrame, now: datetime) -> list[Effect]:
        if self.stage is Stage.CONNECTING:
            return self._connect(frame, now)
        match frame:
            case Connect():
                return [Send(frames.error("already_connected", "connect is the first frame only."))]
            case Sync(job_id):
                return [Resync(job_id)]
            case Refresh(token):
                return [Authenticate(token)]
            case Ping():
                return [Send(frames.pong(now))]

    def _connect(self, frame: ClientFrame, now: datetime) -> list[Effect]:
        if not isinstance(frame, Connect):
            return self._close(CloseCode.NOT_A_FRAME, "the first frame is connect")
        self._known = frame.known
        if frame.token is not None:
            self.stage = Stage.AUTHENTICATING
            return [Authenticate(frame.token)]
        if self.identity is None or self.identity.expires_at <= now:
            return self._close(CloseCode.TOKEN_REJECTED, "token missing")
        return self._go_live(self.identity, now)

    def _go_live(self, identity: Identity, now: datetime) -> list[Effect]:
        self.stage = Stage.LIVE
        self.identity = identity
        hello = frames.welcome(self.session_id, identity.user_id, now, HEARTBEAT_SECONDS, identity.expires_at)
        return [Send(hello), Join(identity.user_id, self._known)]

    def _is_flooding(self, now: datetime) -> bool:
        oldest = self._received_at[0] if len(self._received_at) == MAX_FRAMES else None
        self._received_at.append(now)
        return oldest is not None and now - oldest < FRAMES_WINDOW

    def _close(self, code: CloseCode, reason: str) -> list[Effect]:
        self.stage = Stage.CLOSED
        return [Close(code, reason)]
