"""EventLog in memory, a shipped double: the same rules of appending as the script in redis_log.py."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from server.domain.events import Event, Queued, Restored
from server.domain.job import Position
from server.domain.wire import dumps, event_json
from server.ports import Appended

Publish = Callable[[str, str], None]
# Where a log stands that has no entry: before every attempt.
NOTHING = Position(-1, 0)


class MemoryEventLog:
    """The logs of all jobs; `publish` is called with the user's id and the text of each new event, in order."""

    def __init__(self, publish: Publish | None = None) -> None:
        self._logs: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
        self._publish = publish or (lambda _user_id, _text: None)

    async def append(self, user_id: str, events: Sequence[Event]) -> Appended:
        """Append and publish consecutive events of one job, all or nothing."""
        log = self._logs[user_id, events[0].job_id]
        tail, attempt = log[-1].position if log else NOTHING, events[0].position.attempt
        if tail.attempt > attempt:
            return Appended.FENCED
        written = tail.n if tail.attempt == attempt else 0
        new = [event for event in events if event.position.n > written]
        if new and new[0].position.n > written + 1 and not isinstance(new[0].fact, Queued | Restored):
            return Appended.LOST
        log.extend(new)
        for event in new:
            self._publish(user_id, dumps(event_json(event)))
        return Appended.OK

    async def read(self, user_id: str, job_ids: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        """Return the log of each job."""
        return {job_id: tuple(self._logs[user_id, job_id]) for job_id in job_ids}

    def lose(self, user_id: str, job_id: str) -> None:
        """Forget a log, as Redis may."""
        self._logs.pop((user_id, job_id), None)
