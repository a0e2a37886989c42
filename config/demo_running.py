"""What a running demo leaves for commands in other shells: where its mails go.

The note is believed only while its writer holds its lock, which ends with the process
however that dies. It is for commands on the same database.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_DATABASE = ("DATABASE_URL", "COUNTERFOIL_POSTGRES_DIR")


def note(directory: Path) -> Path:
    """The file of the demo that works on this process's database."""
    where = "\n".join(os.environ.get(name, "").strip() for name in _DATABASE)
    return directory / f"demo-{hashlib.sha256(where.encode()).hexdigest()[:12]}.json"


@contextmanager
def announced(directory: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Leave the variables while the block runs; an earlier demo's stay its own."""
    path = note(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield
            return
        try:
            file.truncate(0)
            file.write(json.dumps(dict(variables)))
            file.flush()
            yield
        finally:
            path.unlink(missing_ok=True)


def adopt(directory: Path) -> None:
    """Take over a running demo's variables, where this process was given none.

    COUNTERFOIL_DEMO=false or an EMAIL_URL of its own says that it wants none.
    """
    if any(os.environ.get(name) for name in ("COUNTERFOIL_DEMO", "EMAIL_URL")):
        return
    for name, value in _announced(note(directory)).items():
        os.environ.setdefault(name, value)


def _announced(path: Path) -> dict[str, str]:
    """The variables of the demo that runs, none where its lock is free."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return {}
    except BlockingIOError:
        found: dict[str, str] = json.loads(path.read_text() or "{}")
        return found
    return {}
