"""The history of the books and the chain that seals it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models

from invoices.models import Event, Invoice
from invoices.models.event import broken_link, seal
from partners.models import Business
from tests.books import contents
from tests.factories import BusinessFactory, a_draft, actor, an_issued_invoice


def chain(business: Business) -> list[Event]:
    return list(Event.objects.for_business(business).order_by("id"))


def set_column(event: Event, column: str, value: str) -> None:
    """Change one column as somebody with a database console would."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = {value} WHERE id = %s",  # noqa: S608
            [event.pk],
        )


@pytest.fixture
def sealed(business, owner) -> list[Event]:
    """Four events of two documents, sealed."""
    for _ in range(2):
        an_issued_invoice(business, by=owner)
    assert seal(business) == 4
    return chain(business)


def test_an_event_says_who_did_what_to_which_row_when(business, owner):
    before = datetime.datetime.now(datetime.UTC)
    draft = a_draft(business, by=owner)
    facts = {"text": "é", "number": 1, "none": None, "amount": Decimal("1.50")}
    event = Event.record(
        draft, "invoice.noticed", by=owner, day=datetime.date(2026, 3, 1), **facts
    )
    event.refresh_from_db()
    assert before <= event.at <= datetime.datetime.now(datetime.UTC)
    assert (event.business_id, event.user_id, event.actor) == (
        business.pk,
        owner.user_id,
        owner.name,
    )
    assert (event.verb, event.subject, event.subject_id) == (
        "invoice.noticed",
        "invoice",
        draft.pk,
    )
    assert event.facts == facts | {"amount": "1.50", "day": "2026-03-01"}
    assert (event.position, event.previous_hash, event.hash) == (None, "", "")
    assert list(Event.objects.about(draft)) == chain(business)


def test_sealing_chains_what_is_new_in_order(business, owner, sealed):
    assert [event.position for event in sealed] == [1, 2, 3, 4]
    assert sealed[0].previous_hash == "0" * 64
    links = zip(sealed[1:], sealed, strict=False)
    assert all(event.previous_hash == before.hash for event, before in links)
    assert seal(business) == 0

    a_draft(business, by=owner)
    assert broken_link(business) is None
    assert seal(business) == 1
    assert chain(business)[-1].position == 5
    assert broken_link(business) is None


def test_sealing_goes_on_past_a_batch(business, owner, monkeypatch):
    monkeypatch.setattr("invoices.models.event._BATCH", 2)
    for _ in range(5):
        a_draft(business, by=owner)
    assert seal(business) == 5
    assert [event.position for event in chain(business)] == [1, 2, 3, 4, 5]
    assert broken_link(business) is None


def test_every_business_has_its_own_chain(business, sealed):
    other = BusinessFactory()
    a_draft(other)
    assert seal(other) == 1
    assert chain(other)[0].previous_hash == "0" * 64
    set_column(chain(other)[0], "verb", "'forged'")
    assert broken_link(business) is None
    assert broken_link(other) is not None


def test_sealing_changes_nothing_but_the_seals(business, owner):
    an_issued_invoice(business, by=owner)
    seals = {"position": None, "previous_hash": "", "hash": ""}
    before = contents()
    seal(business)
    models.QuerySet(Event).update(**seals)
    assert contents() == before


FORGERIES: dict[str, str] = {
    "id": "id + 1000000",
    "at": "at + interval '1 microsecond'",
    "user_id": "NULL",
    "actor": "actor || ' '",
    "verb": "'forged'",
    "subject": "'payment'",
    "subject_id": "subject_id + 1",
    "facts": """facts || '{"total": "1.00"}'""",
    "position": "position + 1000",
    "previous_hash": "repeat('a', 64)",
    "hash": "repeat('a', 64)",
}


def test_every_column_has_a_forgery():
    columns = {field.column for field in Event._meta.concrete_fields}
    assert set(FORGERIES) == columns - {"business_id"}


@pytest.mark.parametrize("column", FORGERIES)
@pytest.mark.parametrize("place", [0, 1])
def test_a_forged_column_breaks_the_chain(business, sealed, column, place):
    set_column(sealed[place], column, FORGERIES[column])
    link = broken_link(business)
    assert link is not None
    # What is moved away is missed where it was.
    expected = sealed[place + 1] if column == "position" else sealed[place]
    assert column == "id" or link.pk == expected.pk


def test_an_event_moved_to_another_business_breaks_both_chains(business, sealed):
    other = BusinessFactory()
    a_draft(other)
    seal(other)
    set_column(sealed[1], "business_id", str(other.pk))
    assert broken_link(business) == sealed[2]
    assert broken_link(other) is not None


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_removed_event_breaks_the_chain(business, sealed, place):
    models.QuerySet(Event).filter(pk=sealed[place].pk).delete()
    assert broken_link(business) == sealed[place + 1]


def test_two_events_that_change_places_break_the_chain(business, sealed):
    first, second = sealed[1:3]
    set_column(first, "position", "99")
    set_column(second, "position", "2")
    set_column(first, "position", "3")
    assert broken_link(business) == second


def test_a_forger_who_seals_again_is_found_at_the_next_link(business, sealed):
    forged: Any = sealed[1]
    forged.verb = "forged"
    set_column(forged, "verb", "'forged'")
    set_column(forged, "hash", f"'{forged.digest(2, forged.previous_hash)}'")
    assert broken_link(business) == sealed[2]


def test_history_outlives_the_draft(business, owner):
    draft = a_draft(business, by=owner)
    gone = Invoice(pk=draft.pk, business=business)
    draft.delete(by=owner)
    assert [event.verb for event in Event.objects.about(gone)] == [
        "invoice.drafted",
        "invoice.deleted",
    ]


def test_the_history_of_one_business_is_not_another_s(business, owner):
    other = BusinessFactory()
    a_draft(other, by=actor(other))
    draft = a_draft(business, by=owner)
    assert [event.subject_id for event in chain(business)] == [draft.pk]
