"""The WebSocket endpoint, and every conversation of this process: admits them, lets time pass, says goodbye."""

import asyncio
import random
from datetime import timedelta
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket

from server.auth import SESSION_COOKIE, Tokens, bearer_token, is_own_origin
from server.conversation import Conversation
from server.domain.errors import CloseCode, Unauthenticated, Unavailable
from server.domain.frames import PROTOCOL
from server.domain.session import Identity, Session
from server.hub import Hub
from server.ports import Clock
from server.recovery import Recovery

TICK_SECONDS = 1.0
# A full outbox takes 256 KiB: ten thousand of them stay within 3 GB.
MAX_SOCKETS = 10_000
# A conversation ends by itself within these minutes, as in a deploy (server/domain/session.py).
LIFETIME_MINUTES = (35, 55)
# Another process may serve at once.
RETRY_AFTER = {"Retry-After": "1"}


class Sockets:
    """The conversations of this process."""

    def __init__(
        self, hub: Hub, recovery: Recovery, clock: Clock, tokens: Tokens, allowed_origins: frozenset[str]
    ) -> None:
        self._hub = hub
        self._recovery = recovery
        self._clock = clock
        self._tokens = tokens
        self._allowed_origins = allowed_origins
        self._conversations: set[Conversation] = set()
        self.is_draining = False

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._conversations)

    async def endpoint(self, websocket: WebSocket) -> None:
        """Serve `GET /ws`."""
        if refusal := self._refusal(websocket.headers):
            await websocket.send_denial_response(refusal)
            return
        identity = self._identify(websocket)
        await websocket.accept(PROTOCOL if PROTOCOL in websocket.scope["subprotocols"] else None)
        if len(self._conversations) >= MAX_SOCKETS:
            await websocket.close(CloseCode.OVERLOADED, "too many connections")
            return
        await self._converse(websocket, identity)

    async def _converse(self, websocket: WebSocket, identity: Identity | None) -> None:
        lifetime = timedelta(minutes=random.uniform(*LIFETIME_MINUTES))
        session = Session(str(uuid4()), identity, self._clock.now(), lifetime)
        conversation = Conversation(websocket, session, self._hub, self._recovery, self._clock, self._tokens.verify)
        self._conversations.add(conversation)
        try:
            await conversation.run()
        finally:
            self._conversations.discard(conversation)

    async def run(self) -> None:
        """Let time pass for every conversation until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for conversation in tuple(self._conversations):
                conversation.tick()

    async def drain(self, within: timedelta) -> None:
        """End every conversation, spread evenly over `within`, so that a deploy is no stampede."""
        self.is_draining = True
        leaving = list(self._conversations)
        random.shuffle(leaving)
        for conversation in leaving:
            conversation.say_goodbye()
            await asyncio.sleep(within.total_seconds() / len(leaving))

    def _refusal(self, headers: Headers) -> Response | None:
        """Return the answer to who may not connect; browsers send their origin, and others must bring a token."""
        try:
            self._clock.now()
        except Unavailable as problem:
            return PlainTextResponse(problem.message, 503, RETRY_AFTER)
        if self.is_draining:
            return PlainTextResponse("Come back in a moment.", 503, RETRY_AFTER)
        is_admitted = is_own_origin(headers, self._allowed_origins) if "origin" in headers else bearer_token(headers)
        return None if is_admitted else PlainTextResponse("This origin may not connect.", 403)

    def _identify(self, websocket: WebSocket) -> Identity | None:
        token = bearer_token(websocket.headers) or websocket.cookies.get(SESSION_COOKIE)
        if token is None:
            return None
        try:
            return self._tokens.verify(token, self._clock.now())
        except Unauthenticated:
            return None
