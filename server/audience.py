"""The subscribers of one user, and what a hub must know of that user's jobs to tick and to doubt.

Published text is forwarded byte for byte; of it no more is read than that.
"""

import json
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from server.domain import frames
from server.domain.job import TERMINAL, Job, Position, Status
from server.domain.view import View
from server.domain.wire import Json, parse_time
from server.ports import Subscriber

logger = logging.getLogger(__name__)

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

    def doubt(self, job: Job) -> None:
        """Take a job for active until a snapshot says otherwise, unless its end was heard."""
        self._note(job.id, Standing(job.created_at, job.attempt, Status.PROCESSING))

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
