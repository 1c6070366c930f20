"""The outbox: order, bounds, and the one snapshot that an overflow becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import outbox as limits
from server.domain.events import Event, TextWritten
from server.domain.frames import MAX_KNOWN
from server.domain.job import Position
from server.domain.outbox import Outbox, SnapshotRequest
from server.domain.wire import dumps, event_json
from tests.support.strategies import JOB_ID, OTHER_JOB_ID, seconds


def frame_of(job_id: str, text: str = "x") -> str:
    """Return an event's frame as published."""
    return dumps(event_json(Event(job_id, Position(1, 2), seconds(1), TextWritten(0, 0, text))))


def emptied(outbox: Outbox) -> list[str | SnapshotRequest]:
    """Take everything out."""
    return [outbox.pop() for _ in range(len(outbox))]


def test_what_goes_in_first_comes_out_first() -> None:
    outbox = Outbox()
    outbox.put("one")
    outbox.put_snapshot(SnapshotRequest(JOB_ID))
    outbox.put("two")
    assert emptied(outbox) == ["one", SnapshotRequest(JOB_ID), "two"]
    assert not outbox


def test_an_empty_outbox_has_nothing_to_send() -> None:
    with pytest.raises(IndexError):
        Outbox().pop()


def test_256_frames_wait_and_the_next_one_makes_them_one_snapshot() -> None:
    outbox = Outbox()
    for _ in range(limits.MAX_FRAMES):
        outbox.put(frame_of(JOB_ID))
    assert len(outbox) == limits.MAX_FRAMES == 256
    outbox.put(frame_of(OTHER_JOB_ID))
    assert emptied(outbox) == [SnapshotRequest(known=(JOB_ID, OTHER_JOB_ID))]


def test_256_kib_wait_and_the_next_byte_makes_them_one_snapshot() -> None:
    outbox = Outbox()
    half = limits.MAX_BYTES // 2
    outbox.put("x" * half)
    outbox.put("x" * half)
    assert len(outbox) == 2
    outbox.put("x")
    assert emptied(outbox) == [SnapshotRequest()]


def test_bytes_are_counted_not_characters() -> None:
    outbox = Outbox()
    outbox.put("한" * (limits.MAX_BYTES // 3))
    assert len(outbox) == 1
    outbox.put("한")
    assert emptied(outbox) == [SnapshotRequest()]


def test_a_frame_that_no_outbox_holds_becomes_a_snapshot() -> None:
    outbox = Outbox()
    outbox.put(frame_of(JOB_ID, "x" * limits.MAX_BYTES))
    assert emptied(outbox) == [SnapshotRequest(known=(JOB_ID,))]


def test_what_was_sent_makes_room() -> None:
    outbox = Outbox()
    for _ in range(3):
        outbox.put("x" * limits.MAX_BYTES)
        assert outbox.pop() == "x" * limits.MAX_BYTES
    for number in range(3 * limits.MAX_FRAMES):
        outbox.put(str(number))
        assert outbox.pop() == str(number)


def test_after_an_overflow_frames_follow_the_snapshot() -> None:
    outbox = Outbox()
    for _ in range(limits.MAX_FRAMES + 1):
        outbox.put(frame_of(JOB_ID))
    outbox.put("later")
    assert emptied(outbox) == [SnapshotRequest(known=(JOB_ID,)), "later"]


def test_an_overflow_forgets_no_job_that_a_dropped_request_asked_for() -> None:
    outbox = Outbox()
    outbox.put_snapshot(SnapshotRequest(JOB_ID))
    outbox.put_snapshot(SnapshotRequest(known=("earlier", "known")))
    outbox.put("x" * limits.MAX_BYTES)
    outbox.put("x")
    assert emptied(outbox) == [SnapshotRequest(known=(JOB_ID, "earlier", "known"))]


def test_an_overflow_asks_for_each_job_once_and_for_the_latest_fifty() -> None:
    outbox = Outbox()
    ids = [f"job-{number}" for number in range(60)]
    for number in range(limits.MAX_FRAMES + 1):
        outbox.put(frame_of(ids[number % 60]))
    (request,) = emptied(outbox)
    assert request == SnapshotRequest(known=tuple(ids[-MAX_KNOWN:]))


def test_an_end_that_was_dropped_is_asked_for() -> None:
    """`complete: true` says that jobs not in the snapshot are over: one that ended unseen must be in it."""
    outbox = Outbox()
    outbox.put('{"type":"job.completed","job_id":"ended","position":"1-9"}')
    outbox.put("x" * limits.MAX_BYTES)
    assert emptied(outbox) == [SnapshotRequest(known=("ended",))]


def test_the_same_snapshot_waits_only_once() -> None:
    outbox = Outbox()
    for _ in range(3):
        outbox.put_snapshot(SnapshotRequest())
        outbox.put_snapshot(SnapshotRequest(JOB_ID))
    assert emptied(outbox) == [SnapshotRequest(), SnapshotRequest(JOB_ID)]


def test_a_snapshot_taken_out_may_be_asked_for_again() -> None:
    outbox = Outbox()
    outbox.put_snapshot(SnapshotRequest())
    outbox.pop()
    outbox.put_snapshot(SnapshotRequest())
    assert emptied(outbox) == [SnapshotRequest()]


def test_snapshot_requests_count_as_frames() -> None:
    outbox = Outbox()
    for number in range(limits.MAX_FRAMES + 1):
        outbox.put_snapshot(SnapshotRequest(f"job-{number}"))
    (request,) = emptied(outbox)
    assert isinstance(request, SnapshotRequest)
    assert request.job_id is None
    assert f"job-{limits.MAX_FRAMES}" in request.known


@given(st.lists(st.integers(-3, 120_000), max_size=60))
def test_an_outbox_is_bounded_whatever_goes_in_and_out(sizes: list[int]) -> None:
    """A size is a frame put in; below zero a request (-1, -2) or something taken out (-3)."""
    outbox = Outbox()
    waiting: list[int] = []
    for size in sizes:
        if size == -3:
            if waiting:
                item = outbox.pop()
                assert (len(item) if isinstance(item, str) else 0) == waiting.pop(0)
        elif size < 0:
            outbox.put_snapshot(SnapshotRequest(str(size)))
        else:
            outbox.put("x" * size)
        if size >= 0:
            waiting = [0] if sum(waiting) + size > limits.MAX_BYTES else [*waiting, size]
        elif size > -3 and len(outbox) > len(waiting):
            waiting.append(0)
        assert len(outbox) == len(waiting) <= limits.MAX_FRAMES
        assert sum(waiting) <= limits.MAX_BYTES
