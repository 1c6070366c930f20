"""What people do meanwhile: generate, watch, cancel now and then, come back over another web process if one is gone."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from uuid import uuid4

import httpx
from websockets.exceptions import WebSocketException

from server.domain.wire import Json
from tests.support.browser_client import User

T = TypeVar("T")

# Nobody watches one job for longer: something is wrong then.
PATIENCE_SECONDS = 120.0
AGAIN_SECONDS = (0.2, 2.0)
CANCELS = 0.1
AWAY = (httpx.HTTPError, OSError, WebSocketException, TimeoutError)


@dataclass
class Record:
    """What one person was promised and saw. Times are of the loop's clock."""

    accepted: dict[str, str] = field(default_factory=dict)  # job ids by idempotency key
    silences: list[float] = field(default_factory=list)  # seconds without a frame of a running job, each job's longest


class Person:
    """One user with one browser."""

    def __init__(self, urls: Sequence[str], chance: random.Random) -> None:
        self._urls = urls
        self._chance = chance
        self.user = User(chance.choice(urls))
        self.record = Record()

    async def live(self, until: float) -> None:
        """Generate again and again until the loop's clock says `until`; the last job is watched to its end."""
        interview_id = await self._again(self._add_interview)
        while asyncio.get_running_loop().time() < until:
            job_id = await self._start(interview_id)
            if self._chance.random() < CANCELS:
                await asyncio.sleep(self._chance.uniform(0, 5))
                await self._again(partial(self._post, f"/api/jobs/{job_id}/cancel"))
            await self._watch(job_id)

    async def _add_interview(self) -> str:
        return str((await self._post("/api/interviews", {"company": "카카오뱅크", "position": "SRE"}))["id"])

    async def _start(self, interview_id: str) -> str:
        """Submit with one key until an answer comes: a lost answer must not make a second job."""
        key = uuid4().hex
        body = {"interview_id": interview_id, "count": self._chance.choice((2, 3, 5)), "comment": key}
        view = await self._again(lambda: self._post("/api/ai/question", body, {"Idempotency-Key": key}))
        self.record.accepted[key] = str(view["id"])
        return str(view["id"])

    async def _post(self, path: str, body: Json | None = None, headers: dict[str, str] | None = None) -> Json:
        answer = await self.user.http.post(path, json=body or {}, headers=headers)
        view: Json = answer.raise_for_status().json()
        return view

    async def _watch(self, job_id: str) -> None:
        """Watch to the end, over as many connections as it takes."""
        loop = asyncio.get_running_loop()
        heard_at, longest = loop.time(), 0.0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    async with self.user.connected(known=(job_id,)) as watcher:
                        while job_id not in watcher.views or not watcher.views[job_id].is_terminal:
                            frame = await watcher.receive()
                            if frame.get("job_id") == job_id or frame["type"] == "snapshot":
                                longest = max(longest, loop.time() - heard_at)
                                heard_at = loop.time()
                    break
                except AWAY:
                    await self._move()
        self.record.silences.append(longest)

    async def _again(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer; a refusal of the request itself is raised."""
        while True:
            try:
                return await ask()
            except AWAY as problem:
                if isinstance(problem, httpx.HTTPStatusError) and problem.response.status_code < 500:
                    raise
                await self._move()

    async def _move(self) -> None:
        """Wait a little, then use any web process, as a load balancer would choose."""
        await asyncio.sleep(self._chance.uniform(*AGAIN_SECONDS))
        self.user.url = self._chance.choice(self._urls)
        self.user.http.base_url = httpx.URL(self.user.url)
