"""Child processes: named in their output, in groups of their own, and never left behind."""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress

from server.dev.errors import DevError

# A worker needs a moment to put its jobs back; then it is killed.
STOP_SECONDS = 10
# After this its output is no longer waited for: a grandchild may hold the pipe open.
LAST_WORDS_SECONDS = 1
# A longer line is printed in pieces.
CHUNK_BYTES = 64 * 1024
NAME_WIDTH = len("release")


class ProcessEnded(DevError):
    """A process ended that should not have."""

    def __init__(self, name: str, exit_code: int) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}.")


async def keep_running(name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a process until this task is cancelled; raises ProcessEnded when it ends before that."""
    raise ProcessEnded(name, await run(name, command, environment))


async def run_to_end(name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a process that ends by itself; raises ProcessEnded when it fails."""
    if exit_code := await run(name, command, environment):
        raise ProcessEnded(name, exit_code)


async def run(name: str, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a process and return its exit code; however this ends, the process has ended too."""
    process = await start(command, environment)
    printing = asyncio.create_task(print_output(name, process))
    try:
        return await process.wait()
    finally:
        await stop(process)
        await asyncio.wait([printing], timeout=LAST_WORDS_SECONDS)
        printing.cancel()


async def start(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    """Start it in its own group, so that Ctrl-C in the terminal reaches this runner alone."""
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise DevError(f"{command[0]} is not installed.")
    return await asyncio.create_subprocess_exec(
        program, *command[1:], env=environment, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, process_group=0
    )


async def print_output(name: str, process: Process) -> None:
    """Print each line behind the name of its process until the output ends."""
    assert process.stdout is not None
    rest = b""
    while chunk := await process.stdout.read(CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > CHUNK_BYTES:
            lines, rest = [*lines, rest], b""
        for line in lines:
            print_line(name, line)
    if rest:
        print_line(name, rest)


def print_line(name: str, line: bytes) -> None:
    print(f"{name:{NAME_WIDTH}} | {line.decode(errors='replace')}", flush=True)


async def stop(process: Process) -> None:
    """Ask the whole group to end; after a bounded wait, kill what is left of it."""
    signal_group(process, signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    signal_group(process, signal.SIGKILL)
    await process.wait()


def signal_group(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
