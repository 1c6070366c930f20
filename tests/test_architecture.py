"""The walls of the house, executable: who may import whom, what stays outside, and the code map of ARCHITECTURE.md."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FOLDERS = {"server", "worker", "web", "tests"}
# Made by tools and kept out of the repository by .gitignore; those that begin with a dot are not looked at.
NOT_SOURCE = {"node_modules", "__pycache__"}

PURE = "server.domain server.ports"
CORE = f"{PURE} server.recovery"

# A room, and the rooms it may import besides itself; the longest name decides which room a module is in.
# A new room is a new row; a new word in a row is a decision.
ROOMS = {
    # the core, and what is told of it
    "server.domain": "",
    "server.ports": "server.domain",
    "server.recovery": f"{PURE} server.gathering",
    "server.gathering": PURE,
    "server.announcer": CORE,
    "server.generation": f"{CORE} server.announcer",
    # outside: technologies
    "server.tables": "server.domain",
    "server.migrations": "server.settings server.tables",
    "server.adapters": f"{PURE} server.tables",
    # the web process
    "server.settings": "",
    "server.logs": "",
    "server.auth": "server.domain",
    "server.audience": PURE,
    "server.hub": f"{PURE} server.audience",
    "server.conversation": f"{CORE} server.hub",
    "server.sockets": f"{CORE} server.auth server.hub server.conversation",
    "server.parts": f"{CORE} server.auth server.generation server.hub server.settings server.sockets",
    "server.api": f"{PURE} server.auth server.parts",
    "server.app": f"{CORE} server.adapters server.announcer server.api server.auth server.generation server.hub"
    " server.parts server.settings server.sockets",
    "server.__main__": "server.domain server.app server.logs server.settings server.sockets",
    "server.dev": "",
    # the worker process: its composition root alone knows adapters, its listener is arq's
    "worker": f"{PURE} server.announcer",
    "worker.models": "server.domain worker.drafts worker.prompts",
    "worker.listener": "server.adapters.arq_queue worker.runner",
    "worker.__main__": "server.adapters server.announcer server.logs server.settings worker",
}

# A technology, and the only rooms that know it.
TECHNOLOGIES = {
    "sqlalchemy": "server.adapters server.tables server.migrations",
    "sqlmodel": "server.tables",
    "asyncpg": "server.adapters",
    "prometheus_client": "server.api",
    "alembic": "server.migrations",
    "redis": "server.adapters worker.listener",
    "arq": "server.adapters worker.listener",
    "starlette": "server.api server.app server.conversation server.sockets",
    "uvicorn": "server.__main__",
    "jwt": "server.auth",
    "google": "worker.models",
}

# What reads a clock, draws lots, waits, or reaches outside: never in the domain.
IMPURE = {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time"}

# Read the environment: the settings, and the runner that fills in what is missing before they are read.
ENVIRONMENT_READERS = re.compile(r"server/settings\.py|server/dev/.*\.py|server/dev.*\.py")

# A newcomer reads a file in one go.
MAX_LINES = 300


def _files(folder: str, *suffixes: str) -> list[Path]:
    """Return the source files in a folder, with paths from the root."""
    found = (path.relative_to(ROOT) for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes)
    return [path for path in found if not NOT_SOURCE & set(path.parts)]


PYTHON = [*_files("server", ".py"), *_files("worker", ".py")]
SOURCE = [path for folder in sorted(FOLDERS) for path in _files(folder, ".py", ".js", ".css", ".html")]

each_python = pytest.mark.parametrize("path", PYTHON, ids=str)


def _name(path: Path) -> str:
    """Return the name of a module, or of a package for its `__init__.py`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path) for path in PYTHON}


def _tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    """Yield every module imported, also where it is only for types; relative imports are not used here."""
    for node in ast.walk(_tree(path)):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                inner = {f"{module}.{alias.name}" for alias in names} & MODULES
                yield from inner or {module}
            case ast.ImportFrom():
                yield "a relative import"


def _is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def _room(module: str) -> str:
    rooms = [room for room in ROOMS if _is_in(module, room)]
    assert rooms, f"{module} is in no room: add a row to ROOMS"
    return max(rooms, key=len)


