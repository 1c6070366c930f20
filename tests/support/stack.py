"""The processes of the Procfile on free ports, with a Redis and a database of their own: what a deployment runs."""

import asyncio
import os
import shlex
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError

import httpx

from server.settings import Settings
from tests.support.ports import free_port
from tests.support.processes import Process
from tests.support.redis_server import RedisServer
from tests.support.wait import wait_until

TOP = Path(__file__).parent.parent.parent
RELEASE_SECONDS = 30.0


def procfile() -> dict[str, list[str]]:
    """Return the command of each process the Procfile names."""
    lines = (line.partition(":") for line in (TOP / "Procfile").read_text().splitlines() if line.strip())
    return {name.strip(): shlex.split(command) for name, _, command in lines}


class Stack:
    """Used as `with Stack() as stack`: migrated, one web process and one worker, ready.

    More of a kind are named with a number after it: `web2`, `worker3`. `clocks` says by how much the clock of a process
    is wrong, as faketime puts it: `{"web2": "+240s"}`.
    """

    def __init__(
        self,
        database_url: str | None = None,
        settings: Mapping[str, str] | None = None,
        names: Sequence[str] = ("web", "worker"),
        clocks: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="interview-live-stack-")
        self.redis = RedisServer()
        self.port = free_port()
        self._settings = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": database_url or f"sqlite+aiosqlite:///{self._folder.name}/test.db",
            "REDIS_URL": self.redis.url,
            "PORT": str(self.port),
            "SECRET_KEY": "for tests only",
            "ALLOW_GUESTS": "1",
            "DRAIN_SECONDS": "1",
            **(settings or {}),
        }
        self._names = names
        self._clocks = clocks or {}
        self._ports = {"web": self.port}
        self._processes: dict[str, Process] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self) -> list[str]:
        """Where each web process is to be found, running or not."""
        return [f"http://127.0.0.1:{self._port_of(name)}" for name in self._names if _kind(name) == "web"]

    @property
    def settings(self) -> Settings:
        """What the processes were told: for a test that acts as one of them."""
        return Settings.from_environment(self._settings)

    async def start(self, name: str) -> None:
        """Start the named process of the Procfile; a web process is waited for."""
        await asyncio.to_thread(self._start, name)

    async def launch(self, name: str) -> None:
        """Start a process without waiting for it: what it needs may be away."""
        await asyncio.to_thread(self._launch, name)

    async def kill(self, name: str) -> None:
        """End a process at once, as a lost machine would."""
        with self._processes.pop(name) as process:
            await asyncio.to_thread(process.kill)

    async def terminate(self, name: str) -> None:
        """Ask a process to end, as a deploy would, and wait until it has."""
        with self._processes.pop(name) as process:
            process.signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, RELEASE_SECONDS)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a process a signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        self._processes[name].signal(number)

    def pid(self, name: str) -> int:
        """Return the id of a process."""
        return self._processes[name].pid

    def output(self, name: str) -> str:
        """Return what a process has printed so far."""
        return self._processes[name].output

    async def wait_until_ended(self, job_id: str, token: str) -> None:
        """Wait until a job has ended, whoever looks."""
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers) as http:

            async def has_ended() -> bool:
                return (await http.get(f"/api/jobs/{job_id}")).json()["completed_at"] is not None

            await wait_until(has_ended, "the job has ended", RELEASE_SECONDS)

    def __enter__(self) -> Self:
        self._start_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_all(error is not None)

    def _start_all(self) -> None:
        self.redis.start()
        with Process(procfile()["release"], self._settings, TOP) as release:
            assert release.wait(RELEASE_SECONDS) == 0, release.output
        for name in self._names:
            self._start(name)

    def _start(self, name: str) -> None:
        process = self._launch(name)
        if _kind(name) == "web":
            process.wait_until_ready(lambda: self._is_ready(name), "the web process is ready")

    def _launch(self, name: str) -> Process:
        settings = self._settings | {"PORT": str(self._port_of(name))} | self._clock_of(name)
        process = self._processes[name] = Process(procfile()[_kind(name)], settings, TOP)
        return process

    def _clock_of(self, name: str) -> dict[str, str]:
        """Return what makes a process believe in another time of day; durations stay what they are."""
        if name not in self._clocks:
            return {}
        [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
        return {"LD_PRELOAD": str(library), "FAKETIME": self._clocks[name], "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def _port_of(self, name: str) -> int:
        if name not in self._ports:
            self._ports[name] = free_port()
        return self._ports[name]

    def _is_ready(self, name: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port_of(name)}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _stop_all(self, has_failed: bool) -> None:
        for name, process in self._processes.items():
            with process:
                process.stop()
                if has_failed:
                    print(f"--- {name} ---\n{process.output}")  # noqa: T201 - pytest shows it with the failure
        self.redis.kill()
        self._folder.cleanup()


def _kind(name: str) -> str:
    """Return the name that the Procfile knows."""
    return name.rstrip("0123456789")
