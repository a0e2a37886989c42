"""The project's settings, on a database server that may forget, quick to hash."""

from __future__ import annotations

import fcntl
import os
from itertools import count
from pathlib import Path
from typing import IO

# The shell's own settings must not decide what the tests mean.
os.environ["COUNTERFOIL_ENV"] = "development"
os.environ.pop("DEBUG", None)
# Nor must a demo that runs in this clone.
os.environ["COUNTERFOIL_DEMO"] = "false"

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES, VAR_DIR

_held: list[IO[str]] = []


def _own_number() -> str:
    """Return a number no other test run of this clone has: it names the databases.

    The controller takes it, its workers inherit it; it is free again when they end.
    """
    for number in count() if "COUNTERFOIL_TEST_RUN" not in os.environ else ():
        Path(VAR_DIR).mkdir(exist_ok=True)
        claim = open(VAR_DIR / f"test-run-{number}.lock", "w")  # noqa: SIM115
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        _held.append(claim)
        os.environ["COUNTERFOIL_TEST_RUN"] = str(number)
        break
    return os.environ["COUNTERFOIL_TEST_RUN"]


_database = DATABASES["default"]
_database["TEST"] = {"NAME": f"test_{_database['NAME']}_{_own_number()}"}
if "EMBEDDED" in _database:
    _database["EMBEDDED"] = {
        "DIRECTORY": str(VAR_DIR / "postgres-test"),
        "DURABLE": False,
    }
# A test ends its connections; a kept one would outlive its test's thread.
_database["CONN_MAX_AGE"] = 0
_database.get("OPTIONS", {}).pop("pool", None)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = VAR_DIR / "test-media"
STORAGES["attachments"]["OPTIONS"]["location"] = MEDIA_ROOT / "attachments"
# Looked up when asked for, instead of listed anew for every test client.
WHITENOISE_AUTOREFRESH = True
