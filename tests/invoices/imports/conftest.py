"""What the tests of imports share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _at_home(tmp_path, monkeypatch):
    """Reports without a name go into the current directory."""
    monkeypatch.chdir(tmp_path)
