"""The one-command runner: what it reads, what it defaults to, and that it leaves nothing running behind it."""

import os
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest

from server.dev.environment import PROGRAMS, complete_environment, read_env_file
from server.dev.errors import DevError, reasons
from server.dev.procfile import read_procfile
from server.dev.readiness import base_url, refuse_taken_port
from server.dev.redis import find_bundled_redis, find_redis
from tests.support.ports import free_port, is_listening
from tests.support.processes import Process
from tests.support.wait import block_until

ROOT = Path(__file__).parents[2]

# Stands in for the web process: ready at once, tells its REDIS_URL, ends when asked to.
WEB = """
import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
print("redis at", os.environ["REDIS_URL"])
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
SLEEPER = "import os, time; print('pid', os.getpid()); time.sleep(60)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of three processes that need nothing but Python."""
    (tmp_path / "web.py").write_text(WEB)
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    write_procfile(tmp_path, worker="python sleeper.py")
    return tmp_path


def write_procfile(project: Path, worker: str, release: str = "python -c 'print(\"migrated\")'") -> None:
    (project / "Procfile").write_text(f"# the processes\nrelease: {release}\nweb: python web.py\n\nworker: {worker}\n")


def run_dev(project: Path, **variables: str) -> Process:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": str(free_port()), **variables}
    return Process([sys.executable, "-W", "error", "-m", "server.dev"], environment, cwd=project)


def number_after(words: str, output: str) -> int:
    return int(output.split(words)[1].split()[0].split("/")[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_starts_says_where_and_ends_with_a_signal(project: Path, number: signal.Signals) -> None:
    with run_dev(project) as dev:
        dev.wait_until_ready(lambda: "is running at http://127.0.0.1:" in dev.output, "it says where it runs")
        block_until(lambda: "worker  | pid " in dev.output, "the worker runs")
        redis_port = number_after("web     | redis at redis://127.0.0.1:", dev.output)
        worker_pid = number_after("worker  | pid ", dev.output)
        assert is_listening(redis_port)
        assert "release | migrated" in dev.output
        dev.signal(number)
        assert dev.wait() == 0
        assert not is_alive(worker_pid)
        assert not is_listening(redis_port)


def test_when_one_process_fails_the_others_end_and_the_runner_fails(project: Path) -> None:
    write_procfile(project, worker="python -c 'raise SystemExit(3)'")
    with run_dev(project) as dev:
        assert dev.wait() == 1
        assert "error: worker ended with exit code 3." in dev.output


def test_when_the_migrations_fail_nothing_else_starts(project: Path) -> None:
    write_procfile(project, worker="python sleeper.py", release="python -c 'raise SystemExit(2)'")
    with run_dev(project) as dev:
        assert dev.wait() == 1
        assert "error: release ended with exit code 2." in dev.output
        assert "web " not in dev.output


def test_a_taken_port_is_told_before_anything_starts(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with run_dev(project, PORT=str(port)) as dev:
            assert dev.wait() == 1
            assert dev.output.startswith(f"error: Port {port} is taken by another program.")


def test_a_given_redis_is_used_instead_of_a_private_one(project: Path) -> None:
    with run_dev(project, REDIS_URL="redis://127.0.0.1:1/0") as dev:
        dev.wait_until_ready(lambda: "is running at" in dev.output, "it says where it runs")
        assert "redis at redis://127.0.0.1:1/0" in dev.output


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = complete_environment({}, tmp_path)["SECRET_KEY"]
    assert len(first) >= 32
    assert complete_environment({}, tmp_path)["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / ".data" / "secret-key").stat().st_mode) == 0o600


def test_the_callers_environment_goes_before_the_env_file_and_that_before_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nPORT=9000\nHOST = 0.0.0.0\nGEMINI_API_KEY=\n")
    environment = complete_environment({"PORT": "7000", "ALLOW_GUESTS": ""}, tmp_path)
    assert (environment["PORT"], environment["HOST"], environment["ALLOW_GUESTS"]) == ("7000", "0.0.0.0", "1")
    assert "GEMINI_API_KEY" not in environment
    assert environment["DATABASE_URL"] == f"sqlite+aiosqlite:///{tmp_path}/.data/interview-live.db"
    assert environment["PATH"].split(os.pathsep)[0] == str(PROGRAMS)


def test_the_shipped_env_example_can_be_read_and_holds_no_secret() -> None:
    assert "GEMINI_API_KEY" not in read_env_file(ROOT / ".env.example")


def test_the_shipped_procfile_names_the_three_processes() -> None:
    assert read_procfile(ROOT / "Procfile") == {
        "release": ["alembic", "upgrade", "head"],
        "web": ["python", "-m", "server"],
        "worker": ["python", "-m", "worker"],
    }


def test_the_machines_own_redis_goes_before_the_one_in_the_wheel(tmp_path: Path) -> None:
    own = tmp_path / "valkey-server"
    own.touch(mode=0o755)
    assert find_redis(os.pathsep.join([str(PROGRAMS), str(tmp_path)])) == own
    assert find_redis(str(PROGRAMS)) == find_bundled_redis()


def test_the_bundled_redis_runs(tmp_path: Path) -> None:
    port = free_port()
    with Process([find_bundled_redis(), "--port", str(port), "--save", ""], cwd=tmp_path) as redis:
        redis.wait_until_ready(lambda: is_listening(port), "the bundled Redis accepts connections")


def test_without_any_redis_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.dev.redis.find_spec", lambda name: None)
    with pytest.raises(DevError, match="apt-get install redis-server"):
        find_redis("")


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80")],
)
def test_the_address_printed_is_one_that_can_be_opened(host: str, url: str) -> None:
    assert base_url({"HOST": host, "PORT": "80"}) == url


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(DevError, match="PORT must be a number"):
        refuse_taken_port({"HOST": "127.0.0.1", "PORT": port})


def test_reasons_are_found_inside_groups_and_defects_are_not_hidden() -> None:
    group = BaseExceptionGroup("outer", [ExceptionGroup("inner", [DevError("a"), DevError("b")])])
    assert reasons(group) == ["a", "b"]
    with pytest.raises(ZeroDivisionError):
        reasons(ExceptionGroup("outer", [ZeroDivisionError()]))
