"""A running demo's worker is kept alive; commands in other shells mail where it does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config import demo_running
from config.demo_server import Kept
from invoices import working

OWN = {"EMAIL_URL": "smtp://127.0.0.1:2525", "PUBLIC_URL": "http://127.0.0.1:8080"}
MAIL = "django.core.mail.backends"
ROOT = Path(__file__).resolve().parents[2]
ADOPTING = """
import os, pathlib, sys
from config import demo_running
demo_running.adopt(pathlib.Path(sys.argv[1]))
print(os.environ.get("EMAIL_URL"), os.environ.get("PUBLIC_URL"))
"""


def adopted(directory: Path, **given: str) -> str:
    """What a command in another shell has once it started."""
    command = [sys.executable, "-c", ADOPTING, str(directory)]
    environment = {"PATH": os.environ["PATH"], **given}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "COUNTERFOIL_POSTGRES_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_commands_mail_where_the_demo_does_while_it_runs(tmp_path: Path) -> None:
    with demo_running.announced(tmp_path, OWN):
        assert adopted(tmp_path) == " ".join(OWN.values())
        assert adopted(tmp_path, PUBLIC_URL="http://x.example") == (
            "smtp://127.0.0.1:2525 http://x.example"
        )
        with demo_running.announced(tmp_path, {"EMAIL_URL": "smtp://later"}):
            assert adopted(tmp_path) == " ".join(OWN.values())
    assert adopted(tmp_path) == "None None"
    assert list(tmp_path.iterdir()) == []


def test_what_has_its_own_address_or_database_is_left_alone(tmp_path: Path) -> None:
    with demo_running.announced(tmp_path, OWN):
        own = adopted(tmp_path, EMAIL_URL="smtp://mine")
        assert own == "smtp://mine None"
        assert adopted(tmp_path, COUNTERFOIL_DEMO="false") == "None None"
        assert adopted(tmp_path, DATABASE_URL="postgres://x/y") == "None None"


def test_what_a_killed_demo_left_is_not_believed(tmp_path: Path) -> None:
    demo_running.note(tmp_path).write_text('{"EMAIL_URL": "smtp://127.0.0.1:1"}')
    assert adopted(tmp_path) == "None None"


def test_a_process_that_died_is_started_again_after_a_pause_and_said_so(
    capfd: pytest.CaptureFixture[str],
) -> None:
    kept = Kept("worker", ["-c", "raise SystemExit(3)"], dict(os.environ), pause=0.1)
    first = kept.process
    first.wait(20)
    kept.look()
    kept.look()
    assert kept.process is first
    time.sleep(0.15)
    kept.look()
    assert kept.process is not first
    kept.process.wait(20)
    assert capfd.readouterr().err == (
        "The worker ended with status 3; it is started again.\n"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"EMAIL_BACKEND": f"{MAIL}.filebased.X", "EMAIL_FILE_PATH": "/v/mail"},
            "Mails go to files in /v/mail: set EMAIL_URL to send them.",
        ),
        (
            {
                "EMAIL_BACKEND": f"{MAIL}.smtp.X",
                "EMAIL_HOST": "mx.example",
                "EMAIL_PORT": 25,
            },
            "Mails go to mx.example:25.",
        ),
        ({"EMAIL_BACKEND": f"{MAIL}.console.X"}, "Mails are taken by console."),
    ],
)
def test_the_worker_says_where_mails_go(
    settings: Any, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], told: str
) -> None:
    monkeypatch.setattr(working, "run", lambda *_args, **_named: None)
    for name, value in given.items():
        setattr(settings, name, value)
    out = StringIO()
    call_command("run_worker", once=True, stdout=out)
    assert out.getvalue() == f"{told}\n"
