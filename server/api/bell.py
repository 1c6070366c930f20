"""Waiting for something to happen to one job, for whoever has no WebSocket."""

import asyncio
import math
from contextlib import suppress

# This is for fallbacks: while Redis is away nobody rings, so whoever waits looks by itself as well.
LOOK_SECONDS = 3.0


class Bell:
    """A Subscriber that rings when something happens to one job, or may have."""

    def __init__(self, job_id: str) -> None:
        self._mark = f'"job_id":"{job_id}"'
        self._rung = asyncio.Event()

    def put(self, frame: str) -> None:
        """Ring when the event is of this job."""
        if self._mark in frame:
            self._rung.set()

    def resync(self) -> None:
        """Ring: something may have been missed."""
        self._rung.set()

    async def wait(self, deadline: float = math.inf) -> None:
        """Wait for the next ring, until `deadline` (the loop's time), or until it is time to look unasked."""
        look_at = asyncio.get_running_loop().time() + LOOK_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(deadline, look_at)):
                await self._rung.wait()
        self._rung.clear()
