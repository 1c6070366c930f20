"""The bounded queue of what a session has yet to send. State instead of backlog: an overflow becomes a snapshot."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.frames import MAX_KNOWN

# A generation makes about 8 frames a second: half a minute of backlog, after which a snapshot is shorter.
MAX_FRAMES = 256
MAX_BYTES = 256 * 1024

_JOB_ID = re.compile(r'"job_id":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """A snapshot to be read when its turn comes: of one job, or of every active one and the `known`."""

    job_id: str | None = None
    known: tuple[str, ...] = ()


class Outbox:
    """Frames in order; those that no longer fit give way to one snapshot, read when the session can send again."""

    def __init__(self) -> None:
        self._items: deque[str | SnapshotRequest] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, frame: str) -> None:
        """Queue a frame."""
        size = len(frame.encode())
        if len(self._items) >= MAX_FRAMES or self._bytes + size > MAX_BYTES:
            self._collapse([frame])
            return
        self._items.append(frame)
        self._bytes += size

    def put_snapshot(self, request: SnapshotRequest) -> None:
        """Queue a snapshot, unless the same one already waits: it will be as fresh."""
        if request in self._items:
            return
        if len(self._items) >= MAX_FRAMES:
            self._collapse([request])
            return
        self._items.append(request)

    def clear(self) -> None:
        """Drop everything: the conversation ends, and whoever comes back gets a snapshot."""
        self._items.clear()
        self._bytes = 0

    def pop(self) -> str | SnapshotRequest:
        """Take the next thing to send; raises IndexError when there is none."""
        item = self._items.popleft()
        if isinstance(item, str):
            self._bytes -= len(item.encode())
        return item

    def _collapse(self, latest: list[str | SnapshotRequest]) -> None:
        """Drop everything for a complete snapshot that shows every job the dropped frames spoke of."""
        known = dict.fromkeys(job_id for item in [*self._items, *latest] for job_id in _job_ids(item))
        self.clear()
        self._items.append(SnapshotRequest(known=tuple(known)[-MAX_KNOWN:]))


def _job_ids(item: str | SnapshotRequest) -> Iterable[str]:
    if isinstance(item, SnapshotRequest):
        return (*item.known, *([item.job_id] if item.job_id else []))
    found = _JOB_ID.search(item)
    return [found[1]] if found else []
