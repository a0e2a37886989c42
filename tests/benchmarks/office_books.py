"""Fills a business with any number of documents as an office has them, by COPY.

Invoices and bills of eleven years until today, in three currencies, of 5,000 partners:
a fifth is open, most others are paid, some are drafts, wait for approval, are credit
notes, voided or written off. Lines are left out: no list reads them.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from invoices import search
from invoices.models import Account, Event, Invoice, NumberSequence
from invoices.models.account import AccountType
from partners.models import Business, Membership, Partner, User
from payments.models import Allocation, Payment
from tests.benchmarks.seeding import copy, reserve

DAYS = 4000
PARTNERS = 5000
_BATCH = 20_000
_RATES = {"GBP": Decimal(1), "EUR": Decimal("0.85"), "USD": Decimal("0.79")}
_DAY = datetime.timedelta(days=1)


class Office(NamedTuple):
    """A filled business and somebody who keeps its books."""

    business: Business
    accountant: User
    size: int


class _Document(NamedTuple):
    pk: int
    place: int
    partner: Partner
    direction: str
    kind: str
    state: str
    date: datetime.date
    due: datetime.date
    currency: str
    total: Decimal
    paid: Decimal

    @property
    def number(self) -> str:
        """What it is called; a draft has no number."""
        prefix = "B" if self.direction == "issued" else "V"
        return "" if self.state == "draft" else f"{prefix}-{self.place + 1:07}"


def fill(size: int) -> Office:
    """The business `office-SIZE` and another beside it, made where not there yet."""
    accountant, _ = User.objects.get_or_create(
        email="office@counterfoil.example", defaults={"is_staff": True}
    )
    for slug, count, role in (
        (f"office-{size}-beside", max(size // 5, 1), None),
        (f"office-{size}", size, "accountant"),
    ):
        if not Business.objects.filter(slug=slug).exists():
            with transaction.atomic():
                business = _fill(slug, count)
            if role is None:
                continue
    _analyze()
    business = Business.objects.get(slug=f"office-{size}")
    Membership.objects.filter(user=accountant).delete()
    Membership.objects.create(business=business, user=accountant, role="accountant")
    return Office(business, accountant, size)


def _analyze() -> None:
    with connection.cursor() as cursor:
        for model in (Invoice, Event, Partner, Payment, Allocation):
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


def _fill(slug: str, count: int) -> Business:
    business = Business.objects.create(slug=slug, name=slug.title(), currency="GBP")
    account = Account.objects.create(
        business=business,
        code="1000",
        name="Bank",
        type=AccountType.ASSETS_CURRENT,
        payment_account=True,
    )
    partners = Partner.objects.bulk_create(
        [
            Partner(
                business=business,
                code=f"C{n}",
                name=f"Customer{n:05} Ltd",
                is_customer=True,
                is_vendor=n % 5 == 0,
            )
            for n in range(PARTNERS)
        ],
        batch_size=1000,
    )
    draw = random.Random(count)
    for start in range(0, count, _BATCH):
        span = range(start, min(start + _BATCH, count))
        first = reserve(Invoice, len(span))
        made = [_document(draw, first + n - start, n, count, partners) for n in span]
        _copy(business, account, made)
    NumberSequence.objects.create(
        business=business, series="invoice", period="", last=count
    )
    return business


def _document(
    draw: random.Random, pk: int, place: int, count: int, partners: list[Partner]
) -> _Document:
    bill = draw.random() < 0.15
    date = timezone.localdate() - (DAYS - 1 - place * DAYS // count) * _DAY
    total = Decimal(draw.randint(500, 500_000)) / 100
    fate = draw.random()
    if fate < 0.01:
        state, paid = ("received" if bill else "draft"), Decimal(0)
    elif fate < 0.02:
        state, paid = ("cancelled" if bill else "void"), Decimal(0)
    elif fate < 0.022 and not bill:
        state, paid = "written_off", Decimal(0)
    elif fate < 0.22:
        state = "approved" if bill else "issued"
        paid = total / 2 if fate < 0.04 else Decimal(0)
    else:
        state, paid = ("approved" if bill else "issued"), total
    return _Document(
        pk=pk,
        place=place,
        partner=partners[draw.randrange(PARTNERS)],
        direction="received" if bill else "issued",
        kind="credit_note" if draw.random() < 0.01 else "invoice",
        state=state,
        date=date,
        due=date + draw.choice((0, 14, 30, 60)) * _DAY,
        currency=draw.choices(list(_RATES), (80, 15, 5))[0],
        total=total,
        paid=round(paid, 2),
    )


def _copy(business: Business, account: Account, made: list[_Document]) -> None:
    copy(Invoice, _INVOICE, (_invoice_row(business.pk, one) for one in made))
    copy(Event, _EVENT, _event_rows(business.pk, made))
    paid = [one for one in made if one.paid]
    first = reserve(Payment, len(paid))
    pairs = list(enumerate(paid, first))
    rows = (_payment_row(business.pk, account.pk, pk, one) for pk, one in pairs)
    copy(Payment, _PAYMENT, rows)
    now = timezone.now()
    shares = ((business.pk, pk, one.pk, one.paid, now) for pk, one in pairs)
    copy(Allocation, _SHARE, shares)


_INVOICE = (
    *("id", "business_id", "direction", "kind", "state", "number", "partner_id"),
    *("date", "due_date", "currency", "currency_rate", "line_total", "subtotal"),
    *("total", "amount_paid", "balance", "search", "issued_at"),
    *("created_at", "updated_at"),
)


def _invoice_row(business: int, one: _Document) -> tuple[Any, ...]:
    words = search.vector(business, [one.number, one.partner.name, one.partner.code])
    at = _moment(one.date)
    final = None if one.state in {"draft", "received"} else at
    return (
        *(one.pk, business, one.direction, one.kind, one.state, one.number),
        *(one.partner.pk, one.date, one.due, one.currency, _RATES[one.currency]),
        *(one.total, one.total, one.total, one.paid, one.total - one.paid),
        *(words, final, at, at),
    )


_EVENT = (
    *("business_id", "at", "actor", "verb", "subject", "subject_id", "facts"),
    *("previous_hash", "hash"),
)


def _event_rows(business: int, made: list[_Document]) -> Iterator[tuple[Any, ...]]:
    for one in made:
        verb = "drafted" if one.state in {"draft", "received"} else "issued"
        row = ("office", f"invoice.{verb}", "invoice", one.pk, "{}", "", "")
        yield (business, _moment(one.date), *row)
        if one.state == "written_off":
            row = ("office", "invoice.written_off", "invoice", one.pk, "{}", "", "")
            yield (business, _moment(one.due + 200 * _DAY), *row)


_PAYMENT = (
    *("id", "business_id", "direction", "partner_id", "account_id", "date"),
    *("currency", "currency_rate", "amount", "amount_allocated", "reference"),
    *("created_at", "updated_at"),
)


def _payment_row(
    business: int, account: int, pk: int, one: _Document
) -> tuple[Any, ...]:
    into = (one.direction == "issued") == (one.kind == "invoice")
    date = min(one.due, timezone.localdate())
    at = _moment(date)
    return (
        *(pk, business, "in" if into else "out", one.partner.pk, account, date),
        *(one.currency, _RATES[one.currency], one.paid, one.paid, f"R{pk}", at, at),
    )


_SHARE = ("business_id", "payment_id", "invoice_id", "amount", "created_at")


def _moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
