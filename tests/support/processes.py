"""Real processes: started, waited for, ended by their id, and quoted when they fail."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.wait import block_until

# A process that was asked to end has this long before it is killed.
STOP_SECONDS = 10.0
# The end of the output that a failure quotes.
QUOTED_CHARACTERS = 4000


def find_program(name: str, package: str, *folders: Path) -> Path:
    """Return the path of an installed program; a missing one fails the test and says what to install."""
    search = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    found = shutil.which(name, path=search)
    if found is None:
        raise FileNotFoundError(f"The tests need a real {name}: make test installs it (Debian package {package}).")
    return Path(found)


class Process:
    """A child process in a group of its own, with its output in a file; ended on leaving the `with` block."""

    def __init__(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - __exit__ closes it
        self._popen = subprocess.Popen(
            command, env=environment, cwd=cwd, user=user, process_group=0,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; a negative number names the signal that ended it."""
        return self._popen.poll()

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode(errors="replace")

    def wait_until_ready(self, is_ready: Callable[[], bool], description: str) -> None:
        """Block until it is ready; fails with its output when it ends or takes too long."""
        try:
            block_until(lambda: self.exit_code is not None or is_ready(), description)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output[-QUOTED_CHARACTERS:]}") from None
        if self.exit_code is not None:
            raise AssertionError(
                f"Ended with {self.exit_code} before {description}:\n{self.output[-QUOTED_CHARACTERS:]}"
            )

    def wait(self, timeout_seconds: float = STOP_SECONDS) -> int:
        """Block until it has ended and return its exit code."""
        return self._popen.wait(timeout_seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, and to no other."""
        self._popen.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a crash or a lost machine would."""
        self._popen.kill()
        self._popen.wait()

    def stop(self) -> None:
        """Ask it to end, kill it if it does not."""
        self._popen.terminate()
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._log.close()
