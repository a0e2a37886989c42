"""The signing key of a development machine: made once, kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def stored_secret(path: Path) -> str:
    """Return the secret in the file, making both if need be."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked into place: two processes that start together
        # end with one and the same key.
        descriptor, aside = tempfile.mkstemp(dir=path.parent)
        with open(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(aside)
    return path.read_text()
