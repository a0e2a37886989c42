"""Invoices, their details and their taxes, as documents."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, NullIf

from invoices.api.nutcache import world
from invoices.api.nutcache.documents import (
    Asked,
    Attribute,
    Document,
    Include,
    Kind,
    Table,
)
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from invoices.querysets import Direction, State, Status, having, status_case
from invoices.querysets import Kind as DocumentKind
from partners.fields import ExactDecimalField
from partners.models import Membership

_AMOUNT = ExactDecimalField()

STATUS_NUMBERS = {
    Status.DRAFT: "0",
    Status.ISSUED: "1",
    Status.PARTLY_PAID: "3",
    Status.PAID: "4",
    Status.VOID: "6",
    Status.WRITTEN_OFF: "6",
}
# Nothing is overdue on the first of all days.
_VIEWED, _DISPUTED = "2", "5"
_LIFE = status_case(datetime.date.min, STATUS_NUMBERS)
_STATUS = Cast(
    Case(
        # An objection counts as long as something is open, a look until money came.
        When(
            having(Status.ISSUED, datetime.date.min)
            | having(Status.PARTLY_PAID, datetime.date.min),
            disputed_at__isnull=False,
            then=Value(_DISPUTED),
        ),
        When(
            having(Status.ISSUED, datetime.date.min),
            viewed_at__isnull=False,
            then=Value(_VIEWED),
        ),
        default=_LIFE,
        output_field=TextField(),
    ),
    IntegerField(),
)


def filled(source: Any) -> Any:
    """A text, null where it is empty."""
    return NullIf(source, Value(""), output_field=TextField())


def lines_of(first: Any, second: Any) -> Any:
    """Two lines of an address as one text."""
    both = Concat(first, Value("\n"), second, output_field=TextField())
    return Func(both, Value("\n"), function="btrim", output_field=TextField())


def _said(key: str, column: str) -> Any:
    """What the issued invoice says of its customer, or the record for a draft."""
    return Case(
        When(state=State.DRAFT, then=F(f"partner__{column}")),
        default=KeyTextTransform(key, "buyer"),
        output_field=TextField(),
    )


def _customer(name: str, key: str, column: str = "") -> Attribute:
    source = filled(_said(key, column or f"billing_{key}"))
    return Attribute(f"customer_{name}", Kind.TEXT, source)


_ADDRESS = lines_of(_said("line1", "billing_line1"), _said("line2", "billing_line2"))
_MEMBER = Subquery(
    Membership.objects.filter(
        business=OuterRef("business"), user=OuterRef("responsible")
    ).values("pk")
)


def _invoices(asked: Asked) -> QuerySet[Any]:
    return Invoice.objects.for_business(asked.business).sales()


def _invoice_links(document: Document) -> list[tuple[str, str]]:
    return [
        (f"organizations/{document['organization']}", "organizations"),
        (f"customers/{document['customer']}", "customers"),
        (f"invoices/{document['id']}", "self"),
    ]


INVOICES = Table(
    name="invoices",
    rows=_invoices,
    order=("date", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        Attribute("invoice_number", Kind.TEXT, filled(F("number"))),
        _customer("name", "name", "name"),
        Attribute(
            "balance",
            Kind.DECIMAL,
            Case(
                When(state=State.VOID, then=Value(Decimal(0))),
                default=F("balance"),
                output_field=_AMOUNT,
            ),
        ),
        Attribute(
            "paid_to_date",
            Kind.DECIMAL,
            ExpressionWrapper(F("amount_paid") + F("credit_applied"), _AMOUNT),
        ),
        Attribute("organization", Kind.NUMBER, F("business_id")),
        Attribute("customer", Kind.NUMBER, F("partner_id")),
        Attribute("customer_address", Kind.TEXT, filled(_ADDRESS)),
        _customer("city", "city"),
        _customer("contact", "contact_name", "contact_name"),
        Attribute(
            "customer_country",
            Kind.TEXT,
            _said("country", "billing_country"),
            world.english_names,
        ),
        _customer("email", "email", "email"),
        _customer("legal_notice", "tax_number", "tax_number"),
        _customer("phone", "phone", "phone"),
        Attribute("customer_phone_mobile", Kind.TEXT),
        _customer("postal_zip_code", "postal_code"),
        _customer("province_state", "province"),
        Attribute("custom_title", Kind.TEXT),
        Attribute("description", Kind.TEXT, filled(F("description"))),
        Attribute("due_date", Kind.DATE, F("due_date")),
        Attribute("estimate", Kind.NUMBER),
        Attribute("invoice_date", Kind.DATE, F("date")),
        Attribute("notes", Kind.TEXT, filled(F("memo"))),
        Attribute("terms", Kind.TEXT, filled(F("terms"))),
        Attribute("purchase_order", Kind.TEXT, filled(F("purchase_order"))),
        Attribute("responsible", Kind.NUMBER, _MEMBER),
        Attribute("status", Kind.NUMBER, _STATUS),
        Attribute("taxes_amount", Kind.DECIMAL, F("tax_total")),
        Attribute("total", Kind.DECIMAL, F("total")),
        Attribute("total_amount_before_taxes", Kind.DECIMAL, F("subtotal")),
    ),
    links=_invoice_links,
    links_after="total_amount_before_taxes",
    includes=(
        Include("organizations", by="organization"),
        Include("customers", by="customer"),
        Include("members", by="responsible"),
        Include("invoice_details", by="id", to="invoice"),
        Include("invoice_taxes", by="id", to="invoice"),
    ),
)


# --- their details and taxes ----------------------------------------------------------


def _sold(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Parts of what `INVOICES` shows."""
    return rows.filter(
        invoice__direction=Direction.ISSUED, invoice__kind=DocumentKind.INVOICE
    )


