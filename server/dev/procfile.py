"""The Procfile: the one place that says which processes the project is made of."""

import shlex
from pathlib import Path

RELEASE = "release"


def read_procfile(path: Path) -> dict[str, list[str]]:
    """Return the words of each command by the name of its process."""
    lines = (line.strip() for line in path.read_text().splitlines())
    entries = (line.split(":", maxsplit=1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): shlex.split(command) for name, command in entries}
