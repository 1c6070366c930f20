"""The promise: whatever is lost, repeated or delayed, *snapshot + later events == what a fresh reader sees*."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.events import Event, Queued, Restored
from server.domain.fold import Verdict, fold, newer
from server.domain.job import Partial, Position
from server.domain.view import View
from server.recovery import recover
from tests.support.histories import History, Moment, calm_histories, stormy_histories


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
        self.fates = fates
        # Whether something was dropped since the last snapshot.
        self.has_dropped = False
        self._now = 0

    def connect(self, connection: Connection) -> None:
        last = len(self.history.moments) - 1
        subscribed = _between(self._now, last, connection.subscribe)
        row_read = _between(subscribed, last, connection.read_row)
        log_read = _between(row_read, last, connection.read_log)
        self._snapshot(self.history.moments[row_read], self.history.moments[log_read])
        end = _between(log_read, last, connection.end)
        for index in range(subscribed, end + 1):
            self._pass(index, since=subscribed)

    def stay(self) -> None:
        for index in range(self._now, len(self.history.moments)):
            self._pass(index, since=self._now)

    def ask(self) -> None:
        now = self.history.moments[self._now]
        self._snapshot(now, now)

    def _snapshot(self, row_moment: Moment, log_moment: Moment) -> None:
        self.client.take(recover(row_moment.row, () if row_moment.row.is_sealed else log_moment.log))
        self.has_dropped = False

    def _pass(self, index: int, since: int) -> None:
        before = self.history.moments[max(index - 1, since)].published
        self._now = index
        for number in range(before, self.history.moments[index].published):
            self._bring(self.history.published[number], self.fates[number % len(self.fates)])

    def _bring(self, event: Event, fate: Fate) -> None:
        if fate is Fate.DROPPED:
            self.has_dropped = True
            return
        if self.client.receive(event) is Verdict.GAP:
            self.ask()
        elif isinstance(event.fact, Queued | Restored):
            self.has_dropped = False
        if fate is Fate.REPEATED:
            held = self.client.view
            assert self.client.receive(event) is Verdict.OLD or self.client.view is held
            assert self.client.view == held
        self.check()

    def check(self) -> None:
        """What the client holds is right for the position it believes to be at."""
        held = self.client.held
        indexes = [question.index for question in held.partial.questions]
        assert indexes == sorted(set(indexes))
        if held.position.n and held.position in self.history.truth:
            is_loose = held.position in self.history.loose or (self.has_dropped and held.position.n == 1)
            assert _compared(held, is_loose) == _compared(self.history.truth[held.position], is_loose)


def _between(first: int, last: int, fraction: float) -> int:
    return first + round((last - first) * fraction)


def _compared(view: View, is_loose: bool) -> View:
    return replace(view, partial=Partial(), progress=None, started_at=None) if is_loose else view


def _check_end(wire: Wire) -> None:
    """After the last event the client holds what a fresh reader sees, or more where Redis lost it."""
    history, held = wire.history, wire.client.held
    end = history.moments[-1]
    fresh = end.fresh()
    assert held.position >= min(fresh.position, end.ideal.position)
    for other in (fresh, end.ideal):
        if held.position == other.position and held.position.n:
            is_loose = held.position in history.loose
            assert _compared(held, is_loose) == _compared(other, is_loose)


@settings(max_examples=500)
@given(calm_histories)
def test_who_was_there_all_along_always_sees_what_a_fresh_reader_sees(history: History) -> None:
    for moment in history.moments:
        fresh = moment.fresh()
        if fresh.position <= moment.ideal.position:
            assert fresh == _with_row(moment)
        else:
            assert fresh.position <= Position(moment.row.attempt, moment.ideal.position.n + 1)


def _with_row(moment: Moment) -> View:
    return moment.ideal


@settings(max_examples=1000)
@given(stormy_histories, connections)
def test_a_snapshot_and_the_later_events_make_what_a_fresh_reader_sees(history: History, cut: Connection) -> None:
    wire = Wire(history, [Fate.DELIVERED])
    wire.connect(replace(cut, end=1.0))
    _check_end(wire)


@settings(max_examples=1000)
@given(stormy_histories, st.lists(connections, min_size=1, max_size=4), fates)
def test_whatever_is_dropped_repeated_or_cut_one_round_trip_makes_it_right(
    history: History, cuts: list[Connection], fates: list[Fate]
) -> None:
    wire = Wire(history, fates)
    for cut in cuts:
        wire.connect(cut)
    wire.stay()
    wire.ask()
    _check_end(wire)
    fresh = history.moments[-1].fresh()
    assert wire.client.held.position > fresh.position or wire.client.held == fresh
