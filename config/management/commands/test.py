"""`manage.py test [pytest arguments]`: hands over to pytest, which pyproject sets up."""

from __future__ import annotations

import os
import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Replaces Django's runner by pytest in this interpreter."""

    help = "Run the tests; all arguments go to pytest."

    def run_from_argv(self, argv: list[str]) -> None:
        """Become pytest: Django's parser must not see pytest's arguments."""
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])
