"""Makes config an app, so that Django finds its management commands."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from config import naming


class ConfigConfig(AppConfig):
    """The wiring's own app; it has no models."""

    name = "config"
    default = True

    def ready(self) -> None:
        """Every app's models are there now."""
        naming.make_names_translatable()


class BooksAdminConfig(admin_apps.AdminConfig):
    """Django's admin, on a site of our own."""

    default = False
    default_site = "partners.admin_site.BooksSite"
