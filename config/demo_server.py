"""Runs the application server for `demo` and stops it with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

HOST = "127.0.0.1"
_PATIENCE = 30.0


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

    Returns the server's exit status, 0 after a Ctrl-C.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    command += ["--host", HOST, "--port", str(port), "--no-access-log"]
    command += ["--blocking-threads", "4", "--respawn-failed-workers"]
    command += ["--log-level", "warning", "config.wsgi:application"]
    environment = os.environ | {"DATABASE_POOL": "true", "COUNTERFOIL_DEMO": "true"}
    server = subprocess.Popen(command, env=environment)
    # A shell that starts this in the background leaves SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if _wait_for(port, server):
            ready()
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(server)


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


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
