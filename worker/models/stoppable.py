"""HTTP whose connections another thread can end.

Closing a response does not wake a thread that waits in a read of it; shutting its socket down does.
"""

import socket
import threading
from contextlib import suppress
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Sockets:
    """The sockets of one call, and what is read from them."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._responses: list[Response] = []
        self._is_stopped = False
        self._lock = threading.Lock()

    def add(self, opened: socket.socket | None) -> None:
        """Take a socket that was just connected; after `stop` it ends at once."""
        if opened is not None:
            with self._lock:
                self._open.append(opened)
                if self._is_stopped:
                    _shut(opened)

    def read(self, response: Response) -> None:
        """Take a response whose body is about to be read; after `stop` it is closed at once."""
        with self._lock:
            self._responses.append(response)
            if self._is_stopped:
                response.close()

    def stop(self) -> None:
        """End every socket: whoever reads from one gets the end of the stream now."""
        with self._lock:
            self._is_stopped = True
            for each in self._open:
                _shut(each)
            for response in self._responses:
                response.close()


class StoppableAdapter(HTTPAdapter):
    """Connects like any adapter of requests, and tells `sockets` of every connection."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__(max_retries=0)

    def send(self, *arguments: Any, **options: Any) -> Response:
        """Send a request, and tell of its response."""
        response = super().send(*arguments, **options)
        self._sockets.read(response)
        return response

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager, with connections that tell of themselves."""
        super().init_poolmanager(*arguments, **options)
        sockets = self._sockets

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _shut(opened: socket.socket) -> None:
    # An error means that it has ended already.
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()  # the descriptor goes when the last reader lets go of it
