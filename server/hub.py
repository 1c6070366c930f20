"""The hub: one Redis feed in, many subscribers out. Holds no truth: killing it loses nothing.

It follows a user's channel only while that user has a subscriber here, forwards published text byte for byte, and
reads of it no more than the elapsed tick needs.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from server.domain import frames
from server.domain.errors import Unavailable
from server.domain.job import TERMINAL, Job, Position, Status
from server.domain.view import View
from server.domain.wire import Json, parse_time
from server.ports import Clock, EventFeed, JobStore, Subscriber

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# An end that was lost between its commit and its event is shown within this time.
LOOK_SECONDS = 10.0
# A user ends few jobs within the time one snapshot takes.
ENDED_REMEMBERED = 20

_BEGINS = ('{"type":"job.queued"', '{"type":"job.restored"')
_TURNS = ('{"type":"job.started"', '{"type":"job.retrying"')
_ENDS = ('{"type":"job.completed"', '{"type":"job.failed"', '{"type":"job.cancelled"')


@dataclass(frozen=True, slots=True)
class Standing:
    """How an active job stands, as far as this hub was told."""

    since: datetime
    attempt: int
    status: Status

    def is_of(self, job: Job | None) -> bool:
        """Tell whether the database says the same; None: the job is not active there."""
        return job is not None and (self.attempt, self.status) == (job.attempt, job.status)


class Audience:
    """The subscribers of one user, and how each active job of that user stands."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.active: dict[str, Standing] = {}
        self.is_subscribed = False
        # A snapshot read before a job ended may be learnt after it: such a job is not active again.
        self._ended: deque[str] = deque(maxlen=ENDED_REMEMBERED)

    def publish(self, text: str) -> None:
        """Hand one event to everybody."""
        self._put(text)
        try:
            self._note_event(text)
        except (ValueError, KeyError, TypeError):
            logger.warning("an event of another form was forwarded and not understood: %.80s", text)
            self.resync()

    def learn(self, asked: Iterable[str], views: Sequence[View]) -> None:
        """Take note of what a snapshot told; a job that was `asked` for and not found is not active."""
        shown = {view.id for view in views}
        for job_id in set(asked) - shown:
            self._end(job_id)
        for view in views:
            self._note(view.id, Standing(view.created_at, view.position.attempt, view.status))

    def tick(self, now: datetime) -> None:
        """Tell everybody how long each active job has taken."""
        if self.active:
            seconds = {job_id: max(0, int((now - job.since).total_seconds())) for job_id, job in self.active.items()}
            self._put(frames.elapsed(seconds, now))

    def resync(self) -> None:
        """Let everybody catch up."""
        for subscriber in tuple(self.subscribers):
            subscriber.resync()

    def _note_event(self, text: str) -> None:
        if text.startswith(_BEGINS):
            job = json.loads(text)["job"]
            self._note(job["id"], Standing(parse_time(job["created_at"]), job["attempt"], Status(job["status"])))
        elif text.startswith(_TURNS):
            self._turn(json.loads(text))
        elif text.startswith(_ENDS):
            self._end(json.loads(text)["job_id"])

    def _put(self, frame: str) -> None:
        for subscriber in tuple(self.subscribers):
            subscriber.put(frame)

    def _note(self, job_id: str, standing: Standing) -> None:
        if standing.status in TERMINAL:
            self._end(job_id)
        elif job_id not in self._ended:
            self.active[job_id] = standing

    def _turn(self, event: Json) -> None:
        """Take note that an attempt has begun, or waits to be repeated."""
        if known := self.active.get(event["job_id"]):
            status = Status.PROCESSING if event["type"] == "job.started" else Status.QUEUED
            attempt = Position.parse(event["position"]).attempt
            self.active[event["job_id"]] = replace(known, attempt=attempt, status=status)

    def _end(self, job_id: str) -> None:
        self.active.pop(job_id, None)
        if job_id not in self._ended:
            self._ended.append(job_id)


class Hub:
    """All subscribers of this process, by user."""

    def __init__(self, feed: EventFeed, jobs: JobStore, clock: Clock) -> None:
        self._feed = feed
        self._jobs = jobs
        self._clock = clock
        self._audiences: dict[str, Audience] = {}
        self._is_offline = True

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

    def disconnected(self) -> None:
        """Serve whoever waits, and whoever joins from now on, from the database (FeedReceiver)."""
        if self._is_offline:
            return
        self._is_offline = True
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
            now = self._clock.now()
            for audience in tuple(self._audiences.values()):
                audience.tick(now)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look_again()
            except Unavailable:
                logger.warning("the hub could not look for lost ends: the database is away")

    async def look_again(self) -> None:
        """Let everybody catch up whose active job has gone on or ended without a word: an event was lost.

        One query for all users of this process. Raises Unavailable.
        """
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
