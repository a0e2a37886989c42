"""Real workers: `run_worker` in processes of their own on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def start(port: int, *options: str) -> subprocess.Popen[bytes]:
    """A worker whose mail server listens on that port."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.mailing.worker_settings",
        "MAILING_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    command = [sys.executable, str(_MANAGE), "run_worker", "-v0", *options]
    return subprocess.Popen(command, env=environment)


@contextmanager
def running(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The same, killed at the end if it still runs."""
    worker = start(port, *options)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def work_off_everything(port: int) -> None:
    """A worker that does what is due and returns."""
    assert start(port, "--once", "--queues", "mail").wait(60) == 0
