"""The REST API of Gemini on this machine: it answers as a test tells it, in both stream forms, and remembers all.

The forms were read off the service's public reference and its two SDKs: `streamGenerateContent` answers a JSON array,
with `alt=sse` a stream of events; an error is `{"error": {"code", "message", "status", "details"}}`.
"""

import json
import select
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlparse

# How often a silent answer looks whether its client is still there.
LOOK_SECONDS = 0.02
# A test that forgets a silent answer must not keep its process alive.
MAX_SILENCE_SECONDS = 60.0

Chunk = dict[str, Any]
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"


def chunk(text: str | None = None, finish: str | int | None = None, tokens: tuple[int, int] | None = None) -> Chunk:
    """Return one message of a stream; `tokens` are those of the prompt and of the text so far."""
    candidate: dict[str, Any] = {"index": 0}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    if finish is not None:
        candidate["finishReason"] = finish
    message: Chunk = {"candidates": [candidate], "modelVersion": "fake"}
    if tokens:
        prompt, written = tokens
        counts = {"promptTokenCount": prompt, "candidatesTokenCount": written, "totalTokenCount": prompt + written}
        message["usageMetadata"] = counts
    return message


def blocked_prompt(reason: str = "PROHIBITED_CONTENT") -> Chunk:
    """Return the one message of a stream whose prompt was refused."""
    return {"promptFeedback": {"blockReason": reason}, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}


@dataclass(frozen=True)
class Stream:
    """An answer of 200; after its messages it ends, is cut inside the body, or falls silent."""

    chunks: Sequence[Chunk] = ()
    ending: str = "whole"  # or "cut", "silent"
    pause_seconds: float = 0.0  # before each message


@dataclass(frozen=True)
class Failure:
    """An answer with an error, in the service's words."""

    code: int
    status: str
    message: str
    details: Sequence[dict[str, Any]] = ()

    def body(self, *, is_sse: bool) -> bytes:
        """The JSON of the error: where a stream of JSON was asked for, the one element of its array."""
        error = {"code": self.code, "message": self.message, "status": self.status, "details": list(self.details)}
        return json.dumps({"error": error} if is_sse else [{"error": error}]).encode()


@dataclass(frozen=True)
class Silence:
    """No answer at all, not even its headers."""


Answer = Stream | Failure | Silence


@dataclass
class Received:
    """One request, how many messages it was answered with, and whether its client has gone away since."""

    model: str
    has_key: bool
    body: dict[str, Any]
    sent: int = 0
    is_left: threading.Event = field(default_factory=threading.Event)


class FakeGemini:
    """Used as `with FakeGemini() as service`; the last of `answers` is given again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.received: list[Received] = []
        self._lock = threading.Lock()
        service = self

        class Handler(_Handler):
            fake = service

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(LOOK_SECONDS,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self, received: Received) -> Answer:
        """Remember a request; return what to answer."""
        with self._lock:
            self.received.append(received)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """One thread for each connection."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away; anything else is a mistake of the test."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    fake: FakeGemini
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        address = urlparse(self.path)
        model = address.path.rpartition("/models/")[2].partition(":")[0]
        query = parse_qs(address.query)
        has_key = bool(self.headers.get("x-goog-api-key")) or "key" in query
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        received, is_sse = Received(model, has_key, body), query.get("alt") == ["sse"]
        match self.fake.take(received):
            case Failure() as failure:
                self._fail(failure.code, failure.body(is_sse=is_sse))
            case Stream() as stream:
                self._stream(received, stream, list(_framed(stream, is_sse=is_sse)))
            case Silence():
                self._wait(received)

    def _fail(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, received: Received, stream: Stream, pieces: Sequence[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in pieces:
                time.sleep(stream.pause_seconds)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                received.sent += 1
            if stream.ending == "whole":
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            received.is_left.set()
        if stream.ending == "silent":
            self._wait(received)
        self.close_connection = self.close_connection or stream.ending != "whole"

    def _wait(self, received: Received) -> None:
        """Say nothing until the client goes away."""
        for _ in range(int(MAX_SILENCE_SECONDS / LOOK_SECONDS)):
            readable, _, _ = select.select([self.connection], [], [], LOOK_SECONDS)
            if readable:
                received.is_left.set()
                break
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


def _framed(stream: Stream, *, is_sse: bool) -> Iterable[bytes]:
    """Yield the body of a stream in the form that was asked for."""
    texts = [json.dumps(each, ensure_ascii=False).encode() for each in stream.chunks]
    if is_sse:
        yield from (b"data: %b\r\n\r\n" % text for text in texts)
        return
    for number, text in enumerate(texts):
        yield (b"[" if number == 0 else b",\r\n") + text
    if stream.ending == "whole":
        yield b"]"
