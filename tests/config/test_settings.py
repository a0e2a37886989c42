"""Settings as whole processes see them, in development and in production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "COUNTERFOIL_ENV": "production",
    "SECRET_KEY": "correct horse battery staple, correct horse battery staple",
    "ALLOWED_HOSTS": "books.example.com",
    # Nobody listens there: checks must not need the database.
    "DATABASE_URL": "postgres://clerk:secret@127.0.0.1:1/books",
}


def manage(
    *arguments: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command under this environment and no other."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_the_deployment_check_without_a_warning() -> None:
    checked = manage(
        "check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION
    )

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_demands_what_it_cannot_guess(name) -> None:
    rest = {key: value for key, value in PRODUCTION.items() if key != name}

    checked = manage("check", environment=rest)

    assert checked.returncode == 1
    assert f"ImproperlyConfigured: {name} is not set: " in checked.stderr


def test_production_refuses_to_debug() -> None:
    checked = manage("check", environment={**PRODUCTION, "DEBUG": "true"})

    assert "ImproperlyConfigured: DEBUG is on in production" in checked.stderr


def test_checks_start_no_database_server(tmp_path) -> None:
    directory = tmp_path / "postgres"

    checked = manage("check", environment={"COUNTERFOIL_POSTGRES_DIR": str(directory)})

    assert checked.returncode == 0, checked.stderr
    assert not directory.exists()
