"""The log of one attempt: gathered, in order, and whole again however Redis behaved."""

from dataclasses import replace

import pytest

from server.domain.errors import Fenced
from server.domain.events import Cancelled, Event, Progressed, Restored, Started, TextWritten
from server.domain.fold import fold_all
from server.domain.job import Position, Stage
from server.domain.view import View
from tests.support.strategies import A_VIEW, CREATED_AT, JOB_ID, USER_ID
from tests.support.workbench import UnreliableLog, WallClock
from worker.log_writer import MAX_PENDING, LogWriter

CLAIMED = replace(A_VIEW, position=Position(1, 0))


def writer_on(log: UnreliableLog) -> LogWriter:
    return LogWriter(log, USER_ID, CLAIMED, WallClock())


async def events_of(log: UnreliableLog) -> list[Event]:
    return list((await log.read(USER_ID, [JOB_ID]))[JOB_ID])


async def folded(log: UnreliableLog) -> View:
    events = await events_of(log)
    return fold_all(events[0].fact.job if isinstance(events[0].fact, Restored) else CLAIMED, events)


def positions(events: list[Event]) -> list[int]:
    return [event.position.n for event in events]


async def test_events_of_one_moment_leave_in_one_append_and_text_as_one_event() -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(Started())
    for offset, letter in enumerate("안녕하세요"):
        writer.write(TextWritten(0, offset, letter))
    writer.write(Progressed(Stage.WRITING, 0, 3))
    assert await writer.flush()
    facts = [event.fact for event in await events_of(log)]
    assert facts == [Started(), TextWritten(0, 0, "안녕하세요"), Progressed(Stage.WRITING, 0, 3)]
    assert log.appends == 1
    assert await folded(log) == writer.view


async def test_text_that_starts_anew_is_an_event_of_its_own() -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(TextWritten(0, 0, "🙂"))
    writer.write(TextWritten(0, 2, "!"))
    writer.write(TextWritten(0, 0, "again"))
    await writer.flush()
    assert [event.fact for event in await events_of(log)] == [TextWritten(0, 0, "🙂!"), TextWritten(0, 0, "again")]


@pytest.mark.parametrize("had_arrived", [True, False])
async def test_what_was_not_confirmed_is_sent_again_and_stands_once(had_arrived: bool) -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(Started())
    log.is_away, log.takes_what_it_does_not_confirm = True, had_arrived
    assert not await writer.flush()
    writer.write(TextWritten(0, 0, "later"))
    log.is_away = False
    assert await writer.flush()
    assert positions(await events_of(log)) == [1, 2]
    assert await folded(log) == writer.view


@pytest.mark.parametrize("written_between_tries", [1, 20])
async def test_a_long_absence_becomes_one_whole_view_and_positions_skip_nothing(written_between_tries: int) -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(Started())
    await writer.flush()
    log.is_away = True
    for n in range(MAX_PENDING * 3):
        writer.write(Progressed(Stage.WRITING, n, 1000))
        if n % written_between_tries == 0:
            assert not await writer.flush()
    log.is_away = False
    assert await writer.flush()
    events = await events_of(log)
    assert positions(events) == list(range(1, len(events) + 1))
    assert len(events) < MAX_PENDING * 2
    assert await folded(log) == writer.view


async def test_a_lost_log_is_written_anew_from_the_whole_view() -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(Started())
    writer.write(TextWritten(0, 0, "before"))
    await writer.flush()
    log.lose(USER_ID, JOB_ID)
    writer.write(TextWritten(0, 6, " after"))
    assert await writer.flush()
    writer.write(Progressed(Stage.SAVING, 1, 1))
    assert await writer.flush()
    events = await events_of(log)
    assert isinstance(events[0].fact, Restored)
    assert positions(events) == [3, 4]
    assert (await folded(log)).partial.text == writer.view.partial.text
    assert await folded(log) == writer.view


async def test_a_higher_attempt_stops_the_pen() -> None:
    log = UnreliableLog()
    writer = writer_on(log)
    writer.write(Started())
    await writer.flush()
    await log.append(USER_ID, [Event(JOB_ID, Position(2, 1), CREATED_AT, Cancelled())])
    writer.write(TextWritten(0, 0, "a zombie writes"))
    with pytest.raises(Fenced):
        await writer.flush()
    assert len(await events_of(log)) == 2
