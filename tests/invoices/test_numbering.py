"""Where a document's number comes from."""

from __future__ import annotations

import datetime

import pytest

from invoices.crediting import credit
from invoices.exceptions import NumberTaken, PeriodClosed
from invoices.models import Invoice, NumberSequence
from invoices.querysets import Direction, Kind
from tests.books import refused
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    actor,
    an_issued_invoice,
)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def numbers(business, by, *dates: str) -> list[str]:
    return [an_issued_invoice(business, by=by, date=day(date)).number for date in dates]


def sequences(business) -> list[tuple[str, str, int]]:
    rows = NumberSequence.objects.for_business(business)
    return list(
        rows.order_by("series", "period").values_list("series", "period", "last")
    )


def test_a_year_counts_from_one(business, owner):
    assert numbers(
        business, owner, "2025-12-31", "2026-01-01", "2025-12-30", "2026-06-01"
    ) == ["INV-2025-00001", "INV-2026-00001", "INV-2025-00002", "INV-2026-00002"]
    assert sequences(business) == [("invoice", "2025", 2), ("invoice", "2026", 2)]


def test_a_month_counts_from_one(business, owner):
    business.invoice_template = "{year}{month}-{seq:03}"
    business.save()
    assert numbers(business, owner, "2026-01-31", "2026-02-01", "2026-01-01") == [
        "202601-001",
        "202602-001",
        "202601-002",
    ]
    assert sequences(business) == [("invoice", "2026-01", 2), ("invoice", "2026-02", 1)]


def test_a_template_without_a_date_counts_for_ever(business, owner):
    business.invoice_template = "{seq}"
    business.save()
    assert numbers(business, owner, "2025-12-31", "2026-01-01") == ["1", "2"]
    assert sequences(business) == [("invoice", "", 2)]


def test_a_number_may_outgrow_its_width(business, owner):
    business.invoice_template = "{seq:02}"
    business.save()
    NumberSequence.objects.create(business=business, series="invoice", last=98)
    assert numbers(business, owner, "2026-01-01", "2026-01-01") == ["99", "100"]


def test_credit_notes_have_their_own_series(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    linked = credit(invoice, None, by=owner, now=NOW, date=TODAY)
    free = an_issued_invoice(business, by=owner, kind=Kind.CREDIT_NOTE)
    assert (linked.number, free.number) == ("CN-2026-00001", "CN-2026-00002")
    assert sequences(business) == [("credit_note", "2026", 2), ("invoice", "2026", 1)]


def test_every_business_has_its_own_series(business, owner):
    other = BusinessFactory()
    for books, by in ((business, owner), (other, actor(other))):
        assert numbers(books, by, "2026-01-01") == ["INV-2026-00001"]


def test_a_drafts_own_number_is_kept_and_uses_none_of_the_series(business, owner):
    invoice = an_issued_invoice(business, by=owner, number="CLIENT-1")
    assert invoice.number == "CLIENT-1"
    assert sequences(business) == []


def test_the_series_passes_over_numbers_that_clients_used(business, owner):
    an_issued_invoice(business, by=owner, number="INV-2026-00001")
    a_draft(business, by=owner, number="INV-2026-00002")
    a_draft(business, by=owner, number="INV-2026-00003", direction=Direction.RECEIVED)
    assert numbers(business, owner, "2026-01-01", "2026-01-01") == [
        "INV-2026-00003",
        "INV-2026-00004",
    ]


def test_a_rollback_gives_the_number_back(business, owner):
    class Interrupted(Exception):
        pass

    from django.db import transaction

    draft = a_draft(business, by=owner)
    with pytest.raises(Interrupted), transaction.atomic():
        assert draft.issue(by=owner, now=NOW).number == "INV-2026-00001"
        raise Interrupted

    again = Invoice.objects.get(pk=draft.pk)
    assert (again.state, again.number) == ("draft", "")
    assert sequences(business) == []
    assert again.issue(by=owner, now=NOW).number == "INV-2026-00001"


def test_a_refused_issue_uses_no_number(business, owner):
    draft = a_draft(business, by=owner)
    business.closed_through = TODAY
    business.save()
    with refused(PeriodClosed):
        draft.issue(by=owner, now=NOW)
    assert sequences(business) == []


def test_a_credit_notes_own_number_is_kept_or_refused(business, owner):
    invoice = an_issued_invoice(business, by=owner)
    with refused(NumberTaken, "number"):
        credit(invoice, None, by=owner, now=NOW, date=TODAY, number=invoice.number)
    note = credit(invoice, None, by=owner, now=NOW, date=TODAY, number="CN-mine")
    assert note.number == "CN-mine"
    assert sequences(business) == [("invoice", "2026", 1)]


def test_a_void_document_keeps_its_number_for_itself(business, owner):
    an_issued_invoice(business, by=owner).void(by=owner, reason="", now=NOW)
    partner = PartnerFactory(business=business)
    with refused(NumberTaken, "number"):
        a_draft(business, by=owner, partner=partner, number="INV-2026-00001")
    assert numbers(business, owner, "2026-01-01") == ["INV-2026-00002"]
