"""Fills a business with any number of issued invoices of five taxed lines, by COPY."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction

from invoices import search
from invoices.models import (
    Account,
    Event,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    NumberSequence,
    Product,
    Tax,
    TaxComponent,
    TaxRate,
)
from invoices.models.account import AccountType
from invoices.totals import ComponentRate, LineInput, Totals, compute
from partners.models import ApiKey, Business, Membership, Partner, User
from payments.models import Payment

FIRST_DAY = datetime.date(2015, 1, 1)
DAYS = 4000
LINES = 5
_BATCH = 20_000
_TEMPLATES = 500


class Seeded(NamedTuple):
    """A filled business and a key to it."""

    business: Business
    key: str
    size: int


class _Parts(NamedTuple):
    business: Business
    partners: list[Partner]
    products: list[Product]
    tax: Tax
    component: TaxComponent
    size: int


def seed(count: int) -> Seeded:
    """The business `bench-COUNT`, made if it is not there, and a fresh key."""
    owner, _ = User.objects.get_or_create(email="bench@counterfoil.example")
    slug = f"bench-{count}"
    business = Business.objects.filter(slug=slug).first()
    if business is None:
        with transaction.atomic():
            business = _fill(slug, count, owner)
        _analyze()
    _, key = ApiKey.create(business, owner, name="bench")
    return Seeded(business, key, count)


def _analyze() -> None:
    tables = [Invoice, InvoiceLine, InvoiceTax, Event, Partner, Payment]
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def _fill(slug: str, count: int, owner: User) -> Business:
    business = Business.objects.create(slug=slug, name=f"Bench {count}", currency="GBP")
    Membership.objects.create(business=business, user=owner, role="owner")
    parts = _masters(business, count)
    documents = _documents(parts.tax.pk, parts.component.pk)
    draw = random.Random(count)
    for start in range(0, count, _BATCH):
        span = range(start, min(start + _BATCH, count))
        _copy_batch(parts, documents, draw, span)
    NumberSequence.objects.create(
        business=business, series="invoice", period="", last=count
    )
    return business


def _masters(business: Business, count: int) -> _Parts:
    accounts = [
        Account(
            business=business,
            code="1000",
            name="Bank",
            type=AccountType.ASSETS_CURRENT,
            payment_account=True,
        ),
        Account(
            business=business,
            code="4000",
            name="Sales",
            type=AccountType.REVENUES_OPERATING,
        ),
    ]
    sales = Account.objects.bulk_create(accounts)[1]
    tax = Tax.objects.create(business=business, code="VAT-20", name="VAT")
    component = TaxComponent.objects.create(business=business, tax=tax, code="VAT")
    TaxRate.objects.create(business=business, component=component, rate=20)
    products = [
        Product(
            business=business,
            code=f"P{n}",
            name=f"Product {n}",
            sell=True,
            revenue_account=sales,
            selling_price=Decimal(n % 90 + 1),
            price_currency="GBP",
            selling_tax=tax,
        )
        for n in range(1000)
    ]
    partners = [
        Partner(
            business=business,
            code=f"C{n}",
            name=f"Customer{n:07} Ltd",
            is_customer=True,
            billing_line1=f"{n} High Street",
            billing_city="London",
            billing_country="GB",
        )
        for n in range(max(count // 100, 1))
    ]
    return _Parts(
        business,
        Partner.objects.bulk_create(partners, batch_size=1000),
        Product.objects.bulk_create(products, batch_size=1000),
        tax,
        component,
        count,
    )


def _documents(tax: int, component: int) -> list[tuple[list[LineInput], Totals]]:
    """Some hundred different sets of lines with their totals."""
    draw = random.Random(1)
    rates = {tax: [ComponentRate(str(component), Decimal(20), False)]}
    found = []
    for _ in range(_TEMPLATES):
        lines = [
            LineInput(
                Decimal(draw.randint(1, 20)), Decimal(draw.randint(50, 9999)) / 100, tax
            )
            for _ in range(LINES)
        ]
        found.append((lines, compute(lines, currency="GBP", taxes=rates)))
    return found


def _copy_batch(
    parts: _Parts,
    documents: Sequence[tuple[list[LineInput], Totals]],
    draw: random.Random,
    span: range,
) -> None:
    """Write the documents of this span, counted from 0 over the whole business."""
    size = len(span)
    first = {m: reserve(m, n) for m, n in ((Invoice, size), (InvoiceLine, size * 5))}
    chosen = [draw.randrange(_TEMPLATES) for _ in span]
    pks = range(first[Invoice], first[Invoice] + size)
    totals = [documents[template][1] for template in chosen]
    invoices = (
        _invoice_row(parts, pk, n, total, draw.choice(parts.partners))
        for pk, n, total in zip(pks, span, totals, strict=True)
    )
    copy(Invoice, _INVOICE, invoices)
    copy(InvoiceLine, _LINE, _line_rows(parts, documents, draw, chosen, first))
    taxes = (_tax_row(parts, t, pk) for pk, t in zip(pks, totals, strict=True))
    copy(InvoiceTax, _TAX, taxes)
    copy(Event, _EVENT, (_event_row(parts, pk) for pk in pks))


def copy(
    model: type[Any], columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    """Write rows by COPY in the current transaction; other columns get defaults."""
    others = [
        field
        for field in model._meta.concrete_fields
        if field.column not in columns and not (field.null or field.primary_key)
    ]
    names = ", ".join([*columns, *(field.column for field in others)])
    defaults = tuple(_as_text(field.get_default()) for field in others)
    with connection.cursor() as cursor:
        command = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
        with cursor.copy(command) as writer:
            for row in rows:
                writer.write_row((*row, *defaults))


def _as_text(default: Any) -> Any:
    return json.dumps(default) if isinstance(default, dict | list) else default


def reserve(model: type[Any], size: int) -> int:
    """The first of `size` consecutive primary keys; nobody else writes meanwhile."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) - %s "
            "FROM pg_get_serial_sequence(%s, 'id') AS s",
            [size - 1, size - 1, table],
        )
        row: tuple[Any, ...] = cursor.fetchone()
        return int(row[0])


_MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_INVOICE = (
    *("id", "business_id", "direction", "kind", "state", "number", "reference"),
    *("partner_id", "date", "due_date", "currency", "currency_rate"),
    *("discount_percent", "purchase_order", "memo", "line_total", "discount_total"),
    *("subtotal", "tax_total", "total", "amount_paid", "amount_credited"),
    *("credit_applied", "balance", "seller", "buyer", "import_key", "search"),
    *("version", "issued_at", "created_at", "updated_at"),
)


def _invoice_row(
    parts: _Parts, pk: int, n: int, totals: Totals, partner: Partner
) -> tuple[Any, ...]:
    number = f"B-{n + 1:07}"
    date = FIRST_DAY + datetime.timedelta(days=n * DAYS // parts.size)
    paid = totals.total if n % 10 else 0
    words = search.vector(parts.business.pk, [number, partner.name, partner.code])
    return (
        *(pk, parts.business.pk, "issued", "invoice", "issued", number, ""),
        *(partner.pk, date, date + datetime.timedelta(days=30), "GBP", 1, 0, "", ""),
        *(totals.line_total, 0, totals.subtotal, totals.tax_total, totals.total),
        *(paid, 0, 0, totals.total - paid, "{}", _buyer(partner), "", words),
        *(1, _MOMENT, _MOMENT, _MOMENT),
    )


def _buyer(partner: Partner) -> str:
    return json.dumps(partner.snapshot("billing"))


_LINE = (
    *("id", "business_id", "invoice_id", "position", "product_id", "description"),
    *("quantity", "unit_price", "tax_id", "amount", "discount", "tax_amount", "total"),
)


def _line_rows(
    parts: _Parts,
    documents: Sequence[tuple[list[LineInput], Totals]],
    draw: random.Random,
    chosen: Sequence[int],
    first: dict[type[Any], int],
) -> Iterator[tuple[Any, ...]]:
    pk = first[InvoiceLine]
    for n, template in enumerate(chosen):
        lines, totals = documents[template]
        for position, (line, part) in enumerate(
            zip(lines, totals.lines, strict=True), start=1
        ):
            product = parts.products[draw.randrange(len(parts.products))]
            yield (
                *(pk, parts.business.pk, first[Invoice] + n, position, product.pk),
                *(product.name, line.quantity, line.unit_price, parts.tax.pk),
                *(part.amount, part.discount, part.tax, part.total),
            )
            pk += 1


_TAX = (
    *("business_id", "invoice_id", "tax_id", "component_id", "position", "code"),
    *("name", "rate", "compound", "base", "amount"),
)


def _tax_row(parts: _Parts, totals: Totals, invoice: int) -> tuple[Any, ...]:
    [tax] = totals.taxes
    return (
        *(parts.business.pk, invoice, parts.tax.pk, parts.component.pk, 1, "VAT", ""),
        *(tax.component.rate, False, tax.base, tax.amount),
    )


_EVENT = (
    *("business_id", "at", "actor", "verb", "subject", "subject_id", "facts"),
    *("previous_hash", "hash"),
)


def _event_row(parts: _Parts, invoice: int) -> tuple[Any, ...]:
    at = parts.business.pk, _MOMENT
    return (*at, "bench", "invoice.issued", "invoice", invoice, "{}", "", "")
