"""The clock of every process is the database's, however wrong the machine's own is."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, repeat

import pytest

from server.adapters.sql_clock import DatabaseClock
from server.adapters.sql_database import Database
from server.domain.errors import Unavailable

# The database of these tests runs on this machine, so this machine's clock tells what is right.
CLOSE = timedelta(seconds=0.5)


class Monotonic:
    """A monotonic clock that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def is_close(one: datetime, other: datetime) -> bool:
    return abs(one - other) < CLOSE


async def test_clocks_of_machines_that_are_minutes_apart_agree(database: Database) -> None:
    fast, right = DatabaseClock(database, lambda: time.monotonic() + 420), DatabaseClock(database)
    await fast.calibrate()
    await right.calibrate()
    assert is_close(fast.now(), right.now())
    assert is_close(fast.now(), datetime.now(UTC))


async def test_time_passes_with_the_monotonic_clock_and_in_whole_milliseconds(database: Database) -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(database, monotonic)
    await clock.calibrate()
    before = clock.now()
    monotonic.seconds += 1.5
    assert clock.now() - before == timedelta(seconds=1.5)
    assert before.microsecond % 1000 == 0
    assert before.tzinfo is UTC


async def test_a_measurement_too_rough_to_tell_a_difference_changes_nothing(database: Database) -> None:
    errors: Iterator[float] = repeat(0.0)
    clock = DatabaseClock(database, lambda: time.monotonic() + next(errors))
    await clock.calibrate()
    before = clock.now() - datetime.now(UTC)
    # A round trip that seems to take 0.2 s, its middle 0.05 s beside the truth.
    errors = cycle((-0.05, 0.15))
    await clock.calibrate()
    errors = repeat(0.0)
    assert abs(clock.now() - datetime.now(UTC) - before) < timedelta(seconds=0.03)


async def test_a_clock_whose_database_was_never_there_knows_no_time(unused_tcp_port: int) -> None:
    away = Database(f"postgresql+asyncpg://postgres@127.0.0.1:{unused_tcp_port}/test")
    clock = DatabaseClock(away)
    with pytest.raises(Unavailable):
        await clock.calibrate()
    with pytest.raises(Unavailable):
        clock.now()
    await away.close()


class Part:
    """Stands where a hub or a sweeper stands."""

    def __init__(self) -> None:
        self.has_run = False

    async def run(self) -> None:
        self.has_run = True


async def test_a_part_runs_once_the_time_is_known(database: Database) -> None:
    clock, part = DatabaseClock(database), Part()
    running = asyncio.create_task(clock.run_in_time(part))
    await asyncio.sleep(0)
    assert not part.has_run
    await clock.calibrate()
    await running
    assert part.has_run
    assert is_close(clock.now(), datetime.now(UTC))
