"""What every test shares; the database itself comes from pytest-django."""

from __future__ import annotations

import os

from hypothesis import settings

# CI draws the same examples each time, so that red means a change; a developer's
# machine looks for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
