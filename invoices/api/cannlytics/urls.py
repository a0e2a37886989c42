"""The contract's two paths; neither ends in a slash."""

from __future__ import annotations

from django.urls import path

from invoices.api.cannlytics.errors import no_such_path
from invoices.api.cannlytics.views import InvoicesView, InvoiceView

collection = InvoicesView.as_view()
item = InvoiceView.as_view()

urlpatterns = [
    path("api/invoices", collection, name="cannlytics-invoices"),
    path("api/invoices/<str:invoice_id>", item, name="cannlytics-invoice"),
    path("api/invoices/", no_such_path),
    path("api/invoices/<path:rest>", no_such_path),
]
