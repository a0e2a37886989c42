"""Deleting: drafts only, by owners and accountants, all or none."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Event, Invoice
from partners.access import Actor
from partners.models import Business
from tests.api.cannlytics.door import NOT_TO_DELETE, Door, read, refusal, unchanged
from tests.factories import NOW, a_draft, a_key, a_payment, an_issued_invoice

DONE: dict[str, Any] = {"success": True, "data": []}


@pytest.mark.parametrize("name", ["", "TEST"])
def test_an_id_that_never_was_is_deleted_already(api: Door, name: str) -> None:
    body = {"invoice_id": "TEST"}
    with unchanged():
        assert read(api.delete(body, name or None)) == DONE
        assert read(api.delete([body, body])) == DONE


@pytest.mark.parametrize("name", ["x" * 121, "a/b", ".."])
def test_what_can_be_no_id_was_never_there(api: Door, name: str) -> None:
    with unchanged():
        assert read(api.delete({"invoice_id": name})) == DONE


def test_twice_is_once(api: Door) -> None:
    api.saved({"invoice_id": "A"})
    for _ in range(2):
        assert read(api.delete({"invoice_id": "A"})) == DONE
    verbs = Event.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["invoice.drafted", "invoice.deleted"]


def test_one_from_elsewhere_by_its_public_id(
    api: Door, business: Business, owner: Actor
) -> None:
    one, two = (a_draft(business, by=owner) for _ in range(2))
    assert read(api.delete(None, one.public_id)) == DONE
    assert read(api.delete({"invoice_id": two.public_id})) == DONE
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("fate", ["issued", "paid", "void", "written_off"])
def test_anything_but_a_draft_stays(
    api: Door, business: Business, owner: Actor, fate: str
) -> None:
    invoice = an_issued_invoice(business, by=owner, reference="A", number="N-1")
    if fate == "paid":
        a_payment(business, invoice, 100, by=owner)
    if fate == "void":
        invoice.void(by=owner, reason="Twice", now=NOW)
    if fate == "written_off":
        invoice.write_off(by=owner, reason="Gone")
    api.saved({"invoice_id": "B"})
    state = "issued" if fate == "paid" else fate
    message = f"N-1 is {state}; only a draft can be changed."
    with unchanged():
        assert read(api.delete({"invoice_id": "A"}), 409) == refusal(message)
        assert read(api.delete(None, "A"), 409) == refusal(message)
        several = [{"invoice_id": "B"}, {"invoice_id": "A"}]
        told = refusal(f"Entry 2 (A): {message}")
        assert read(api.delete(several), 409) == told


@pytest.mark.parametrize("role", ["clerk", "approver", "viewer"])
@pytest.mark.parametrize("name", [None, "A"])
def test_a_mere_team_member_does_not_delete(
    api: Door, business: Business, role: str, name: str | None
) -> None:
    api.saved({"invoice_id": "A"})
    door = Door(business, a_key(business, role=role))
    with unchanged():
        response = door.delete({"invoice_id": "A"}, name)
        assert read(response, 403) == refusal(NOT_TO_DELETE)


@pytest.mark.parametrize("role", ["owner", "accountant"])
def test_owners_and_quality_assurance_do(
    api: Door, business: Business, role: str
) -> None:
    api.saved({"invoice_id": "A"})
    door = Door(business, a_key(business, role=role))
    assert read(door.delete({"invoice_id": "A"})) == DONE


def test_a_key_without_the_scope_does_not(api: Door, business: Business) -> None:
    api.saved({"invoice_id": "A"})
    door = Door(business, a_key(business, scopes=["view", "draft"]))
    with unchanged():
        assert read(door.delete(None, "A"), 403) == refusal(NOT_TO_DELETE)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": "\\u0000"}'])
def test_a_body_that_is_no_json_deletes_nothing(api: Door, body: bytes) -> None:
    api.saved({"invoice_id": "A"})
    with unchanged():
        for name in (None, "A"):
            assert read(api.delete(body, name), 400)["error"] is True


def test_another_businesss_draft_is_not_ours_to_delete(
    api: Door, stranger: Door
) -> None:
    stranger.saved({"invoice_id": "A"})
    theirs = Invoice.objects.get()
    with unchanged():
        for name in ("A", theirs.public_id):
            assert read(api.delete(None, name)) == DONE
            assert read(api.delete([{"invoice_id": name}])) == DONE
            assert api.one(name) is None
