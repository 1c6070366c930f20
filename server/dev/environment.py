"""The environment of the processes: the caller's, then `.env`, then defaults that suit one machine."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

# Programs of this virtual environment are found whether or not it is activated.
PROGRAMS = Path(sys.executable).parent


def complete_environment(given: Mapping[str, str], project: Path) -> dict[str, str]:
    """Add what is unset or empty; state lives in `.data/`, readable by its owner only."""
    data = project / ".data"
    data.mkdir(mode=0o700, exist_ok=True)
    defaults = {
        "HOST": "127.0.0.1",
        "PORT": "8000",
        "ALLOW_GUESTS": "1",
        "DATABASE_URL": f"sqlite+aiosqlite:///{data / 'interview-live.db'}",
        "DRAIN_SECONDS": "0",  # nobody else is connected, and Ctrl-C should be quick
        "PYTHONUNBUFFERED": "1",  # output comes through a pipe
    }
    environment = defaults | read_env_file(project / ".env") | {name: text for name, text in given.items() if text}
    environment["PATH"] = os.pathsep.join([str(PROGRAMS), environment.get("PATH", os.defpath)])
    environment.setdefault("SECRET_KEY", keep_secret(data / "secret-key"))
    return environment


def read_env_file(path: Path) -> dict[str, str]:
    """Read lines of the form NAME=value; a missing file is an empty one."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def keep_secret(path: Path) -> str:
    """Return the key in the file, made at the first call: sessions outlive a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