def _details(asked: Asked) -> QuerySet[Any]:
    return _sold(InvoiceLine.objects.for_business(asked.business))


def _detail_links(document: Document) -> list[tuple[str, str]]:
    project, invoice = document["project"], document["invoice"]
    to_project = [] if project is None else [(f"projects/{project}", "projects")]
    return [*to_project, (f"invoices/{invoice}", "invoices")]


INVOICE_DETAILS = Table(
    name="invoice_details",
    rows=_details,
    order=("invoice_id", "position", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        Attribute("description", Kind.TEXT, filled(F("description"))),
        Attribute("quantity", Kind.DECIMAL, F("quantity")),
        Attribute("price", Kind.DECIMAL, F("unit_price")),
        Attribute("total_price", Kind.DECIMAL, F("amount")),
        Attribute("invoice_detail_type", Kind.NUMBER, Cast(Value(0), IntegerField())),
        Attribute("project", Kind.NUMBER, F("invoice__project_id")),
        Attribute("item", Kind.NUMBER, F("product_id")),
        Attribute("tax", Kind.NUMBER, F("tax_id")),
        Attribute("invoice", Kind.NUMBER, F("invoice_id")),
    ),
    links=_detail_links,
    links_after="project",
    includes=(
        Include("invoices", by="invoice"),
        Include("items", by="item"),
    ),
)


def _taxes(asked: Asked) -> QuerySet[Any]:
    return _sold(InvoiceTax.objects.for_business(asked.business))


def _place() -> Any:
    """Where a component stands among those of the same tax on the invoice, from 1."""
    before = InvoiceTax.objects.filter(
        business=OuterRef("business"),
        invoice=OuterRef("invoice"),
        tax=OuterRef("tax"),
        position__lte=OuterRef("position"),
    )
    counted = before.order_by().values("tax").annotate(place=Count("pk"))
    return Subquery(counted.values("place"), output_field=IntegerField())


def _to_invoice(document: Document) -> list[tuple[str, str]]:
    return [(f"invoices/{document['invoice']}", "invoices")]


INVOICE_TAXES = Table(
    name="invoice_taxes",
    rows=_taxes,
    order=("invoice_id", "position", "pk"),
    attributes=(
        Attribute("total", Kind.DECIMAL, F("amount")),
        Attribute("code", Kind.TEXT, filled(F("code"))),
        Attribute("compound", Kind.TRUTH, F("compound")),
        Attribute("identification", Kind.TEXT, filled(F("tax__tax_number"))),
        Attribute(
            "rate",
            Kind.DECIMAL,
            ExpressionWrapper(F("rate") * Value(Decimal("0.01")), _AMOUNT),
        ),
        Attribute("sequence_number", Kind.NUMBER, _place()),
        Attribute("invoice", Kind.NUMBER, F("invoice_id")),
        Attribute("tax", Kind.NUMBER, F("tax_id")),
    ),
    links=_to_invoice,
    links_after="invoice",
    includes=(
        Include("invoices", by="invoice"),
        Include("taxes", by="tax"),
    ),
)
