"""The same upsert from two threads at once ends in one row."""

from __future__ import annotations

from collections import Counter

import pytest

from invoices.models import CostCategory, Event, Invoice
from partners.models import Partner
from payments.models import Payment
from tests.api.finario.door import Door
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15
BODY = {"amount": 10, "date": "2016-11-30", "number": "42"}


def statuses(api: Door, method: str, path: str, *bodies: dict) -> Counter[object]:
    """What each of the bodies, sent at the same time, was answered with."""
    doors = [Door(api.business, api.key) for _ in bodies]
    outcomes = race(
        *(
            [lambda d=door, b=body: d.send(method, path, b).status_code]
            for door, body in zip(doors, bodies, strict=True)
        )
    )
    return Counter(outcomes)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_new_invoice_sent_twice_at_once_is_one(api, vendor, cost, legacy) -> None:
    for n in range(ROUNDS):
        path = f"investments/WORKSHOP/vendors/TIMBER/invoices/r{n}"
        body = BODY | {"number": f"N{n}"}
        if legacy:
            path = f"investments/WORKSHOP/invoices/r{n}"
            body |= {"vendor_id": "TIMBER"}
        found = statuses(api, "POST" if legacy else "PUT", path, body, body)
        assert found == {200 if legacy else 204: 2}
    assert Invoice.objects.count() == ROUNDS
    assert Event.objects.filter(verb="invoice.drafted").count() == ROUNDS
    assert not Event.objects.filter(verb="invoice.revised").exists()


def test_two_different_upserts_of_one_new_reference_leave_one_invoice(
    api, vendor, cost
) -> None:
    for n in range(ROUNDS):
        path = f"investments/WORKSHOP/vendors/TIMBER/invoices/r{n}"
        bodies = [BODY | {"number": f"N{n}", "amount": amount} for amount in (10, 20)]
        assert statuses(api, "PUT", path, *bodies) == {204: 2}
    assert Invoice.objects.count() == ROUNDS
    assert set(Invoice.objects.values_list("total", flat=True)) <= {10, 20}


def test_two_changes_of_one_invoice_both_count(api, vendor, cost) -> None:
    path = "investments/WORKSHOP/vendors/TIMBER/invoices/r"
    assert api.put(path, BODY).status_code == 204
    for n in range(ROUNDS):
        bodies = [BODY | {"amount": 100 + n}, BODY | {"amount": 200 + n}]
        assert statuses(api, "PUT", path, *bodies) == {204: 2}
    assert Invoice.objects.get().version == 1 + 2 * ROUNDS


def test_many_different_upserts_of_one_reference_are_all_heard(
    api, vendor, cost
) -> None:
    path = "investments/WORKSHOP/vendors/TIMBER/invoices/r"
    for n in range(6):
        bodies = [BODY | {"amount": 100 * n + m} for m in range(12)]
        assert statuses(api, "PUT", path, *bodies) == {204: 12}
    assert Invoice.objects.count() == 1


def test_a_new_payment_sent_twice_at_once_is_one(api, vendor, cost, bank) -> None:
    for n in range(ROUNDS):
        path = f"investments/WORKSHOP/payments/p{n}"
        body = {"amount": 10, "date": "2016-11-30"}
        assert statuses(api, "PUT", path, body, body) == {204: 2}
    assert Payment.objects.count() == ROUNDS


def test_a_new_category_sent_often_at_once_is_one_in_one(api) -> None:
    body = {"name": "Saws", "parent_name": "Tools"}
    found = statuses(api, "POST", "cost_categories", *[body] * 10)
    assert found == {201: 1, 422: 9}
    names = CostCategory.objects.values_list("name", "parent__name")
    assert set(names) == {("Saws", "Tools"), ("Tools", None)}
    assert len(names) == 2


def test_a_new_vendor_sent_twice_at_once_is_one(api) -> None:
    for n in range(ROUNDS):
        body = {"name": "x", "external_ids": [f"e{n}"]}
        assert statuses(api, "PUT", f"vendors/v{n}", body, body) == {204: 2}
    assert Partner.objects.count() == ROUNDS
