"""The hub: one Redis feed in, many subscribers out. Holds no truth: killing it loses nothing.

It follows a user's channel only while that user has a subscriber here, and lets nobody miss what was never published.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from server.audience import Audience
from server.domain.errors import Unavailable
from server.domain.view import View
from server.ports import Clock, EventFeed, JobStore, Subscriber

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# An end that was lost between its commit and its event is shown within this time.
LOOK_SECONDS = 10.0
# A frozen Redis is taken for lost only after some seconds of silence (server/adapters/redis_feed.py).
NOTICED_WITHIN = timedelta(seconds=15)


class Hub:
    """All subscribers of this process, by user."""

    def __init__(self, feed: EventFeed, jobs: JobStore, clock: Clock) -> None:
        self._feed = feed
        self._jobs = jobs
        self._clock = clock
        self._audiences: dict[str, Audience] = {}
        self._is_offline = True
        self._deaf_since: datetime | None = None
        self._is_back = asyncio.Event()

    def join(self, user_id: str, subscriber: Subscriber) -> None:
        """Add a subscriber; it is told to resync as soon as nothing published can be missed any more."""
        if user_id not in self._audiences:
            self._audiences[user_id] = Audience()
            self._feed.follow(user_id)
        audience = self._audiences[user_id]
        audience.subscribers.add(subscriber)
        if audience.is_subscribed or self._is_offline:
            subscriber.resync()

    def leave(self, user_id: str, subscriber: Subscriber) -> None:
        """Remove a subscriber; the last one takes the subscription along."""
        audience = self._audiences.get(user_id)
        if audience is None:
            return
        audience.subscribers.discard(subscriber)
        if not audience.subscribers:
            del self._audiences[user_id]
            self._feed.unfollow(user_id)

    def count(self, user_id: str) -> int:
        """Return how many subscribers a user has here."""
        audience = self._audiences.get(user_id)
        return len(audience.subscribers) if audience else 0

    def learn(self, user_id: str, asked: Iterable[str], views: Sequence[View]) -> None:
        """Take note of what a snapshot told of the jobs `asked` for and of the active ones."""
        if audience := self._audiences.get(user_id):
            audience.learn(asked, views)

    def active_job_ids(self, user_id: str) -> tuple[str, ...]:
        """Return the jobs this hub believes active: a snapshot shows them even if they have ended since."""
        audience = self._audiences.get(user_id)
        return tuple(audience.active) if audience else ()

    def published(self, user_id: str, text: str) -> None:
        """Forward one event (FeedReceiver)."""
        if audience := self._audiences.get(user_id):
            audience.publish(text)

    def subscribed(self, user_id: str) -> None:
        """Let everybody of this user catch up: from here on nothing is missed (FeedReceiver)."""
        if audience := self._audiences.get(user_id):
            audience.is_subscribed = True
            audience.resync()

    def connected(self) -> None:
        """Let whoever joins now wait for `subscribed` (FeedReceiver)."""
        self._is_offline = False
        self._is_back.set()

    def disconnected(self) -> None:
        """Serve whoever waits, and whoever joins from now on, from the database (FeedReceiver)."""
        if self._is_offline:
            return
        self._is_offline = True
        self._deaf_since = self._deaf_since or self._clock.now() - NOTICED_WITHIN
        for audience in self._audiences.values():
            if not audience.is_subscribed:
                audience.resync()
            audience.is_subscribed = False

    async def run(self) -> None:
        """Listen and tick until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._feed.run(self))
            tasks.create_task(self._tick())
            tasks.create_task(self._look_again())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for audience in tuple(self._audiences.values()):
                audience.tick(self._clock.now())

    async def _look_again(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._is_back.wait()
                    self._is_back.clear()
                    # By now every subscription counts again.
                    await asyncio.sleep(TICK_SECONDS)
            try:
                await self.look_again()
            except Unavailable:
                logger.warning("the hub could not look for lost ends: the database is away")

    async def look_again(self) -> None:
        """Let everybody catch up whose active job has gone on or ended without a word: an event was lost.

        One query for all users of this process, and one more after Redis was away. Raises Unavailable.
        """
        await self._doubt_what_was_unheard()
        users = sorted(user_id for user_id, audience in self._audiences.items() if audience.active)
        if not users:
            return
        before = {user_id: dict(self._audiences[user_id].active) for user_id in users}
        jobs = {job.id: job for job in await self._jobs.active(users)}
        for user_id in users:
            if audience := self._audiences.get(user_id):
                lost = [job_id for job_id, each in before[user_id].items() if not each.is_of(jobs.get(job_id))]
                # Only what still stands as it did: the event may have come meanwhile.
                if any(audience.active.get(job_id) == before[user_id][job_id] for job_id in lost):
                    audience.resync()

    async def _doubt_what_was_unheard(self) -> None:
        """Doubt every job that may have begun and ended while this hub heard nothing."""
        if self._deaf_since is None or self._is_offline:
            return
        for job in await self._jobs.ended(sorted(self._audiences), self._deaf_since):
            if audience := self._audiences.get(job.user_id):
                audience.doubt(job)
        self._deaf_since = None
