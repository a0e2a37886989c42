"""The contract's paths: plain, ending in `.json`, and with a trailing slash."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from invoices.api.finario.errors import no_such_path
from invoices.api.finario.views import (
    costs,
    investments,
    invoices,
    payments,
    vendors,
)

collection = invoices.InvoicesView.as_view()
item = invoices.InvoiceView.as_view()

_INVESTMENT = "api/investments/<str:investment_id>"
_VENDOR = f"{_INVESTMENT}/vendors/<str:vendor_id>"

_VIEWS: dict[str, Any] = {
    "api/invoices": collection,
    "api/invoices/<str:invoice_id>": item,
    f"{_VENDOR}/invoices": invoices.VendorInvoicesView.as_view(),
    f"{_VENDOR}/invoices/<str:invoice_id>": invoices.VendorInvoiceView.as_view(),
    f"{_INVESTMENT}/invoices/<str:invoice_id>": invoices.LegacyInvoiceView.as_view(),
    "api/vendors": vendors.VendorsView.as_view(),
    "api/vendors/<str:vendor_id>": vendors.OneVendorView.as_view(),
    "api/investments": investments.InvestmentsView.as_view(),
    _INVESTMENT: investments.OneInvestmentView.as_view(),
    f"{_INVESTMENT}/costs": costs.CostsView.as_view(),
    f"{_INVESTMENT}/costs/<str:cost_id>": costs.CostView.as_view(),
    "api/cost_categories": investments.CategoriesView.as_view(),
    "api/cost_categories/<str:category_id>": investments.OneCategoryView.as_view(),
    "api/payments": payments.PaymentsView.as_view(),
    "api/payments/<str:payment_id>": payments.PaymentView.as_view(),
    f"{_INVESTMENT}/payments": payments.PlacedPaymentsView.as_view(),
    f"{_INVESTMENT}/payments/<str:payment_id>": payments.PlacedPaymentView.as_view(),
    f"{_INVESTMENT}/costs/<str:cost_id>/payments": (
        payments.PlacedPaymentsView.as_view()
    ),
}


def _paths(ending: str) -> list[URLPattern]:
    """All paths, with this text at their ends.

    A name at the end of a path takes `.json` for a part of it; the view takes it off.
    """
    return [
        path(f"{route}{ending}", view)
        for route, view in _VIEWS.items()
        if not (ending == ".json" and route.endswith(">"))
    ]


plain = _paths("")
urlpatterns = [
    *plain,
    *_paths(".json"),
    *_paths("/"),
    *(
        path(f"api/{name}/<path:rest>", no_such_path)
        for name in ("investments", "vendors", "payments", "cost_categories")
    ),
]
