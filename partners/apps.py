"""Tells Django about the partners room."""

from __future__ import annotations

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The room, as Django knows it."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "partners"
