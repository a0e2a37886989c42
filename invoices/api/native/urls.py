"""The contract's paths, each with and without the trailing slash."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, include, path
from rest_framework.routers import DynamicRoute, Route, SimpleRouter

from invoices.api.native.errors import no_such_path
from invoices.api.native.views.bills import BillViewSet, PartnerBillViewSet
from invoices.api.native.views.deliveries import (
    CreditNoteDeliveryViewSet,
    DeliveryViewSet,
    InvoiceDeliveryViewSet,
)
from invoices.api.native.views.invoices import (
    CreditNoteViewSet,
    InvoiceViewSet,
    PartnerInvoiceViewSet,
)
from invoices.api.native.views.masters import (
    AccountViewSet,
    PartnerViewSet,
    ProductViewSet,
    TaxViewSet,
)
from invoices.api.native.views.papers import (
    DocumentSettingsViewSet,
    LogoViewSet,
    MailTemplateViewSet,
    ReminderRuleViewSet,
)
from invoices.api.native.views.payments import (
    BillPaymentViewSet,
    InvoicePaymentViewSet,
    PaymentOfBillViewSet,
    PaymentViewSet,
)
from invoices.api.native.views.projects import (
    CostCategoryViewSet,
    CostViewSet,
    ProjectCostViewSet,
    ProjectViewSet,
)
from invoices.api.native.views.recurring import RecurringViewSet
from invoices.api.native.views.references import (
    BusinessViewSet,
    CountryViewSet,
    CurrencyViewSet,
)
from invoices.api.native.views.send_runs import SendRunViewSet
from invoices.api.native.views.statements import StatementViewSet
from invoices.api.native.views.webhooks import MessageViewSet, WebhookViewSet


class NativeRouter(SimpleRouter):
    """A router whose collections also take the contract's `PUT`."""

    routes = [
        Route(
            url=r"^{prefix}{trailing_slash}$",
            mapping={"get": "list", "post": "create", "put": "update"},
            name="{basename}-list",
            detail=False,
            initkwargs={"suffix": "List"},
        ),
        DynamicRoute(
            url=r"^{prefix}/{url_path}{trailing_slash}$",
            name="{basename}-{url_name}",
            detail=False,
            initkwargs={},
        ),
        Route(
            url=r"^{prefix}/{lookup}{trailing_slash}$",
            mapping={
                "get": "retrieve",
                "put": "update",
                "patch": "partial_update",
                "delete": "destroy",
            },
            name="{basename}-detail",
            detail=True,
            initkwargs={"suffix": "Instance"},
        ),
        DynamicRoute(
            url=r"^{prefix}/{lookup}/{url_path}{trailing_slash}$",
            name="{basename}-{url_name}",
            detail=True,
            initkwargs={},
        ),
    ]


# Where the contract nests a collection under another row, it has only these verbs.
_NESTED_VERBS = {"get": "list", "post": "create"}
_NESTED: dict[str, Any] = {
    "partners/<str:partner_id>/invoices": PartnerInvoiceViewSet,
    "partners/<str:partner_id>/bills": PartnerBillViewSet,
    "invoices/<str:invoice_id>/inc_payments": InvoicePaymentViewSet,
    "invoices/<str:invoice_id>/invoicepayments": InvoicePaymentViewSet,
    "projects/<str:project_id>/costs": ProjectCostViewSet,
    "bills/<str:bill_id>/exp_payments": PaymentOfBillViewSet,
    "bills/<str:bill_id>/billpayments": PaymentOfBillViewSet,
}

# What is only read there, and rows of which there is one.
_LISTED = {"get": "list"}
_OTHERS: dict[str, tuple[Any, dict[str, str]]] = {
    "invoices/<str:invoice_id>/deliveries": (InvoiceDeliveryViewSet, _LISTED),
    "credit_notes/<str:invoice_id>/deliveries": (CreditNoteDeliveryViewSet, _LISTED),
    "webhooks/<str:endpoint_id>/messages": (MessageViewSet, _LISTED),
    "webhooks/<str:endpoint_id>/messages/<str:id>": (
        MessageViewSet,
        {"get": "retrieve"},
    ),
    "webhooks/<str:endpoint_id>/messages/<str:id>/resend": (
        MessageViewSet,
        {"post": "resend"},
    ),
    "partners/<str:partner_id>/statement": (
        StatementViewSet,
        {"get": "statement", "post": "send"},
    ),
    "document_settings": (
        DocumentSettingsViewSet,
        {"get": "retrieve", "put": "update", "patch": "partial_update"},
    ),
    "document_settings/logo": (
        LogoViewSet,
        {"get": "logo", "put": "update", "delete": "destroy"},
    ),
}

_GLOBAL: dict[str, Any] = {
    "businesses": BusinessViewSet,
    "currencies": CurrencyViewSet,
    "countries": CountryViewSet,
    "countries/<str:country_code>/currencies": CurrencyViewSet,
}


def _paths(slash: str) -> list[URLPattern]:
    """All paths, with this text at their ends."""
    router = NativeRouter(trailing_slash=bool(slash), use_regex_path=False)
    for name, viewset in {
        "invoices": InvoiceViewSet,
        "credit_notes": CreditNoteViewSet,
        "inc_payments": PaymentViewSet,
        "invoicepayments": PaymentViewSet,
        "bills": BillViewSet,
        "exp_payments": BillPaymentViewSet,
        "billpayments": BillPaymentViewSet,
        "partners": PartnerViewSet,
        "products": ProductViewSet,
        "accounts": AccountViewSet,
        "taxes": TaxViewSet,
        "projects": ProjectViewSet,
        "costs": CostViewSet,
        "cost_categories": CostCategoryViewSet,
        "deliveries": DeliveryViewSet,
        "mail_templates": MailTemplateViewSet,
        "reminder_rules": ReminderRuleViewSet,
        "webhooks": WebhookViewSet,
        "send_runs": SendRunViewSet,
        "recurring": RecurringViewSet,
    }.items():
        router.register(name, viewset, basename=name)
    nested = [
        path(f"{prefix}{slash}", viewset.as_view(_NESTED_VERBS), name=viewset.__name__)
        for prefix, viewset in _NESTED.items()
    ]
    nested += [
        path(f"{prefix}{slash}", viewset.as_view(verbs), name=viewset.__name__)
        for prefix, (viewset, verbs) in _OTHERS.items()
    ]
    everywhere = [
        path(
            f"{prefix}{slash}", viewset.as_view({"get": "list"}), name=viewset.__name__
        )
        for prefix, viewset in _GLOBAL.items()
    ]
    inside = [*nested, *router.urls]
    return [*everywhere, path("businesses/<str:business_id>/", include(inside))]


with_slash = _paths("/")
urlpatterns = [
    *with_slash,
    *_paths(""),
    path("businesses/<path:rest>", no_such_path),
]
