"""The hub's ear: one pub/sub connection for all users of this process, owned by one task.

A subscription counts only once Redis has acknowledged it. When the connection is lost every subscription is asked
for anew, and each acknowledgement tells the receiver to catch up: nobody can know what was said in between.
"""

import asyncio
import logging
from collections.abc import Sequence

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from server.adapters.redis_client import DEADLINE_SECONDS
from server.adapters.redis_log import channel_of
from server.ports import FeedReceiver

logger = logging.getLogger(__name__)

# A frozen Redis closes nothing: silence for longer than this, in spite of our pings, is a dead connection.
PING_SECONDS = 2.0
SILENCE_SECONDS = 6.0
RECONNECT_SECONDS = 0.5
# Bounds the size of one SUBSCRIBE command when thousands of users come back at once.
BATCH = 500


class RedisFeed:
    """Follows the channels of some users."""

    def __init__(self, redis_url: str) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(redis_url, socket_connect_timeout=DEADLINE_SECONDS)
        self._followed: set[str] = set()
        self._asked: set[str] = set()
        self._changed = asyncio.Event()

    def follow(self, user_id: str) -> None:
        """Ask for what is published to this user; `subscribed` tells when it flows."""
        self._followed.add(user_id)
        # Asked anew even if Redis was asked before: who comes back at once waits for an acknowledgement of its own.
        self._asked.discard(user_id)
        self._changed.set()

    def unfollow(self, user_id: str) -> None:
        """Ask for nothing more of this user."""
        self._followed.discard(user_id)
        self._changed.set()

    async def run(self, receiver: FeedReceiver) -> None:
        """Listen until cancelled, through every loss of the connection."""
        while True:
            try:
                await self._listen(receiver)
            except* (RedisError, OSError) as problems:
                # Told once for each loss, not for each try.
                logger.log(logging.WARNING if self._asked else logging.DEBUG, "feed lost: %s", problems.exceptions[0])
            receiver.disconnected()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, receiver: FeedReceiver) -> None:
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        self._asked.clear()
        self._changed.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                # Its own time-out ends with the TCP handshake, and what follows waits for an answer.
                async with asyncio.timeout(DEADLINE_SECONDS):
                    await connection.connect()  # type: ignore[no-untyped-call]
                receiver.connected()
                tasks.create_task(self._ask(connection))
                tasks.create_task(self._read(connection, receiver))
        finally:
            await connection.disconnect(nowait=True)

    async def _ask(self, connection: AbstractConnection) -> None:
        """Bring what Redis was asked for in line with what is followed; ping when there is nothing to ask."""
        while True:
            self._changed.clear()
            await self._unsubscribe(connection, sorted(self._asked - self._followed))
            await self._subscribe(connection, sorted(self._followed - self._asked))
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                await connection.send_command("PING", check_health=False)

    async def _subscribe(self, connection: AbstractConnection, user_ids: Sequence[str]) -> None:
        self._asked.update(user_ids)
        for start in range(0, len(user_ids), BATCH):
            channels = map(channel_of, user_ids[start : start + BATCH])
            await connection.send_command("SUBSCRIBE", *channels, check_health=False)

    async def _unsubscribe(self, connection: AbstractConnection, user_ids: Sequence[str]) -> None:
        self._asked.difference_update(user_ids)
        for start in range(0, len(user_ids), BATCH):
            channels = map(channel_of, user_ids[start : start + BATCH])
            await connection.send_command("UNSUBSCRIBE", *channels, check_health=False)

    async def _read(self, connection: AbstractConnection, receiver: FeedReceiver) -> None:
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                answer = await connection.read_response()
            match answer:
                case [b"message", channel, data]:
                    # Whatever somebody has published: the hub looks at what it is.
                    receiver.published(_user_of(channel), data.decode(errors="replace"))
                case [b"subscribe", channel, _]:
                    receiver.subscribed(_user_of(channel))


def _user_of(channel: bytes) -> str:
    return channel.decode().partition("{")[2].rpartition("}")[0]
