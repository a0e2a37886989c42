"""The one list of doors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import livez, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("api/schema/", include("invoices.api.native.schema_urls")),
    path("", include("invoices.api.native.urls")),
]
