"""The promise: whatever is lost, repeated or delayed, *snapshot + later events == what a fresh reader sees*."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.events import Event, Queued, Restored
from server.domain.fold import Verdict, fold, newer
from server.domain.job import Job, Partial, Position, Status
from server.domain.view import View
from server.recovery import recover
from tests.support.histories import History, calm_histories, stormy_histories
from tests.support.world import Moment


@dataclass
class Client:
    """All that a viewer does."""

    view: View | None = None

    def receive(self, event: Event) -> Verdict:
        self.view, verdict = fold(self.view, event)
        return verdict

    def take(self, snapshot: View) -> None:
        self.view = newer(self.view, snapshot)

    @property
    def held(self) -> View:
        assert self.view is not None
        return self.view


@dataclass(frozen=True)
class Connection:
    """Subscribed at one moment, the row read at a later one, the log at a still later one; lasts until `end`.

    Moments are given as fractions of what is left of the history.
    """

    subscribe: float
    read_row: float
    read_log: float
    end: float


class Fate(Enum):
    """What becomes of an event on its way to a client."""

    DELIVERED = auto()
    REPEATED = auto()
    DROPPED = auto()


fractions = st.floats(0, 1)
connections = st.builds(Connection, fractions, fractions, fractions, fractions)
fates = st.lists(st.sampled_from(Fate), min_size=1, max_size=8)


class Wire:
    """Brings one history to one client, moment by moment, and asks for a snapshot whenever the client sees a gap."""

    def __init__(self, history: History, fates: list[Fate]) -> None:
        self.history = history
        self.client = Client()
        self._fates = fates
        # Whether the client missed something that the first event of a raised attempt does not say again.
        self._lacks = False
        # Whether the client was told of a claim by the row, before its first event: that may never come.
        self._knows_claim = False
        self.subscribed = self._now = 0

    def connect(self, connection: Connection) -> None:
        moments = self.history.moments
        last = len(moments) - 1
        self.subscribed = _between(self._now, last, connection.subscribe)
        row_read = _between(self.subscribed, last, connection.read_row)
        log_read = _between(row_read, last, connection.read_log)
        self._take(moments[row_read].row, moments[log_read])
        end = _between(log_read, last, connection.end)
        self._pass(self.subscribed, self.subscribed + 1, end + 1)

    def stay(self) -> None:
        self._pass(self._now, self._now + 1, len(self.history.moments))

    def ask(self) -> None:
        now = self.history.moments[self._now]
        self._take(now.row, now)

    def check(self, other: View) -> None:
        """Where the client stands at the same position as `other`, it holds the same."""
        held = self.client.held
        if held.position == other.position and held.position.n:
            assert self._compared(held) == self._compared(other)

    def _compared(self, view: View) -> View:
        """Return a view without what may lawfully differ at its position."""
        passed_over: dict[str, object] = {}
        if view.position in self.history.loose or (self._lacks and view.position.n == 1):
            passed_over |= {"partial": Partial(), "progress": None, "started_at": None}
        if view.position in self.history.untold and not view.is_terminal:
            passed_over |= {"status": Status.QUEUED, "retry_at": None}
        if self._knows_claim and view.is_terminal:
            passed_over |= {"started_at": None}
        return replace(view, **passed_over)  # type: ignore[arg-type]

    def _take(self, row: Job, moment: Moment) -> None:
        before = self.client.view
        self.client.take(recover(row, moment.log))
        assert before is None or self.client.held.position >= before.position
        self._lacks = not row.is_sealed and not moment.is_log_whole
        self._knows_claim = self.client.held.position.n == 0

    def _pass(self, since: int, first: int, end: int) -> None:
        """Let the moments from `first` to `end` pass, with what was published after the moment `since`."""
        number = self.history.moments[since].published
        for self._now in range(first, end):
            while number < self.history.moments[self._now].published:
                self._bring(self.history.published[number], self._fates[number % len(self._fates)])
                number += 1

    def _bring(self, event: Event, fate: Fate) -> None:
        if fate is Fate.DROPPED:
            self._lacks = True
            return
        if (verdict := self.client.receive(event)) is Verdict.GAP:
            self.ask()
        elif verdict is Verdict.APPLIED:
            self._lacks = self._lacks and not isinstance(event.fact, Queued | Restored)
            self._knows_claim = self._knows_claim and self.client.held.is_terminal
        if fate is Fate.REPEATED:
            held = self.client.view
            again = self.client.receive(event)
            assert again is Verdict.OLD or (again is Verdict.GAP and event.position > self.client.held.position)
            assert self.client.view is held
        _check_questions(self.client.held)
        self.check(self.history.truth.get(self.client.held.position, self.client.held))


def _between(first: int, last: int, fraction: float) -> int:
    return first + round((last - first) * fraction)


def _check_questions(view: View) -> None:
    """Nothing twice, all in order, and no draft of what is final."""
    indexes = [question.index for question in view.partial.questions]
    assert indexes == sorted(set(indexes))
    assert view.partial.text is None or view.partial.text.index not in indexes


@settings(max_examples=300)
@given(calm_histories)
def test_while_redis_lives_a_fresh_reader_sees_what_they_see_who_were_there_all_along(history: History) -> None:
    for moment in history.moments:
        fresh = moment.fresh()
        if fresh.position <= moment.ideal.position and fresh.position not in history.loose | history.untold:
            assert fresh == moment.ideal


@settings(max_examples=300)
@given(stormy_histories)
def test_a_fresh_reader_is_never_behind_the_row_and_finds_what_it_finished(history: History) -> None:
    for moment in history.moments:
        row, fresh = moment.row, moment.fresh()
        _check_questions(fresh)
        assert fresh.position >= (row.last or Position(row.attempt, 0))
        if fresh.position.n == 0 or not row.is_active:
            assert fresh.status is row.status
            assert set(row.partial.questions) <= set(fresh.partial.questions)


@settings(max_examples=600)
@given(stormy_histories, connections)
def test_a_snapshot_and_the_later_events_make_what_a_fresh_reader_sees(history: History, cut: Connection) -> None:
    wire = Wire(history, [Fate.DELIVERED])
    wire.connect(replace(cut, end=1.0))
    start, end = history.moments[wire.subscribed], history.moments[-1]
    assert wire.client.held.position >= end.ideal.position or start.ideal.position == end.ideal.position
    wire.check(end.ideal)
    wire.check(end.fresh())


@settings(max_examples=600)
@given(stormy_histories, st.lists(connections, min_size=1, max_size=4), fates)
def test_whatever_is_dropped_repeated_or_cut_one_round_trip_makes_it_right(
    history: History, cuts: list[Connection], fates: list[Fate]
) -> None:
    wire = Wire(history, fates)
    for cut in cuts:
        wire.connect(cut)
    wire.stay()
    wire.ask()
    end = history.moments[-1]
    fresh = end.fresh()
    # More than a fresh reader where Redis lost the log, never less.
    assert wire.client.held == fresh or wire.client.held.position > fresh.position
    wire.check(end.ideal)
