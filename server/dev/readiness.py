"""Where the web process listens, whether it can, and when it does."""

import asyncio
import socket
from collections.abc import Mapping

from server.dev.errors import DevError

# Importing everything on a slow machine for the first time takes some of these; the migrations have run before.
START_SECONDS = 60
POLL_SECONDS = 0.1
# What a server listens on for every address, and where it is then reached from this machine.
REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - a look-up, nothing is bound


def address(environment: Mapping[str, str]) -> tuple[str, int]:
    """Return host and port as reached from this machine; raises DevError when PORT is no port."""
    port = environment["PORT"]
    if not (port.isdecimal() and 1 <= int(port) <= 65535):
        raise DevError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return REACHED_AT.get(environment["HOST"], environment["HOST"]), int(port)


def base_url(environment: Mapping[str, str]) -> str:
    """Return the address a person types."""
    host, port = address(environment)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def refuse_taken_port(environment: Mapping[str, str]) -> None:
    """Raise DevError when another program listens there, before anything was started."""
    host, port = address(environment)
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return
    raise DevError(f"Port {port} is taken by another program. Stop it, or choose another: PORT={port + 1} make run")


async def wait_until_ready(environment: Mapping[str, str]) -> None:
    """Return once the web process says that it is ready; raises DevError when it takes too long."""
    host, port = address(environment)
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await is_ready(host, port):
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise DevError(f"The web process was not ready within {START_SECONDS} seconds; see its output.") from None


async def is_ready(host: str, port: int) -> bool:
    """Ask `GET /readyz` once."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        status_line = await reader.readline()
        return status_line.split()[1:2] == [b"200"]
    except ConnectionError:
        return False
    finally:
        writer.close()
