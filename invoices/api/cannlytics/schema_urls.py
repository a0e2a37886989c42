"""The Cannlytics dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from django.urls import path

from invoices.api.cannlytics.urls import collection, item
from invoices.api.described import described

urlpatterns = described(
    "cannlytics",
    [
        path("api/invoices", collection),
        path("api/invoices/<str:invoice_id>", item),
    ],
    title="Counterfoil, Cannlytics dialect",
    description="Cannlytics' `/api/invoices` of July 2021 on these books. A success is "
    '`{"success": true, "data": …}` with status 200, a refusal '
    '`{"error": true, "message": …}`.',
    POSTPROCESSING_HOOKS=["invoices.api.cannlytics.schema.finish"],
)
