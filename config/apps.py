"""Makes config an app, so that Django finds its management commands."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The wiring's own app; it has no models."""

    name = "config"