@each_python
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    ours = [module for module in _imports(path) if module.split(".")[0] in ("server", "worker", "tests", "a relative")]
    if not ours:
        return
    room = _room(_name(path))
    allowed = [room, *ROOMS[room].split()]
    assert [module for module in ours if not any(_is_in(module, each) for each in allowed)] == []


@each_python
def test_a_technology_is_known_only_to_its_rooms(path: Path) -> None:
    for module in _imports(path):
        rooms = TECHNOLOGIES.get(module.split(".")[0])
        assert rooms is None or any(_is_in(_name(path), room) for room in rooms.split()), module


@pytest.mark.parametrize("path", [*_files("server/domain", ".py"), Path("server/ports.py")], ids=str)
def test_the_core_needs_nothing_but_the_language(path: Path) -> None:
    outside = {module.split(".")[0] for module in _imports(path)} - {"server"}
    assert outside <= sys.stdlib_module_names
    assert not outside & IMPURE
    called = {ast.unparse(node.func) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)}
    assert [name for name in called if re.search(r"(^|\.)(now|utcnow|today|uuid[147]|open|print|input)$", name)] == []


def test_the_server_knows_no_worker() -> None:
    assert not [path for path in _files("server", ".py") for module in _imports(path) if _is_in(module, "worker")]


def test_the_tables_at_the_top_name_only_what_exists() -> None:
    words = {*ROOMS, *" ".join(ROOMS.values()).split(), *" ".join(TECHNOLOGIES.values()).split()}
    assert [word for word in sorted(words) if not any(_is_in(module, word) for module in MODULES)] == []


@pytest.mark.parametrize("path", _files("web/live", ".js"), ids=str)
def test_the_live_client_can_be_taken_out_of_the_page(path: Path) -> None:
    imported = re.findall(r"""(?:from|import\()\s*["']([^"']+)["']""", (ROOT / path).read_text(encoding="utf-8"))
    assert [name for name in imported if not re.fullmatch(r"\./[a-z-]+\.js", name)] == []


def test_the_top_level_has_four_folders() -> None:
    found = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert found - NOT_SOURCE == FOLDERS


@pytest.mark.parametrize("path", SOURCE, ids=str)
def test_no_file_is_too_long(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@each_python
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    reads = re.search(r"\benviron(b)?\b|\bgetenvb?\b", (ROOT / path).read_text(encoding="utf-8"))
    assert not reads or ENVIRONMENT_READERS.fullmatch(path.as_posix())


def _code_map() -> list[str]:
    """Return the first column of the tables under `## Code map`: files, and folders written `folder/*`."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.search(r"^## Code map$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, "ARCHITECTURE.md has no section `## Code map`"
    return re.findall(r"^\| `([^`]+)` \|", section[1], re.MULTILINE)


def _is_bare_package(path: Path) -> bool:
    """Tell whether the file only makes a folder a package: a docstring, or nothing."""
    return path.name == "__init__.py" and len(_tree(path).body) <= 1


def _needs_a_place() -> list[str]:
    code = [path for path in SOURCE if path.suffix in (".py", ".js")]
    return [path.as_posix() for path in code if not _is_bare_package(path)]


def _places(path: str, code_map: list[str]) -> list[str]:
    """Return the entries that name a file: itself, or the folder it is directly in."""
    return [entry for entry in code_map if entry in (path, f"{Path(path).parent.as_posix()}/*")]


def test_every_file_is_on_the_code_map_once() -> None:
    code_map = _code_map()
    lost = [path for path in _needs_a_place() if len(_places(path, code_map)) != 1]
    assert not lost, "not on the map, or twice: " + " ".join(lost)


def test_everything_on_the_code_map_exists_and_is_named_once() -> None:
    code_map = _code_map()
    assert [entry for entry in code_map if not _exists(entry)] == []
    assert len(set(code_map)) == len(code_map)


def _exists(entry: str) -> bool:
    if entry.endswith("/*"):
        folder = ROOT / entry.removesuffix("/*")
        return folder.is_dir() and any(inner.is_file() for inner in folder.iterdir())
    return (ROOT / entry).is_file()
