"""A bad network between two programs: a TCP proxy that cuts connections at any byte, lets them stall, or is slow."""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.support.ports import LOOPBACK, free_port

CHUNK = 512


class Proxy:
    """Used as `with Proxy(port) as proxy`, in a thread of its own. What is set holds from the next bytes on.

    `lifetime` is asked for each new connection: after how many bytes, both ways together, it is cut; None is never.
    """

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.lifetime: Callable[[], int | None] = lambda: None
        self.bytes_per_second: float | None = None
        self.cuts = 0
        self._target = target
        self._stalled: set[_Connection] = set()
        self._connections: set[_Connection] = set()
        self._is_up, self._end = threading.Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)

    def heal(self) -> None:
        """Cut nothing any more."""
        self.lifetime = lambda: None
        for connection in tuple(self._connections):
            connection.left = None

    def stall(self) -> None:
        """Let the connections of now say nothing more, and stay; later ones are well."""
        self._stalled |= self._connections

    async def _run(self) -> None:
        async with await asyncio.start_server(self._serve, LOOPBACK, self.port):
            self._is_up.set()
            await self._end.wait()
            for connection in self._connections:
                connection.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self.lifetime(), writer)
        self._connections.add(connection)
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self._target)
            connection.writers.append(back)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump(connection, reader, back))
                tasks.create_task(self._pump(connection, there, writer))
        except* (OSError, _Ended):
            pass  # nobody listens there, or the connection is over: both sides are told by its end
        finally:
            self._connections.discard(connection)
            connection.abort()

    async def _pump(self, connection: "_Connection", reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Carry bytes one way until either side or the connection's life ends."""
        while data := await reader.read(CHUNK):
            if connection in self._stalled:
                await self._end.wait()
            to.write(connection.admit(data))
            await to.drain()
            if connection.left == 0:
                self.cuts += 1
                raise _Ended
            if self.bytes_per_second:
                await asyncio.sleep(len(data) / self.bytes_per_second)
        raise _Ended

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_up.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()


class _Ended(Exception):
    """A connection is over."""


class _Connection:
    """Two sockets, and how many bytes may still pass between them."""

    def __init__(self, left: int | None, writer: asyncio.StreamWriter) -> None:
        self.left = left
        self.writers = [writer]

    def admit(self, data: bytes) -> bytes:
        """Return as much of the data as may still pass."""
        if self.left is None:
            return data
        admitted = data[: self.left]
        self.left -= len(admitted)
        return admitted

    def abort(self) -> None:
        """End both sockets at once; what was not sent yet never is."""
        for writer in self.writers:
            writer.transport.abort()
