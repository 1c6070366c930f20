"""`make run`, told in order: environment, Redis, migrations, processes, address; then the end of all of them."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from server.dev.environment import complete_environment
from server.dev.errors import reasons
from server.dev.processes import keep_running, run_to_end
from server.dev.procfile import RELEASE, read_procfile
from server.dev.readiness import base_url, refuse_taken_port, wait_until_ready
from server.dev.redis import choose_redis, wait_until_redis_answers

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run(project: Path) -> None:
    """Run until cancelled, or until one process ends: that ends the others too."""
    environment = complete_environment(os.environ, project)
    refuse_taken_port(environment)
    async with asyncio.TaskGroup() as tasks:
        if "REDIS_URL" not in environment:
            redis = choose_redis(environment["PATH"], project / ".data")
            tasks.create_task(keep_running("redis", redis.command, environment))
            await wait_until_redis_answers(redis.port)
            environment["REDIS_URL"] = redis.url
        # Inside the group of Redis: it is there until the last of these has ended.
        await run_procfile(project / "Procfile", environment)


async def run_procfile(path: Path, environment: dict[str, str]) -> None:
    """Run the release command to its end, then every other process."""
    commands = read_procfile(path)
    await run_to_end(RELEASE, commands.pop(RELEASE), environment)
    async with asyncio.TaskGroup() as tasks:
        for name, command in commands.items():
            tasks.create_task(keep_running(name, command, environment))
        await wait_until_ready(environment)
        print(f"\nInterview Live is running at {base_url(environment)} (Ctrl-C ends it)\n", flush=True)


async def run_until_signal(project: Path) -> int:
    """Return the exit code: 0 after a signal, 1 when something failed or ended by itself."""
    running = asyncio.create_task(run(project))

    def end() -> None:
        # Once only: a second Ctrl-C must not interrupt the ending itself, which is bounded.
        if not running.cancelling():
            running.cancel()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, end)
    await asyncio.wait([running])
    if running.cancelled():
        return 0
    for reason in reasons(running.exception()):
        print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(run_until_signal(Path.cwd())))
