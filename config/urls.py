"""The one list of doors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from config.health import livez, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
