"""Every role × deed × state of documents, at every door: the table holds, cell by cell.

A cell is tried for real and undone. What is refused must have left the document, its
parts, mails, payments and history as they were; done means that an event tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from invoices.models import CostShare, Delivery, Event, Invoice, InvoiceLine
from partners.access import Role
from partners.deeds import DEEDS, may
from partners.models import ApiKey
from payments.models import Allocation, Payment
from tests.admin_cast import signed_in, staff
from tests.api.native.door import Door
from tests.permissions.documents_in_every_state import BILLS, SALES, Office, office
from tests.permissions.table import LEGAL, expected

pytestmark = pytest.mark.django_db

CONFIRMED = {"confirmed": "yes", "reason": "Because"}
# Cancelling is two deeds: turning down what waits, and taking an approval back.
CANCEL = dict.fromkeys(BILLS, "withdraw_approval") | {"received": "turn_down"}
OF_SALES = {
    "issue": "issue",
    "remind": "remind",
    "hold": "hold",
    "dispute": "dispute",
    "settle_dispute": "settle",
    "void": "void",
    "credit": "credit",
    "write_off": "write_off",
    "delete": "delete_drafts",
    "record_payment": "record_payments",
}
OF_BILLS = {
    "approve": "approve",
    "turn_down": "cancel",
    "withdraw_approval": "cancel",
    "assign": "assign",
    "delete": "delete_drafts",
    "record_payment": "record_payments",
}
AT_THE_DESK = {"hold": "hold", "dispute": "dispute", "settle_dispute": "settle"}

Try = Callable[[Office, str, Invoice], Any]


def cells(states: tuple[str, ...], deeds: Any) -> Iterator[tuple[str, str]]:
    """Each deed in each state; cancelling only as the deed that it is there."""
    for deed in deeds:
        for state in states:
            if deed not in CANCEL.values() or CANCEL.get(state, deed) == deed:
                yield deed, state


def admin(client: Client) -> tuple[Try, Try]:
    """The admin's actions on sales, and on bills."""

    def act(model: str, names: dict[str, str]) -> Try:
        def tried(office: Office, deed: str, document: Invoice) -> Any:
            choice = {"record_payment": office.account.pk, "assign": "nowhere"}.get(
                deed, ""
            )
            data = {"action": names[deed], "_selected_action": document.pk}
            where = reverse(f"admin:invoices_{model}_changelist")
            return client.post(where, data | CONFIRMED | {"choice": choice})

        return tried

    return act("invoice", OF_SALES), act("bill", OF_BILLS)


def native(office: Office, role: Role) -> Try:
    """The native API."""
    user = staff(office.business, role)
    door = Door(office.business, ApiKey.create(office.business, user)[1])
    bodies: dict[str, Any] = {
        "assign": {"project": None},
        "record_payment": {
            "date": str(office.documents["issued"].date),
            "currency_rate": 1,
            "amount": 5,
            "payment_account": {"id": office.account.public_id},
        },
    }

    def by_api(office: Office, deed: str, document: Invoice) -> Any:
        bill = document.direction == "received"
        place = f"{'bills' if bill else 'invoices'}/{document.public_id}/"
        if deed == "delete":
            return door.send("DELETE", place)
        pay = "billpayments" if bill else "invoicepayments"
        verb = {"record_payment": pay} | dict.fromkeys(CANCEL.values(), "cancel")
        body = bodies.get(deed, {"reason": "Because"})
        if deed in ("issue", "approve", "send", "remind", "settle_dispute", "credit"):
            body = {}
        return door.send("POST", f"{place}{verb.get(deed, deed)}/", body)

    return by_api


def desk(client: Client) -> Try:
    """The pages for sending."""

    def tried(office: Office, deed: str, document: Invoice) -> Any:
        args = [office.business.slug, document.public_id]
        if deed != "send":
            where = reverse("send-act", args=[*args, AT_THE_DESK[deed]])
            return client.post(where, {"reason": "Because"})
        letter = client.get(where := reverse("send-compose", args=args))
        if letter.status_code != 200:
            return letter
        typed = letter.context["form"].initial
        return client.post(where, typed | {"again": "on"})

    return tried


def standing(office: Office) -> dict[str, list[Any]]:
    """All that a deed could have changed."""
    kinds: list[type[models.Model]] = [Invoice, InvoiceLine, CostShare, Delivery]
    kinds += [Payment, Allocation, Event]
    return {
        kind.__name__: list(
            models.QuerySet(kind)
            .filter(business=office.business)
            .order_by("pk")
            .values_list()
        )
        for kind in kinds
    }


def due_here(tried: Try, role: Role, deed: str, state: str) -> str:
    """As the table says, but for two requests of the API that are several deeds.

    DELETE of an approved bill takes the approval back, and paying a bill that waits
    approves it first.
    """
    if tried.__name__ == "by_api" and state in BILLS:
        if deed == "delete" and state != "received":
            return expected(role, "withdraw_approval", state)
        if deed == "record_payment" and state == "received" and may(role, deed):
            return expected(role, "approve", state)
    return expected(role, deed, state)


def mismatches(
    office: Office, role: Role, tried: Try, states: tuple[str, ...], deeds: Any
) -> tuple[int, list[str]]:
    """How many cells were tried, and which were not as the table says."""
    before, wrong, count = standing(office), [], 0
    for deed, state in cells(states, deeds):
        with transaction.atomic():
            response = tried(office, deed, office.documents[state])
            after = standing(office)
            transaction.set_rollback(True)
        count += 1
        due = due_here(tried, role, deed, state)
        done = after["Event"] != before["Event"]
        if done != (due == "done") or (not done and after != before):
            wrong.append(f"{role} {deed} {state}: {response.status_code}, not {due}")
        elif tried.__name__ == "by_api":
            good = {"done": range(200, 300), "role": [403], "state": range(400, 430)}
            if response.status_code not in good[due]:
                wrong.append(f"{role} {deed} {state} by API: {response.status_code}")
    return count, wrong


@pytest.mark.parametrize("role", list(Role))
def test_every_deed_in_every_state_is_as_the_table_says(role: Role) -> None:
    assert set(LEGAL) <= set(DEEDS)
    place = office()
    client = signed_in(staff(place.business, role))
    sales, bills = admin(client)
    api = native(place, role)
    tried = [
        mismatches(place, role, sales, SALES, OF_SALES),
        mismatches(place, role, bills, BILLS, OF_BILLS),
        mismatches(place, role, api, SALES, [*OF_SALES, "send"]),
        mismatches(place, role, api, BILLS, OF_BILLS),
        mismatches(place, role, desk(client), SALES, [*AT_THE_DESK, "send"]),
    ]
    print(f"{role}: {sum(count for count, _ in tried)} cells")  # noqa: T201 - for -s
    wrong = [line for _, lines in tried for line in lines]
    assert not wrong, "\n".join(wrong)
