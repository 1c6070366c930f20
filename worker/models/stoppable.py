"""HTTP whose connections another thread can end.

Closing a response does not wake a thread that waits in a read of it; shutting its socket down does.
"""

import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# A handshake takes a few round trips; a thread that waits for one is of no use to anybody else.
CONNECT_SECONDS = 5.0
# What a service says of a failure is a page at the most.
MAX_REFUSAL_BYTES = 64 * 1024


class Refused(Exception):
    """The answer is a failure: its HTTP status and its body."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body


class Sockets:
    """The sockets of one call, and what is read from them."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._responses: list[Response] = []
        self._is_stopped = False
        self._lock = threading.Lock()

    def add(self, opened: socket.socket) -> socket.socket:
        """Take a socket that was just connected, and return it; after `stop` it ends at once.

        A second handle is kept: TLS takes the first one over, and the handshake has to end too.
        """
        with self._lock:
            self._open.append(opened.dup())
            if self._is_stopped:
                _shut(self._open[-1])
        return opened

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
        """Send a request, and tell of its response; raises Refused."""
        response = super().send(*arguments, **options | {"timeout": (CONNECT_SECONDS, options.get("timeout"))})
        self._sockets.read(response)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise Refused(response.status_code, response.raw.read(MAX_REFUSAL_BYTES, decode_content=True))
        return response

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager, with connections that tell of themselves."""
        super().init_poolmanager(*arguments, **options)
        sockets = self._sockets

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return sockets.add(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return sockets.add(super()._new_conn())

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _shut(opened: socket.socket) -> None:
    # An error means that it has ended already.
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()
