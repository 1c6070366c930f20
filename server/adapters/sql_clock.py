"""The one clock of the system, the database's, as one process sees it."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import text

from server.adapters.sql_database import Database
from server.domain.errors import Unavailable

logger = logging.getLogger(__name__)

# A quartz clock drifts by some milliseconds a minute at worst.
CALIBRATE_SECONDS = 60.0
# While the database is away the last measurement serves, if there is one.
RETRY_SECONDS = 2.0
# The first answer may include opening a connection; the quickest one tells most.
SAMPLES = 3

_ASK = {
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
    "postgresql": text("""SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')"""),
}


class Running(Protocol):
    """A part of a process that runs until it is cancelled."""

    async def run(self) -> None:
        """Run."""
        ...


class DatabaseClock:
    """Local monotonic time plus an offset, which is not known before it was first measured."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        # The time at which the monotonic clock stood at zero.
        self._zero: datetime | None = None
        self._is_known = asyncio.Event()

    def now(self) -> datetime:
        """Return the database's time in UTC, cut to milliseconds; raises Unavailable until it is known."""
        if self._zero is None:
            raise Unavailable("The database has not told the time yet.")
        at = self._zero + timedelta(seconds=self._monotonic())
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    async def run_in_time(self, part: Running) -> None:
        """Run a part of the process once it is known what time it is."""
        await self._is_known.wait()
        await part.run()

    async def calibrate(self) -> None:
        """Measure the offset; raises Unavailable."""
        async with self._database.read() as connection:
            ask = _ASK[connection.dialect.name]
            samples = []
            for _ in range(SAMPLES):
                asked_at = self._monotonic()
                answer = await connection.scalar(ask)
                samples.append((self._monotonic() - asked_at, asked_at, str(answer)))
        self._adopt(*min(samples))

    async def run(self) -> None:
        """Keep calibrated until cancelled."""
        while True:
            pause = CALIBRATE_SECONDS
            try:
                await self.calibrate()
            except Unavailable:
                logger.warning("clock not calibrated: the database is away")
                pause = RETRY_SECONDS
            await asyncio.sleep(pause)

    def _adopt(self, round_trip: float, asked_at: float, answer: str) -> None:
        """Take over the offset that an answer tells, half the round trip after it was asked for.

        A difference smaller than what the measurement leaves open is none: time should not jitter.
        """
        zero = datetime.fromisoformat(answer) - timedelta(seconds=asked_at + round_trip / 2)
        if self._zero is None or abs(zero - self._zero) > timedelta(seconds=round_trip / 2):
            self._zero = zero
        self._is_known.set()
