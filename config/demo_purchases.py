"""What the demo's first business buys: projects with their costs, and bills."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice
from invoices.models import Cost, CostCategory, Invoice, Project
from invoices.querysets import Direction
from partners.models import Partner, PartnerAlias
from payments.models import PaymentDirection
from payments.paying import pay_bill
from payments.recording import PaymentDraft

if TYPE_CHECKING:
    from config.demo_books import Books

_DAY = datetime.timedelta(days=1)


def create(books: Books) -> None:
    """Vendors, two projects, and bills in every state."""
    timber = _vendor(books, "TIMBER", "Nordholm Timber Yard", "Gdańsk", "PL")
    PartnerAlias.objects.create(
        business=books.business, partner=timber, value="supplier-0042"
    )
    glass = _vendor(books, "GLASS", "Brennan Glass & Glazing Ltd", "Leeds", "GB")
    workshop = _project(books, "WORKSHOP", "New workshop in Mill Lane", "Premises")
    loft = _project(books, "LOFT", "Drying loft", "Premises")
    loft.close(by=books.actor, on=books.today - 20 * _DAY)
    saw = _cost(
        books,
        workshop,
        "Panel saw",
        unique_id="saw-2026",
        price="18500.00",
        vendor=timber,
    )
    bench = _cost(
        books, workshop, "Work benches", unique_id="bench-2026", price="6400.00"
    )
    glazing = _cost(
        books, loft, "Glazing", unique_id="glazing-2025", price="3100.00", vendor=glass
    )
    _timber_bills(books, timber, saw, bench)
    _glass_bills(books, glass, glazing)


def _vendor(books: Books, code: str, name: str, city: str, country: str) -> Partner:
    return Partner.objects.create(
        business=books.business,
        code=code,
        name=name,
        is_vendor=True,
        email=f"office@{code.lower()}.example",
        vendor_line1="3 Wharf Road",
        vendor_city=city,
        vendor_country=country,
    )


def _project(books: Books, code: str, name: str, category: str) -> Project:
    return Project.objects.create(
        business=books.business,
        code=code,
        name=name,
        category=category,
        keywords=["premises", "2026"],
        starts_on=books.today - 200 * _DAY,
        in_service_on=books.today + 165 * _DAY,
    )


def _cost(
    books: Books,
    project: Project,
    name: str,
    *,
    unique_id: str,
    price: str,
    vendor: Partner | None = None,
) -> Cost:
    category, _ = CostCategory.objects.get_or_create(
        business=books.business, code="EQUIP", defaults={"name": "Equipment"}
    )
    return Cost.objects.create(
        business=books.business,
        project=project,
        name=name,
        unique_cost_id=unique_id,
        vendor=vendor,
        category=category,
        currency=books.business.currency,
        unit_price=Decimal(price),
        approved=True,
    )


def _bill(
    books: Books,
    vendor: Partner,
    number: str,
    shares: Sequence[tuple[Cost, str]],
    *,
    days_ago: int,
    price: str,
    currency: str = "",
    description: str = "",
) -> Invoice:
    date = books.today - days_ago * _DAY
    line = LineDraft(
        quantity=Decimal(1),
        unit_price=Decimal(price),
        description=description or f"As per {number}",
        tax=None if currency else books.taxes["VAT-20"],
    )
    draft = InvoiceDraft(
        business=books.business,
        partner=vendor,
        direction=Direction.RECEIVED,
        number=number,
        reference=number.lower(),
        date=date,
        due_date=date + 30 * _DAY,
        currency=currency or books.business.currency,
        description=description,
        project=shares[0][0].project,
        cost_shares=[(cost, Decimal(percent)) for cost, percent in shares],
        lines=[line],
    )
    return draft_invoice(draft, by=books.actor)


def _timber_bills(books: Books, timber: Partner, saw: Cost, bench: Cost) -> None:
    paid = _bill(
        books, timber, "NT-1180", [(bench, "100")], days_ago=60, price="4200.00"
    )
    _pay(books, paid, paid.total)
    partly = _bill(
        books,
        timber,
        "NT-1201",
        [(saw, "100")],
        days_ago=18,
        price="9250.00",
        currency="EUR",
    )
    _pay(books, partly, Decimal("4625.00"))
    split = _bill(
        books,
        timber,
        "NT-1214",
        [(saw, "62.5"), (bench, "37.5")],
        days_ago=6,
        price="1180.50",
        description="Delivery of the saw and the benches",
    )
    split.approve(by=books.actor, now=timezone.now())
    _bill(books, timber, "NT-1220", [(bench, "100")], days_ago=1, price="640.00")


def _glass_bills(books: Books, glass: Partner, glazing: Cost) -> None:
    late = _bill(
        books, glass, "2025/0771", [(glazing, "100")], days_ago=48, price="2480.00"
    )
    late.approve(by=books.actor, now=timezone.now())
    twice = _bill(
        books, glass, "2025/0772", [(glazing, "100")], days_ago=40, price="2480.00"
    )
    twice.cancel(by=books.actor, reason="Sent twice")


def _pay(books: Books, bill: Invoice, amount: Decimal) -> None:
    assert books.bank is not None  # noqa: S101 - narrows
    draft = PaymentDraft(
        business=books.business,
        account=books.bank,
        date=books.today - 3 * _DAY,
        currency=bill.currency,
        amount=amount,
        direction=PaymentDirection.OUT,
        partner=bill.partner,
        method="transfer",
        description=f"Payment for vendor bill#{bill.number}",
    )
    pay_bill(bill, draft, by=books.actor, now=timezone.now())
