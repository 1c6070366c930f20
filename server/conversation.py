"""One WebSocket with its session: carries out what the session decides. One task reads, one writes, none decides."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.domain import frames
from server.domain.errors import CloseCode, Unauthenticated, Unavailable
from server.domain.outbox import Outbox, SnapshotRequest
from server.domain.session import Authenticate, Close, Effect, GoAway, Identity, Join, Resync, Send, Session
from server.hub import Hub
from server.ports import Clock
from server.recovery import Recovery

# uvicorn's pings end a dead connection after 40 s; a send that takes longer is one that its pings no longer see.
SEND_SECONDS = 60.0
# After the session has ended, what is queued may still leave: a slow phone empties 256 KiB in this time.
FLUSH_SECONDS = 5.0
SNAPSHOT_RETRY_SECONDS = 1.0
# Spreads the browsers of a process that stops over the ones that stay.
RETRY_AFTER_SECONDS = 5.0


class Conversation:
    """One socket with its session and its outbox; a Subscriber of the hub."""

    def __init__(
        self,
        websocket: WebSocket,
        session: Session,
        hub: Hub,
        recovery: Recovery,
        clock: Clock,
        verify: Callable[[str, datetime], Identity],
    ) -> None:
        self._websocket = websocket
        self._session = session
        self._hub = hub
        self._recovery = recovery
        self._clock = clock
        self._verify = verify
        self._outbox = Outbox()
        self._wake = asyncio.Event()
        self._known: tuple[str, ...] = ()
        self._user_id: str | None = None
        self._ending: Close | None = None

    def put(self, frame: str) -> None:
        """Queue a frame (Subscriber)."""
        self._outbox.put(frame)
        self._wake.set()

    def resync(self, job_id: str | None = None) -> None:
        """Queue a snapshot (Subscriber)."""
        self._ask(SnapshotRequest(job_id, () if job_id else self._known))

    def _ask(self, request: SnapshotRequest) -> None:
        self._outbox.put_snapshot(request)
        self._wake.set()

    def tick(self) -> None:
        """Let the session see that time passes."""
        self._carry_out(self._session.tick(self._clock.now()))

    def say_goodbye(self) -> None:
        """Tell the client to come back, which of many is to do when left to chance, then close with 1012."""
        self._carry_out(self._session.go_away())
        self.put(frames.closing(CloseCode.RESTART, random.uniform(0, RETRY_AFTER_SECONDS)))

    async def run(self) -> None:
        """Talk until either side ends it."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        try:
            done, _ = await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._leave()
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            now = self._clock.now()
            text = message.get("text")
            self._carry_out(self._session.receive_binary() if text is None else self._session.receive(text, now))

    async def _write(self) -> None:
        while self._outbox or self._ending is None:
            if not self._outbox:
                self._wake.clear()
                await self._wake.wait()
                continue
            item = self._outbox.pop()
            frame = await self._snapshot(item) if isinstance(item, SnapshotRequest) else item
            if frame is not None and not await self._send(frame):
                return
        await self._close(self._ending)

    async def _send(self, frame: str) -> bool:
        """Send one frame; False when the connection is gone (uvicorn then raises RuntimeError, or never returns)."""
        limit = FLUSH_SECONDS if self._ending else SEND_SECONDS
        try:
            async with asyncio.timeout(limit):
                await self._websocket.send_text(frame)
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            return False
        self._session.sent(self._clock.now())
        return True

    async def _close(self, ending: Close) -> None:
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._websocket.close(ending.code, ending.reason)

    async def _snapshot(self, request: SnapshotRequest) -> str | None:
        """Read the snapshot a request asks for; while the database is away, ask again a little later."""
        user_id = self._user_id
        if user_id is None:
            return None
        try:
            return await self._read_snapshot(user_id, request)
        except Unavailable:
            asyncio.get_running_loop().call_later(SNAPSHOT_RETRY_SECONDS, self._ask, request)
            return None

    async def _read_snapshot(self, user_id: str, request: SnapshotRequest) -> str:
        if request.job_id is None:
            asked = {*request.known, *self._hub.active_job_ids(user_id)}
            views = await self._recovery.active(user_id, asked)
        else:
            asked = {request.job_id}
            views = await self._recovery.known(user_id, [request.job_id])
        self._hub.learn(user_id, asked, views)
        return frames.snapshot(views, self._clock.now(), complete=request.job_id is None)

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(frame):
                    self.put(frame)
                case Close():
                    self._end(effect)
                case Authenticate(token):
                    self._carry_out(self._authenticate(token))
                case Join(user_id, known):
                    self._user_id, self._known = user_id, known
                    self._hub.join(user_id, self)
                case Resync(job_id):
                    self.resync(job_id)
                case GoAway():
                    self.say_goodbye()

    def _authenticate(self, token: str) -> list[Effect]:
        now = self._clock.now()
        try:
            identity = self._verify(token, now)
        except Unauthenticated:
            return self._session.authenticated(None, now)
        return self._session.authenticated(identity, now)

    def _end(self, effect: Close) -> None:
        self._ending = self._ending or effect
        self._leave()
        self._outbox.clear()
        self._wake.set()

    def _leave(self) -> None:
        if self._user_id is not None:
            self._hub.leave(self._user_id, self)
