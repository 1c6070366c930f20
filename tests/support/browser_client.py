"""A browser without a page: HTTP by httpx, WebSocket by `websockets`, and the fold. What a user sees, in Python."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx
import websockets
from websockets.typing import Subprotocol

from server.domain.fold import Verdict, fold, newer
from server.domain.frames import PROTOCOL
from server.domain.view import View
from server.domain.wire import Json, parse_event, parse_view, view_json

RECEIVE_SECONDS = 30.0
JOB_FRAME = "job."
# Times that pass are compared by nobody.
VOLATILE = ("elapsed_seconds",)


class User:
    """One signed-in guest: an HTTP client with a bearer token, and as many sockets as asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=35)
        self.user_id = ""
        self.token = ""

    async def __aenter__(self) -> Self:
        session = (await self.http.post("/api/session")).raise_for_status().json()
        self.user_id, self.token = session["user_id"], session["token"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def add_interview(self, **details: str) -> str:
        """Describe an interview; return its id."""
        body = {"company": "카카오뱅크", "position": "백엔드 개발자", **details}
        return str((await self.http.post("/api/interviews", json=body)).raise_for_status().json()["id"])

    async def generate(self, interview_id: str, count: int = 3) -> Json:
        """Start a generation; return its view."""
        answer = await self.http.post("/api/ai/question", json={"interview_id": interview_id, "count": count})
        view: Json = answer.raise_for_status().json()
        return view

    async def job(self, job_id: str) -> Json:
        """Return the view that HTTP tells."""
        view: Json = (await self.http.get(f"/api/jobs/{job_id}")).raise_for_status().json()
        return view

    @asynccontextmanager
    async def connected(self, known: tuple[str, ...] = ()) -> AsyncIterator["Watcher"]:
        """Open a socket and say connect."""
        address = self.url.replace("http", "ws", 1) + "/ws"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with websockets.connect(
            address, additional_headers=headers, subprotocols=[Subprotocol(PROTOCOL)]
        ) as socket:
            watcher = Watcher(socket)
            await socket.send(json.dumps({"type": "connect", "known": list(known)}))
            yield watcher


class Watcher:
    """One socket: the frames as they came, and the views they fold to."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Json] = []
        self.views: dict[str, View] = {}
        self.gaps = 0

    async def receive(self) -> Json:
        """Take the next frame; a gap is answered by a sync, as browsers do."""
        async with asyncio.timeout(RECEIVE_SECONDS):
            frame: Json = json.loads(await self.socket.recv())
        self.frames.append(frame)
        if frame["type"] == "snapshot":
            for view in map(parse_view, frame["jobs"]):
                self.views[view.id] = newer(self.views.get(view.id), view)
        elif frame["type"].startswith(JOB_FRAME):
            await self._take(frame)
        return frame

    async def until(self, kind: str, job_id: str | None = None) -> Json:
        """Receive until a frame of this type (and of this job) comes."""
        while True:
            frame = await self.receive()
            if frame["type"] == kind and job_id in (None, frame.get("job_id")):
                return frame

    async def until_ended(self, job_id: str) -> Json:
        """Receive until the job has ended; return its view as JSON."""
        while job_id not in self.views or not self.views[job_id].is_terminal:
            await self.receive()
        return self.view(job_id)

    def view(self, job_id: str) -> Json:
        """Return the folded view of a job as JSON."""
        return view_json(self.views[job_id], datetime.now(UTC))

    async def _take(self, frame: Json) -> None:
        event = parse_event(frame)
        view, verdict = fold(self.views.get(event.job_id), event)
        if verdict is Verdict.GAP:
            self.gaps += 1
            await self.socket.send(json.dumps({"type": "sync", "job_id": event.job_id}))
        elif view is not None:
            self.views[event.job_id] = view


def comparable(view: Json) -> Json:
    """Return a view without what changes by the mere passing of time."""
    return {key: value for key, value in view.items() if key not in VOLATILE or view["completed_at"]}
