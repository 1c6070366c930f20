"""Writes the log of one attempt: folds every event, gathers them for a moment, appends them in order.

While Redis is away the attempt goes on: what was sent and not confirmed is sent again, what was never sent gives way
to one `job.restored` with the whole view. Positions skip nothing.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

from server.domain.errors import Fenced, Unavailable
from server.domain.events import Event, Fact, Restored, TextWritten
from server.domain.fold import fold, utf16_length
from server.domain.view import View
from server.ports import Appended, Clock, EventLog

logger = logging.getLogger(__name__)

# Fast enough to read as typing, slow enough that twenty attempts make few appends.
FLUSH_SECONDS = 0.1
# Two dozen flushes: beyond that the whole view is shorter than the backlog.
MAX_PENDING = 64
# How often the terminal event is tried; after that the hubs find the end in the database.
FINAL_TRIES = 3
FINAL_PAUSE_SECONDS = 0.5


class LogWriter:
    """The pen of one attempt; `view` is the fold of every event written so far."""

    def __init__(self, log: EventLog, user_id: str, view: View, clock: Clock) -> None:
        self.view = view
        self._log = log
        self._user_id = user_id
        self._clock = clock
        self._text: TextWritten | None = None  # grows until the next flush, then becomes one event
        self._pending: list[Event] = []
        self._sent = 0  # how many of the pending ones were sent, and may have arrived
        self._written = asyncio.Event()
        self._flushing = asyncio.Lock()

    def write(self, fact: Fact, at: datetime | None = None) -> None:
        """Add a fact, which happened `at` (now); it leaves with the next flush."""
        if isinstance(fact, TextWritten):
            self._write_text(fact)
        else:
            self._place_text()
            self._place(fact, at or self._clock.now())
        self._written.set()

    async def run(self) -> None:
        """Flush whatever is written until cancelled; raises Fenced."""
        while True:
            await self._written.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> bool:
        """Append everything written so far; False while Redis is away. Raises Fenced."""
        async with self._flushing:
            self._written.clear()
            self._place_text()
            # What was sent and not confirmed goes first and alone: what follows may still give way to a shorter form.
            while batch := tuple(self._pending[: self._sent or None]):
                self._sent = len(batch)
                try:
                    answer = await self._log.append(self._user_id, batch)
                except Unavailable:
                    self._written.set()
                    return False
                self._settle(answer, len(batch))
            return True

    async def flush_end(self) -> None:
        """Append the end of the attempt, trying a little longer; raises Fenced."""
        for _ in range(FINAL_TRIES):
            if await self.flush():
                return
            await asyncio.sleep(FINAL_PAUSE_SECONDS)
        logger.warning("job %s: its end was not told, Redis is away", self.view.id)

    def _settle(self, answer: Appended, count: int) -> None:
        match answer:
            case Appended.FENCED:
                raise Fenced("A higher attempt has taken the job over.")
            case Appended.OK:
                del self._pending[:count]
            case Appended.LOST:
                logger.info("job %s: log lost, writing it anew at %s", self.view.id, self.view.position)
                self._pending = [self._whole(self.view)]
        self._sent = 0

    def _write_text(self, fact: TextWritten) -> None:
        text = self._text
        if text and text.index == fact.index and text.offset + utf16_length(text.text) == fact.offset:
            self._text = replace(text, text=text.text + fact.text)
        else:
            self._place_text()
            self._text = fact

    def _place_text(self) -> None:
        if self._text is not None:
            text, self._text = self._text, None
            self._place(text, self._clock.now())

    def _place(self, fact: Fact, at: datetime) -> None:
        event = Event(self.view.id, self.view.position.next(), at, fact)
        self.view = fold(self.view, event)[0] or self.view
        self._pending.append(event)
        if len(self._pending) > MAX_PENDING and not self.view.is_terminal:
            self._shorten()

    def _shorten(self) -> None:
        """Let what was never sent give way to the whole view, at the first position that was never sent."""
        self.view = replace(self.view, position=self._pending[self._sent].position)
        self._pending[self._sent :] = [self._whole(self.view)]

    def _whole(self, view: View) -> Event:
        return Event(view.id, view.position, self._clock.now(), Restored(view))
