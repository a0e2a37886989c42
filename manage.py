#!/usr/bin/env python3
"""Runs the project's commands, first making the .venv they need where none is."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-locks.txt"
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
RUNTIME_MODULES = ("django", "rest_framework", "djmoney", "psycopg", "environ", "csp")
TEST_MODULES = ("pytest", "pytest_django", "xdist")
OLDEST_PYTHON = (3, 11)
INTERRUPTED = "installing"


def main() -> None:
    """Run the command here if its packages are here, else inside .venv."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Counterfoil needs Python 3.11 or newer; this is {sys.version}.")
    testing = sys.argv[1:2] == ["test"]
    if not packages_are_here(testing):
        continue_in_venv(testing)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def packages_are_here(testing: bool) -> bool:
    """Say whether this interpreter can import what the command imports."""
    modules = RUNTIME_MODULES + (TEST_MODULES if testing else ())
    return all(find_spec(module) for module in modules)


def continue_in_venv(testing: bool) -> None:
    """Replace this process by the same command in an up-to-date .venv."""
    lock = TEST_LOCK if testing else RUNTIME_LOCK
    with open(ROOT / "manage.py") as turnstile:
        # Two commands at once on a fresh clone: the second waits for the first.
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        if not is_installed(lock):
            install(lock)
        elif in_venv():
            sys.exit(f"{VENV} is damaged: delete it and run the command again.")
    python = str(VENV_PYTHON)
    os.execv(python, [python, str(ROOT / "manage.py"), *sys.argv[1:]])


def in_venv() -> bool:
    """Say whether this process already runs in the project's .venv."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def digest(lock: Path) -> str:
    """Name what installing this lock file under this Python gives."""
    version = "{}.{}".format(*sys.version_info)
    return f"{version} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def is_installed(lock: Path) -> bool:
    """Believe the stamp, which is written last."""
    return STAMP.exists() and digest(lock) in STAMP.read_text().splitlines()


def install(lock: Path) -> None:
    """Bring .venv to the lock file's versions; a run cut short is begun anew."""
    python = python_with_pip()
    name = lock.relative_to(ROOT)
    say(f"Installing the packages of {name} into {VENV} (once, about a minute).")
    interrupted = STAMP.exists() and STAMP.read_text() == INTERRUPTED
    clear = ["--clear"] if interrupted else []
    run([python, "-m", "venv", "--without-pip", *clear, str(VENV)])
    STAMP.write_text(INTERRUPTED)
    pip = [python, "-m", "pip", "--python", str(VENV_PYTHON)]
    run([*pip, "install", "-qq", "--require-hashes", "-r", str(lock)])
    # The test lock contains the runtime lock.
    locks = {lock, RUNTIME_LOCK}
    STAMP.write_text("".join(f"{digest(each)}\n" for each in sorted(locks)))


def python_with_pip() -> str:
    """Return the interpreter to install with: .venv has no pip, what is below it may."""
    python = os.path.realpath(sys.executable) if in_venv() else sys.executable
    found = subprocess.run(
        [python, "-m", "pip", "--version"], capture_output=True, check=False
    )
    if found.returncode:
        sys.exit(
            f"{python} has no pip, which installs Counterfoil's packages. Install it "
            "(on Debian: apt-get install python3-pip) and run the command again."
        )
    return python


def run(command: list[str]) -> None:
    """Run one step of the installation, or stop with its exit code."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    code = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    if code:
        say("The installation failed (see above); running the command again retries.")
        sys.exit(code)


def say(line: str) -> None:
    """Speak on stderr: stdout belongs to the command."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
