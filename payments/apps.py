"""Tells Django about the payments room."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The room, as Django knows it."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "payments"
