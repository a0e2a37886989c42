"""Tells Django about the invoices room."""

from __future__ import annotations

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """The room, as Django knows it."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "invoices"
