"""The door for WSGI servers: `config.wsgi:application`."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.charset import Utf8Handler  # noqa: E402 - needs the settings

application = Utf8Handler()
