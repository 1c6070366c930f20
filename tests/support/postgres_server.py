"""A private, real PostgreSQL cluster on a free port, in a temporary folder, that hands out empty databases."""

import os
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ports import free_port
from tests.support.processes import Process, find_program

# Debian keeps the server's programs out of PATH, one folder for each major version.
DEBIAN_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
SUPERUSER = "postgres"
# Nothing here has to survive a power cut; what was committed does survive `crash`.
FAST_OPTIONS = ("fsync=off", "full_page_writes=off")


class PostgresServer:
    """Used as `with PostgresServer() as server`. PostgreSQL refuses to run as root: then it runs as `postgres`."""

    def __init__(self) -> None:
        self._user = SUPERUSER if os.geteuid() == 0 else None
        self.port = free_port()
        self._numbers = count(1)
        self._folder = Path()
        self._process: Process | None = None

    def create_database(self, template: str = "template0") -> str:
        """Create a database, empty or a copy of the one named, and return its name."""
        name = f"test_{next(self._numbers)}"
        self._run("createdb", *self._address, "--template", template, name)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database even if somebody is still connected to it."""
        self._run("dropdb", *self._address, "--force", name)

    def dsn(self, name: str) -> str:
        """Return the DATABASE_URL of a database."""
        return f"postgresql+asyncpg://{SUPERUSER}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Make the cluster and block until it answers."""
        self._folder = Path(tempfile.mkdtemp(prefix="interview-live-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        options = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", f"--username={SUPERUSER}")
        self._run("initdb", *options, "--pgdata", str(self._folder / "data"))
        self.resume()

    def crash(self) -> None:
        """End it at once and in the middle of everything; its data stays."""
        self._end(signal.SIGQUIT)

    def resume(self) -> None:
        """Start it again on its data, and block until it answers."""
        self._process = Process(self._server_command(), cwd=self._folder, user=self._user)
        self._process.wait_until_ready(self._answers, "PostgreSQL answers again")

    def stop(self) -> None:
        """End the server and remove its files."""
        self._end(signal.SIGINT)  # now, whoever is connected; SIGTERM would wait for them
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            with self._process as process:
                process.signal(number)
                process.wait()
            self._process = None

    @property
    def _address(self) -> tuple[str, ...]:
        return ("--host=127.0.0.1", f"--port={self.port}", f"--username={SUPERUSER}")

    def _server_command(self) -> list[str | Path]:
        settings = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *FAST_OPTIONS)
        flags = [word for setting in settings for word in ("-c", setting)]
        return [self._program("postgres"), "-D", self._folder / "data", *flags]

    def _answers(self) -> bool:
        command: list[str | Path] = [self._program("pg_isready"), "--quiet", *self._address]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, name: str, *arguments: str) -> None:
        command: list[str | Path] = [self._program(name), *arguments]
        done = subprocess.run(command, cwd=self._folder, user=self._user, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name} failed: {done.stderr}"

    def _program(self, name: str) -> Path:
        return find_program(name, "postgresql", *DEBIAN_FOLDERS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
