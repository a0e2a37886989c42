"""Runs the application server for `demo` and stops it with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config import demo_mail

HOST = demo_mail.HOST
_PATIENCE = 30.0
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
    started: list[subprocess.Popen[bytes]] = []
    with demo_mail.catching() as mail_port:
        try:
            environment = _environment(port, mail_port)
            server = _start(started, _server(port), environment | _POOLED)
            _start(started, _WORKER, environment)
            if _wait_for(port, server):
                ready()
            return server.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(started)


def _server(port: int) -> list[str]:
    command = ["-m", "granian", "--interface", "wsgi"]
    command += ["--host", HOST, "--port", str(port), "--no-access-log"]
    command += ["--blocking-threads", "4", "--respawn-failed-workers"]
    return [*command, "--log-level", "warning", "config.wsgi:application"]


def _environment(port: int, mail_port: int) -> dict[str, str]:
    return os.environ | {
        "COUNTERFOIL_DEMO": "true",
        "EMAIL_URL": f"smtp://{HOST}:{mail_port}",
        "PUBLIC_URL": f"http://{HOST}:{port}",
    }


def _start(
    started: list[subprocess.Popen[bytes]], command: list[str], environ: dict[str, str]
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, *command], env=environ)
    started.append(process)
    return process


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


def _stop(started: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, then wait for each."""
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
