"""Templates: what is saved, what is refused, pausing, resuming and skipping."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.exceptions import AmountOutOfRange, BadDates, BadLines, NotACustomer
from invoices.models import RecurringInvoice, RecurringLine
from invoices.recurrence import (
    RecurringDraft,
    make_due,
    pause,
    resume,
    save_recurring,
    skip,
)
from partners.exceptions import Conflict, Invalid, NotAllowed, Stale
from tests.books import contents, history, refused, row
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_line,
    actor,
)

D = datetime.date
LAST = D(2026, 1, 31)


def draft_of(business, **overrides: Any) -> RecurringDraft:
    values = {
        "business": business,
        "name": "Rent",
        "currency": business.currency,
        "lines": [a_line()],
        "every": "month",
        "starts_on": LAST,
    } | overrides
    if "partner" not in values:
        values["partner"] = PartnerFactory(business=business)
    return RecurringDraft(**values)


def a_template(business, by, **overrides: Any) -> RecurringInvoice:
    return save_recurring(None, draft_of(business, **overrides), by=by, now=NOW)


def test_a_template_is_stored_whole(business, owner):
    product, tax = ProductFactory(business=business), TaxFactory(business=business)
    lines = [a_line(2, "9.50", product=product, tax=tax), a_line(description="More")]
    draft = draft_of(
        business,
        lines=lines,
        interval=2,
        until=D(2027, 1, 31),
        count=9,
        makes="send",
        due_days=14,
        discount_percent=Decimal("2.5"),
        purchase_order="PO-1",
        terms="Net 14",
        memo="Thank you",
    )
    saved = save_recurring(None, draft, by=owner, now=NOW)
    assert row(saved) == {
        "name": "Rent",
        "partner_id": draft.partner.pk,
        "currency": "USD",
        "discount_percent": Decimal("2.5"),
        "due_days": 14,
        "purchase_order": "PO-1",
        "terms": "Net 14",
        "memo": "Thank you",
        "every": "month",
        "interval": 2,
        "starts_on": LAST,
        "until": D(2027, 1, 31),
        "count": 9,
        "makes": "send",
        "active": True,
        "made": 0,
        "next_on": LAST,
        "problem": "",
        "version": 1,
    }
    stored = RecurringLine.objects.for_business(business).values_list(
        "position", "product_id", "quantity", "unit_price", "tax_id", "description"
    )
    assert list(stored) == [
        (1, product.pk, Decimal(2), Decimal("9.50"), tax.pk, "Work"),
        (2, None, Decimal(1), Decimal(100), None, "More"),
    ]
    assert history(saved) == [("recurring.saved", {"name": "Rent", "makes": "send"})]


REFUSALS: dict[str, tuple[dict[str, Any], type, str]] = {
    "no step": ({"every": "day"}, Invalid, "every"),
    "no deed": ({"makes": "eat"}, Invalid, "makes"),
    "no currency": ({"currency": "XYZ"}, Invalid, "currency"),
    "no lines": ({"lines": []}, BadLines, "lines"),
    "odd quantity": ({"lines": [a_line("NaN")]}, AmountOutOfRange, "lines.0.quantity"),
    "discount": ({"discount_percent": Decimal(101)}, Invalid, "discount_percent"),
    "ends first": ({"until": D(2026, 1, 30)}, BadDates, "until"),
    "count of none": ({"count": 0}, Invalid, "count"),
    "count too high": ({"count": 99_999}, Invalid, "count"),
    "interval of none": ({"interval": 0}, Invalid, "interval"),
    "interval too long": ({"interval": 61}, Invalid, "interval"),
    "due before": ({"due_days": -1}, Invalid, "due_days"),
    "long ago": ({"starts_on": D(2025, 3, 8)}, BadDates, "starts_on"),
    "wrong century": ({"starts_on": D(1026, 1, 1)}, BadDates, "starts_on"),
    "no name": ({"name": ""}, Invalid, "name"),
    "long name": ({"name": "x" * 201}, Invalid, "name"),
    "NUL": ({"memo": "\0"}, Invalid, "memo"),
    "long line": (
        {"lines": [a_line(description="x" * 2001)]},
        Invalid,
        "lines.0.description",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_bad_input_is_refused(business, owner, case):
    overrides, kind, field = REFUSALS[case]
    draft = draft_of(business, **overrides)
    with refused(kind, field):
        save_recurring(None, draft, by=owner, now=NOW)


def test_the_partner_must_be_a_customer_of_this_business(business, owner):
    vendor = PartnerFactory(business=business, is_customer=False, is_vendor=True)
    foreign = PartnerFactory(business=BusinessFactory())
    with refused(NotACustomer, "partner"):
        save_recurring(None, draft_of(business, partner=vendor), by=owner, now=NOW)
    with refused(Invalid, "partner"):
        save_recurring(None, draft_of(business, partner=foreign), by=owner, now=NOW)


def test_capabilities_are_those_of_what_it_makes(business):
    viewer, draft = actor(business, "viewer"), draft_of(business)
    with refused(NotAllowed):
        save_recurring(None, draft, by=viewer, now=NOW)
    drafter = actor(business)
    from dataclasses import replace

    from partners.access import Capability

    drafter = replace(drafter, capabilities=frozenset({Capability.DRAFT}))
    saved = save_recurring(None, draft, by=drafter, now=NOW)
    with refused(NotAllowed):
        sending = draft_of(business, makes="send", partner=draft.partner)
        save_recurring(saved, sending, by=drafter, now=NOW)


def test_replacing_bumps_the_version_and_the_lines(business, owner):
    saved = a_template(business, owner)
    changed = draft_of(business, partner=saved.partner, lines=[a_line(3), a_line(4)])
    save_recurring(saved, changed, by=owner, now=NOW, expected_version=1)
    assert RecurringInvoice.objects.get().version == 2
    lines = RecurringLine.objects.for_business(business)
    assert [line.quantity for line in lines] == [3, 4]
    with refused(Stale):
        save_recurring(saved, changed, by=owner, now=NOW, expected_version=1)


def test_start_and_step_stay_once_something_was_made(business, owner):
    saved = a_template(business, owner)
    make_due(business, now=NOW)
    for change in ({"starts_on": TODAY}, {"every": "week"}, {"interval": 2}):
        draft = draft_of(business, partner=saved.partner, **change)
        with refused(Conflict):
            save_recurring(saved, draft, by=owner, now=NOW)
    draft = draft_of(business, partner=saved.partner, name="Rent 2")
    assert save_recurring(saved, draft, by=owner, now=NOW).next_on == D(2026, 3, 31)


def test_one_that_ended_goes_on_where_it_was_if_it_may(business, owner):
    saved = a_template(business, owner, count=2)
    make_due(business, now=NOW)
    assert RecurringInvoice.objects.get().next_on is None
    longer = draft_of(business, partner=saved.partner, count=3)
    assert save_recurring(saved, longer, by=owner, now=NOW).next_on == D(2026, 3, 31)


def test_what_lies_in_a_pause_is_not_made_afterwards(business, owner):
    saved = a_template(business, owner)
    pause(saved, by=owner)
    assert make_due(business, now=NOW) == []
    later = NOW + datetime.timedelta(days=60)
    assert resume(saved, by=owner, now=later).next_on == D(2026, 5, 31)
    assert make_due(business, now=later) == []


def test_resuming_what_was_never_paused_changes_nothing(business, owner):
    saved = a_template(business, owner)
    before = contents()
    assert resume(saved, by=owner, now=NOW).next_on == LAST
    assert contents() == before


def test_pausing_what_is_paused_changes_nothing(business, owner):
    saved = a_template(business, owner)
    pause(saved, by=owner)
    before = contents()
    assert not pause(saved, by=owner).active
    assert contents() == before


def test_a_document_may_be_left_out(business, owner):
    saved = a_template(business, owner, count=2)
    skip(saved, by=owner)
    made = make_due(business, now=NOW)
    assert [one.date for one in made] == [D(2026, 2, 28)]
    skip(saved, by=owner)
    assert RecurringInvoice.objects.get().next_on == D(2026, 4, 30)


def test_what_was_left_out_stays_out_when_the_template_is_edited(business, owner):
    saved = a_template(business, owner)
    skip(saved, by=owner)
    draft = draft_of(business, name="Rent and heating", partner=saved.partner)
    assert save_recurring(saved, draft, by=owner, now=NOW).next_on == D(2026, 2, 28)
    moved = draft_of(business, starts_on=D(2026, 3, 1), partner=saved.partner)
    assert save_recurring(saved, moved, by=owner, now=NOW).next_on == D(2026, 3, 1)


def test_nothing_is_left_out_of_what_has_ended(business, owner):
    saved = a_template(business, owner, count=1)
    make_due(business, now=NOW)
    with refused(Conflict):
        skip(saved, by=owner)


def test_viewers_touch_nothing(business, owner):
    saved, viewer = a_template(business, owner), actor(business, "viewer")
    deeds = [
        lambda: pause(saved, by=viewer),
        lambda: resume(saved, by=viewer, now=NOW),
        lambda: skip(saved, by=viewer),
    ]
    for deed in deeds:
        with refused(NotAllowed):
            deed()
