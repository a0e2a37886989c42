"""Runs the application server for `demo` and stops it with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings

from config import demo_mail, demo_running

HOST = demo_mail.HOST
_PATIENCE = 30.0
_PAUSE = 3.0
_LOOK_EVERY = 0.5
_MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
_WORKER = [str(_MANAGE), "run_worker", "--verbosity", "0"]
_POOLED = {"DATABASE_POOL": "true"}


def is_free(port: int) -> bool:
    """Whether the port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def serve(port: int, ready: Callable[[], None]) -> int:
    """Serve until Ctrl-C or SIGTERM; call `ready` once the port answers.

    Beside the server run the worker and a catcher for all that they mail. Returns the
    server's exit status, 0 after a Ctrl-C.
    """
    # A shell that starts this in the background leaves SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    started: list[Kept] = []
    with demo_mail.catching() as mail_port:
        own = _variables(port, mail_port)
        with demo_running.announced(settings.VAR_DIR, own):
            try:
                return _serve(port, os.environ | own, started, ready)
            except KeyboardInterrupt:
                return 0
            finally:
                _stop(started)


class Kept:
    """A process that is started again when it has died, after a pause."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str],
        pause: float = _PAUSE,
    ) -> None:
        self.name, self.command, self.environment = name, list(command), environment
        self.pause, self._again_at = pause, 0.0
        self.process = self._start()

    def look(self) -> None:
        """Say so where it has died; start it once the pause is over."""
        status = self.process.poll()
        if status is None:
            return
        if not self._again_at:
            self._again_at = time.monotonic() + self.pause
            said = f"The {self.name} ended with status {status}; it is started again."
            print(said, file=sys.stderr, flush=True)  # noqa: T201 - says it to the shell
        elif time.monotonic() >= self._again_at:
            self._again_at = 0.0
            self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *self.command], env=self.environment)


def _serve(
    port: int,
    environment: dict[str, str],
    started: list[Kept],
    ready: Callable[[], None],
) -> int:
    """Start both, then see to the worker until the server ends."""
    server = Kept("server", _server(port), environment | _POOLED)
    started.append(server)
    worker = Kept("worker", _WORKER, environment)
    started.append(worker)
    if _wait_for(port, server.process):
        ready()
    while True:
        try:
            return server.process.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            worker.look()


def _server(port: int) -> list[str]:
    command = ["-m", "granian", "--interface", "wsgi"]
    command += ["--host", HOST, "--port", str(port), "--no-access-log"]
    command += ["--blocking-threads", "4", "--respawn-failed-workers"]
    return [*command, "--log-level", "warning", "config.wsgi:application"]


def _variables(port: int, mail_port: int) -> dict[str, str]:
    return {
        "COUNTERFOIL_DEMO": "true",
        "EMAIL_URL": f"smtp://{HOST}:{mail_port}",
        "PUBLIC_URL": f"http://{HOST}:{port}",
    }


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(started: Sequence[Kept]) -> None:
    """Ask all to end, then wait for each."""
    processes = [kept.process for kept in started]
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
