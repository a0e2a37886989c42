"""Recurring invoices in the admin: written, paused and resumed by their verbs."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from invoices.models import RecurringInvoice
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    formset,
    said,
    signed_in,
    staff,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def clerk(own: Books) -> Client:
    return signed_in(staff(own.business, "clerk"))


def today() -> datetime.date:
    return timezone.now().date()


def line(**values: Any) -> dict[str, Any]:
    return {"description": "Rent", "quantity": "1", "unit_price": "50", **values}


def posted(own: Books, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    head = {
        "business": own.business.pk,
        "name": "Rent",
        "partner": own.partner.pk,
        "currency": "usd",
        "discount_percent": "0",
        "every": "month",
        "interval": "1",
        "starts_on": today().isoformat(),
        "makes": "draft",
        "due_days": "14",
    }
    return head | formset("lines", *(lines or [line()])) | values


def of(own: Books) -> RecurringInvoice:
    return RecurringInvoice.objects.filter(business=own.business).latest("id")


def test_a_schedule_is_saved_with_its_lines(own: Books, clerk: Client) -> None:
    taxed = line(product=own.product.pk, tax=own.tax.pk, unit_price="7.5")
    data = posted(own, line(), taxed, count="3")
    response = clerk.post(url(RecurringInvoice, "add"), data)
    assert response.status_code == 302, errors(response)
    row = of(own)
    assert (row.name, row.currency, row.due_days, row.count) == ("Rent", "USD", 14, 3)
    assert (row.next_on, row.made, row.active) == (today(), 0, True)
    lines = row.lines.order_by("position")
    assert list(lines.values_list("position", "product", "tax", "unit_price")) == [
        (1, None, None, Decimal(50)),
        (2, own.product.pk, own.tax.pk, Decimal("7.5")),
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, []),
        ({"count": "3"}, ["3 documents"]),
        ({"until": "{start}"}, ["1 document "]),
        ({"memo": "x"}, ["5 documents"]),
    ],
)
def test_a_start_in_the_past_warns_of_what_comes_at_once(
    own: Books, clerk: Client, values: dict[str, str], told: list[str]
) -> None:
    start = str(today() - datetime.timedelta(days=30))
    past = {"every": "week", "starts_on": start} if values else {}
    given = {name: text.format(start=start) for name, text in values.items()}
    data = posted(own, **past, **given)
    response = clerk.post(url(RecurringInvoice, "add"), data, follow=True)
    warnings = [text for text in said(response) if "begins in the past" in text]
    assert len(warnings) == len(told), said(response)
    for text, words in zip(warnings, told, strict=True):
        assert f": {words}" in text and start in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"until": "2000-01-01"}, "until"),
        ({"starts_on": "2000-01-01"}, "starts_on"),
        ({"interval": "0"}, "interval"),
        ({"count": "0"}, "count"),
        ({"currency": "XX"}, "currency"),
        ({"due_days": "9999"}, "due_days"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused_at_its_field(
    own: Books, clerk: Client, values: dict[str, str], field: str
) -> None:
    before = everything()
    response = clerk.post(url(RecurringInvoice, "add"), posted(own, **values))
    assert errors(response)
    assert list(response.context["adminform"].form.errors) == [field]
    assert everything() == before


def test_a_line_that_makes_no_sense_is_refused_at_its_line(
    own: Books, clerk: Client
) -> None:
    before = everything()
    data = posted(own, line(), line(quantity="1e12"))
    response = clerk.post(url(RecurringInvoice, "add"), data)
    assert errors(response)
    assert everything() == before


def revision(row: RecurringInvoice, own: Books, **values: Any) -> dict[str, Any]:
    known = row.lines.get()
    kept = {"id": known.pk, "recurring": row.pk, **line(description="More")}
    data = posted(own, starts_on=row.starts_on.isoformat(), **values)
    del data["business"]
    version = {"seen_version": row.version}
    return version | data | formset("lines", kept, initial=1) | values


def test_a_schedule_is_replaced_as_a_whole(own: Books, clerk: Client) -> None:
    clerk.post(url(RecurringInvoice, "add"), posted(own))
    row = of(own)
    response = clerk.post(url(row, "change"), revision(row, own, name="Renamed"))
    assert response.status_code == 302, errors(response)
    row.refresh_from_db()
    assert (row.name, row.version) == ("Renamed", 2)
    assert [part.description for part in row.lines.all()] == ["More"]


def test_an_older_page_does_not_overwrite_a_newer_one(
    own: Books, clerk: Client
) -> None:
    clerk.post(url(RecurringInvoice, "add"), posted(own))
    row = of(own)
    before = everything()
    data = revision(row, own, seen_version=row.version - 1)
    assert "Someone else changed" in " ".join(
        errors(clerk.post(url(row, "change"), data))
    )
    assert everything() == before


def test_a_schedule_is_paused_resumed_and_one_left_out(
    own: Books, clerk: Client
) -> None:
    clerk.post(url(RecurringInvoice, "add"), posted(own, every="week"))
    row = of(own)
    assert said(act(clerk, "pause", row))[-1] == "Paused Rent."
    row.refresh_from_db()
    assert not row.active
    assert 'value="resume"' in clerk.get(url(row, "change")).content.decode()
    assert said(act(clerk, "resume", row)) == [
        f"Resumed Rent; the next document is dated {today()}."
    ]
    later = today() + datetime.timedelta(days=7)
    assert said(act(clerk, "skip", row, confirmed="yes")) == [
        f"Rent: the next document is dated {later}."
    ]


def test_a_viewer_pauses_nothing(own: Books) -> None:
    viewer = signed_in(staff(own.business, "viewer"))
    row = of(own)
    before = everything(own.business)
    for action in ("pause", "resume", "skip"):
        act(viewer, action, row, confirmed="yes")
    assert everything(own.business) == before
