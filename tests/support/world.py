"""What the database and Redis hold of one job, moment by moment: a model small enough to read."""

from dataclasses import dataclass, replace
from datetime import datetime

from server.domain.events import Event, Fact, Queued, Restored, Started
from server.domain.fold import fold
from server.domain.job import Job, Position
from server.domain.view import View, view_of
from server.recovery import recover
from tests.support.strategies import A_JOB, seconds


@dataclass(frozen=True)
class Moment:
    """The row, the log and how many events were published by then; `ideal`: what those see who missed nothing."""

    row: Job
    log: tuple[Event, ...]
    published: int
    ideal: View
    is_log_whole: bool

    def fresh(self) -> View:
        """Return what `GET /api/jobs/{id}` shows."""
        return recover(self.row, self.log)


class World:
    """One job's row, its log and all that was ever published of it."""

    def __init__(self) -> None:
        self.row = A_JOB
        self.log: list[Event] = []
        self.published: list[Event] = []
        self.moments: list[Moment] = []
        # What a viewer sees who was there from the beginning and missed nothing; after each event, and now.
        self.truth: dict[Position, View] = {}
        self.ideal = view_of(self.row)
        self.is_redis_up = True
        # Whether the log tells everything that was published since the last event that needs none before it.
        self.is_log_whole = True
        self._seconds = 0
        self._mark()

    def change(self, **changes: object) -> None:
        """Change the row."""
        self.row = replace(self.row, **changes)  # type: ignore[arg-type]
        self._mark()

    def append(self, events: list[Event]) -> bool:
        """Append and publish as Redis does, all or nothing; False when the tail they extend is lost."""
        if not self.is_redis_up:
            return True
        tail = self.log[-1].position if self.log else Position(-1, 0)
        attempt = events[0].position.attempt
        if tail.attempt > attempt:
            return True  # fenced
        written = tail.n if tail.attempt == attempt else 0
        new = [event for event in events if event.position.n > written]
        if new and new[0].position.n > written + 1 and not isinstance(new[0].fact, Queued | Restored):
            return False
        for event in new:
            self._publish(event)
        self._mark()
        return True

    def lose_log(self) -> None:
        """Forget the log, as a Redis does that was killed."""
        self.log.clear()
        self.is_log_whole = False
        self._mark()

    def event(self, position: Position, fact: Fact, at: datetime | None = None) -> Event:
        """Return an event of this job, by default of now."""
        return Event(self.row.id, position, at or self.now(), fact)

    def now(self) -> datetime:
        """Return a time later than every one before."""
        self._seconds += 1
        return seconds(self._seconds)

    def _publish(self, event: Event) -> None:
        self.log.append(event)
        self.published.append(event)
        self.ideal = fold(self.ideal, event)[0] or self.ideal
        self.truth.setdefault(self.ideal.position, self.ideal)
        if isinstance(event.fact, Queued | Started | Restored) and event.position == self.ideal.position:
            self.is_log_whole = True

    def _mark(self) -> None:
        moment = Moment(self.row, tuple(self.log), len(self.published), self.ideal, self.is_log_whole)
        self.moments.append(moment)
