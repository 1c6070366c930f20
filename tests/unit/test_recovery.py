"""Recovery by chosen examples: which of row and log decides, and what the other one adds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from server.domain.errors import Unavailable
from server.domain.events import (
    Cancelled,
    Event,
    Fact,
    Progressed,
    QuestionWritten,
    Queued,
    Restored,
    Retrying,
    Started,
    TextWritten,
)
from server.domain.job import Draft, Partial, Position, Progress, Stage, Status
from server.domain.view import view_of
from server.ports import EventLog, JobStore
from server.recovery import Recovery, missed, recover
from tests.support.strategies import A_JOB, AN_ERROR, JOB_ID, OTHER_JOB_ID, USER_ID, a_question, seconds

Q0, Q1, Q2 = a_question(0), a_question(1), a_question(2)
QUEUED = Queued(replace(view_of(A_JOB), position=Position(0, 1)))
RUNNING = replace(A_JOB, status=Status.PROCESSING, attempt=1, started_at=seconds(1))
CANCELLED = replace(
    RUNNING, status=Status.CANCELLED, attempt=2, last=Position(2, 1), partial=Partial((Q0,)), completed_at=seconds(9)
)


def test_without_a_log_the_row_alone_is_the_view() -> None:
    assert recover(RUNNING, ()) == view_of(RUNNING)
    assert recover(RUNNING, ()).position == Position(1, 0)


def test_the_log_brings_what_is_being_written() -> None:
    row = replace(RUNNING, partial=Partial((Q0,)))
    view = recover(
        row, log("0-1", QUEUED, "1-1", Started(), "1-2", QuestionWritten(Q0), "1-3", TextWritten(1, 0, "Te"))
    )
    assert view.position == Position(1, 3)
    assert view.partial == Partial((Q0,), Draft(1, "Te"))
    assert view.started_at == RUNNING.started_at


def test_a_log_that_never_heard_of_the_queuing_folds_over_the_row() -> None:
    view = recover(RUNNING, log("1-1", Started(), "1-2", TextWritten(0, 0, "Te")))
    assert (view.status, view.position, view.partial.text) == (Status.PROCESSING, Position(1, 2), Draft(0, "Te"))


def test_a_log_that_was_written_anew_folds_from_there() -> None:
    whole = replace(view_of(RUNNING), position=Position(1, 8), partial=Partial((Q0,)))
    view = recover(RUNNING, log("1-8", Restored(whole), "1-9", TextWritten(1, 0, "Te")))
    assert (view.position, view.partial) == (Position(1, 9), Partial((Q0,), Draft(1, "Te")))


def test_a_row_that_was_claimed_again_decides_and_the_text_stays() -> None:
    row = replace(RUNNING, attempt=2, started_at=seconds(20), partial=Partial((Q0,)))
    told = log("0-1", QUEUED, "1-1", Started(), "1-2", QuestionWritten(Q0), "1-3", TextWritten(1, 0, "Te"))
    view = recover(row, [*told, *log("1-4", Retrying(AN_ERROR, seconds(20)))])
    assert (view.status, view.position, view.started_at, view.retry_at) == (
        Status.PROCESSING,
        Position(2, 0),
        seconds(20),
        None,
    )
    assert view.partial == Partial((Q0,), Draft(1, "Te"))


def test_a_job_that_was_given_back_waits_though_nobody_told() -> None:
    row = replace(RUNNING, status=Status.QUEUED, run_after=seconds(60))
    told = log("0-1", QUEUED, "1-1", Started(), "1-2", TextWritten(0, 0, "Te"))
    view = recover(row, told)
    assert (view.status, view.retry_at, view.position) == (Status.QUEUED, seconds(60), Position(1, 2))
    assert view.partial.text == Draft(0, "Te")
    again = replace(RUNNING, attempt=2, status=Status.QUEUED, run_after=seconds(60))
    assert recover(again, [*told, *log("2-1", Started())]).status is Status.QUEUED


def test_an_attempt_that_nobody_was_told_of_has_not_begun() -> None:
    assert recover(CANCELLED, log("0-1", QUEUED, "2-1", Cancelled())).started_at is None
    told = log("0-1", QUEUED, "1-1", Started(), "2-1", Cancelled())
    assert recover(CANCELLED, told).started_at == told[1].at


def test_a_stream_waits_for_a_claim_to_be_told_and_invents_nothing() -> None:
    [queued] = told = log("0-1", QUEUED)
    view = recover(RUNNING, told)
    assert view.position == Position(1, 0)
    assert missed(view, told, Position(-1, 0), seconds(9)) == [queued]
    assert missed(view, told, queued.position, seconds(9)) == []
    assert [event.position for event in missed(view, [], queued.position, seconds(9))] == [view.position]


def test_a_stream_tells_an_end_that_its_log_lacks_after_what_the_log_has() -> None:
    told = log("0-1", QUEUED, "1-1", Started())
    view = recover(CANCELLED, told)
    assert [str(event.position) for event in missed(view, told, Position(0, 1), seconds(9))] == ["1-1", "2-1"]


def test_a_log_that_stood_still_hides_no_finished_question() -> None:
    """Redis was away while the worker went on: the row knows more than the log."""
    stale = log("0-1", QUEUED, "1-1", Started(), "1-2", TextWritten(0, 0, "Te"))
    claimed_again = replace(RUNNING, attempt=2, partial=Partial((Q0, Q1)))
    assert recover(claimed_again, stale).partial == Partial((Q0, Q1))
    cancelled = replace(CANCELLED, partial=Partial((Q0, Q1)))
    assert recover(cancelled, stale).partial == Partial((Q0, Q1))


def test_a_cancelled_job_keeps_the_draft_and_the_progress_of_its_log() -> None:
    written = log(
        *("1-1", Started(), "1-2", QuestionWritten(Q0), "1-3", Progressed(Stage.WRITING, 1, 3)),
        *("1-4", TextWritten(1, 0, "Te")),
    )
    told = [*written, *log("2-1", Cancelled())]
    # Whether or not the log begins at the queuing, and whether or not the end was told.
    for events in (written, told, [*log("0-1", QUEUED), *written], [*log("0-1", QUEUED), *told]):
        view = recover(CANCELLED, events)
        assert (view.status, view.position, view.completed_at) == (Status.CANCELLED, Position(2, 1), seconds(9))
        assert view.partial == Partial((Q0,), Draft(1, "Te"))
        assert view.progress == Progress(Stage.WRITING, 1, 3)


def test_a_question_that_was_saved_but_not_told_stays_in_a_cancelled_job() -> None:
    row = replace(CANCELLED, partial=Partial((Q0, Q1)))
    events = log("1-1", Started(), "1-2", QuestionWritten(Q0), "1-3", TextWritten(1, 0, "Te"), "2-1", Cancelled())
    assert recover(row, events).partial == Partial((Q0, Q1))


def test_a_sealed_row_needs_no_log() -> None:
    sealed = replace(CANCELLED, partial=Partial((Q0,), Draft(1, "Tell")), is_sealed=True)
    assert recover(sealed, log("1-1", Started(), "1-2", QuestionWritten(Q2))) == view_of(sealed)


def test_a_row_read_before_the_log_may_be_behind_it() -> None:
    events = log("0-1", QUEUED, "1-1", Started(), "1-2", QuestionWritten(Q0), "2-1", Cancelled())
    view = recover(A_JOB, events)
    assert (view.status, view.position, view.partial) == (Status.CANCELLED, Position(2, 1), Partial((Q0,)))


async def test_views_read_only_the_logs_that_are_needed_and_do_without_when_they_cannot() -> None:
    sealed = replace(CANCELLED, id=OTHER_JOB_ID, is_sealed=True)
    events = log("1-1", Started(), "1-2", TextWritten(0, 0, "Te"))
    read = _Logs({JOB_ID: events})
    views = await _recovery(read).views(USER_ID, [RUNNING, sealed])
    assert views == [recover(RUNNING, events), view_of(sealed)]
    assert read.asked == [[JOB_ID]]
    assert await _recovery(_Logs(None)).views(USER_ID, [RUNNING]) == [view_of(RUNNING)]


def log(*positions_and_facts: str | Fact) -> list[Event]:
    """Return events from positions and facts in turn."""
    pairs = zip(positions_and_facts[::2], positions_and_facts[1::2], strict=True)
    return [_event(cast(str, position), cast(Fact, fact)) for position, fact in pairs]


def _event(position: str, fact: Fact) -> Event:
    at = seconds({Started: 1, Cancelled: 9}.get(type(fact), 5))
    return Event(JOB_ID, Position.parse(position), at, fact)


class _Logs:
    """Logs that can only be read; None: Redis is away."""

    def __init__(self, logs: Mapping[str, Sequence[Event]] | None) -> None:
        self.asked: list[Sequence[str]] = []
        self._logs = logs

    async def read(self, user_id: str, job_ids: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        self.asked.append(job_ids)
        if self._logs is None:
            raise Unavailable("Redis does not answer.")
        return {job_id: self._logs.get(job_id, ()) for job_id in job_ids}


def _recovery(logs: _Logs) -> Recovery:
    return Recovery(cast(JobStore, None), cast(EventLog, logs))
