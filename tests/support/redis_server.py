"""A private, real Redis on a free port, empty at every start."""

import asyncio
import signal
from types import TracebackType
from typing import Self

from tests.support.ports import free_port, is_listening
from tests.support.processes import Process, find_program


class RedisServer:
    """Used as `with RedisServer() as server` or `async with`; keeps its port, and so its URL, over a restart."""

    def __init__(self) -> None:
        self._program = find_program("redis-server", "redis-server")
        self.port = free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and block until it accepts connections."""
        options = {"--port": str(self.port), "--bind": "127.0.0.1", "--save": "", "--appendonly": "no"}
        self._process = Process([self._program, *(word for option in options.items() for word in option)])
        self._process.wait_until_ready(lambda: is_listening(self.port), "Redis accepts connections")

    def kill(self) -> None:
        """End it at once, with everything it knew."""
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        if self._process is not None:
            self._process.signal(number)

    async def restart(self) -> None:
        """Kill it and start an empty one at the same URL."""
        await asyncio.to_thread(self.kill)
        await asyncio.to_thread(self.start)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.kill)
