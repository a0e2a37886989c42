"""Bills: drafted under the contract's names, approved, cancelled and assigned beyond it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Cost, Invoice, Product, Tax
from partners.models import Business, Partner
from tests.api.native.door import Door, ids, read, reference, refusal, unchanged, wrong
from tests.books import history
from tests.factories import (
    NOW,
    PartnerFactory,
    ProjectFactory,
    a_bill,
    a_cost,
    a_key,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
)

FUTURE = datetime.date(2199, 1, 1)


@pytest.fixture
def vendor(business: Business) -> Partner:
    """A vendor who is no customer, with an address for what is bought there."""
    return PartnerFactory(
        business=business,
        name="Planks & Co",
        code="PLANKS",
        is_customer=False,
        is_vendor=True,
        vendor_line1="3 Mill Road",
        vendor_line2="Shed 4",
    )


@pytest.fixture
def saw(business: Business) -> Cost:
    """A cost of the project MILL."""
    return a_cost(business, project=ProjectFactory(business=business, code="MILL"))


@pytest.fixture
def body(vendor: Partner, product: Product) -> dict:
    """The least that the contract wants."""
    return {
        "bill_no": "V-1",
        "date": "2026-03-10",
        "due_date": "2199-01-01",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "vendor": reference(vendor),
        "details": [{"product": reference(product), "quantity": 2, "unit_price": 50}],
    }


@pytest.fixture
def full(body: dict, saw: Cost, product: Product, tax: Tax) -> dict:
    """A bill with every attribute there is."""
    line = {"description": "Oak", "tax": reference(tax)}
    return body | {
        "currency": {"code": "EUR"},
        "currency_rate": 1.0825,
        "po_so_no": "PO 7",
        "memo": "By lorry",
        "discount": 10,
        "details": [body["details"][0] | line],
        "expected_total": 96.30,
        "duplicate_reason": "Sent twice",
        "reference": "ap-7",
        "description": "Planks for the mill",
        "terms": "30 days net",
        "project": reference(saw.project),
        "cost_shares": [{"cost": reference(saw), "percent": 100}],
    }


def shown(public_id: str, body: dict, product: Product, **changes: Any) -> dict:
    """The least bill as it is shown."""
    return {
        "id": public_id,
        "bill_no": "V-1",
        "date": "2026-03-10",
        "due_date": "2199-01-01",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "po_so_no": "",
        "memo": "",
        "vendor": body["vendor"] | {"name": "Planks & Co"},
        "address_line_1": "3 Mill Road",
        "address_line_2": "Shed 4",
        "status": "Outstanding",
        "discount": 0,
        "sub_total": 100,
        "tax_total": 0,
        "total": 100,
        "paid_amount": 0,
        "due_amount": 100,
        "credited_amount": 0,
        "approved": False,
        "expected_total": None,
        "duplicate_reason": "",
        "reference": "",
        "description": "",
        "terms": "",
        "project": None,
        "cost_shares": [],
        "version": 1,
        "details": [
            {
                "product": reference(product),
                "description": "Pancake",
                "quantity": 2,
                "unit_price": 50,
                "line_amount": 100,
                "tax": None,
                "tax_amount": 0,
                "total_amount": 100,
                "discount_amount": 0,
            }
        ],
    } | changes


# --- create ---------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", ["vendor", "customer"])
def test_a_bill_is_posted_outstanding_also_where_the_page_says_customer(
    *, api: Door, body: dict, product: Product, name: str, slash: str
) -> None:
    posted = body | {name: body["vendor"]}
    if name == "customer":
        del posted["vendor"]
    response = api.post(f"bills{slash}", posted)
    stored = Invoice.objects.get()
    assert read(response, 201) == shown(stored.public_id, body, product)
    assert response["ETag"] == '"1"'
    assert (stored.direction, stored.state) == ("received", "received")
    assert read(api.get(f"bills/{stored.public_id}{slash}")) == read(response, 201)


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_bill_is_posted_under_its_vendor(
    api: Door, vendor: Partner, body: dict, product: Product, slash: str
) -> None:
    path = f"partners/{vendor.public_id}/bills{slash}"
    posted = {name: value for name, value in body.items() if name != "vendor"}
    created = read(api.post(path, posted), 201)
    assert created == shown(created["id"], body, product)
    other = PartnerFactory(business=vendor.business)
    lying = posted | {"vendor": reference(other), "bill_no": "V-2"}
    assert read(api.post(path, lying), 201)["vendor"] == created["vendor"]
    assert len(ids(api.get(path))) == 2
    assert ids(api.get(f"partners/{other.public_id}/bills{slash}")) == []


def test_every_attribute_is_kept(
    api: Door, full: dict, product: Product, tax: Tax, saw: Cost
) -> None:
    created = read(api.post("bills/", full), 201)
    kept = {name: full[name] for name in full if name not in ("details", "vendor")}
    kept |= {"expected_total": Decimal("96.3"), "currency_rate": Decimal("1.0825")}
    line = {
        "product": reference(product),
        "description": "Oak",
        "quantity": 2,
        "unit_price": 50,
        "line_amount": 100,
        "tax": reference(tax),
        "tax_amount": Decimal("6.30"),
        "total_amount": Decimal("106.30"),
        "discount_amount": 10,
    }
    assert created == shown(
        created["id"],
        full,
        product,
        **kept,
        sub_total=90,
        tax_total=Decimal("6.30"),
        total=Decimal("96.30"),
        due_amount=Decimal("96.30"),
        details=[line],
    )


@pytest.mark.parametrize(
    "name",
    ["bill_no", "date", "due_date", "currency", "currency_rate", "vendor", "details"],
)
def test_what_the_contract_requires_is_required(
    api: Door, body: dict, name: str
) -> None:
    del body[name]
    with unchanged():
        refused = read(api.post("bills/", body), 400)
    assert refused == wrong(name, "This field is required.")


def test_read_only_attributes_are_passed_over(
    api: Door, body: dict, product: Product
) -> None:
    lies = {
        "status": "Paid",
        "approved": True,
        "total": 1,
        "paid_amount": 100,
        "due_amount": 0,
        "version": 9,
        "address_line_1": "Elsewhere",
        "invoice_no": "X",
    }
    created = read(api.post("bills/", body | lies), 201)
    assert created == shown(created["id"], body, product)


@pytest.mark.parametrize(
    ("change", "status", "code", "field", "message"),
    [
        (
            {"bill_no": "TAKEN"},
            409,
            "duplicate_bill",
            "bill_no",
            (
                "Planks & Co's number TAKEN is booked already; "
                "say why it is booked once more, if it is meant."
            ),
        ),
        (
            {"reference": "taken"},
            409,
            "reference_taken",
            "reference",
            "The reference taken is taken.",
        ),
        (
            {"expected_total": 100.01},
            400,
            "total_differs",
            "expected_total",
            "The lines total 100.00, the paper says 100.01.",
        ),
        (
            {"due_date": "2026-03-09"},
            400,
            "bad_dates",
            "due_date",
            "The due date lies before the date.",
        ),
    ],
)
def test_what_the_books_refuse_is_named(
    *,
    api: Door,
    vendor: Partner,
    body: dict,
    change: dict,
    status: int,
    code: str,
    field: str,
    message: str,
) -> None:
    a_bill(vendor.business, "TAKEN", partner=vendor, reference="taken")
    waiting = a_bill(vendor.business, "V-9", partner=vendor)
    expected = refusal(status, code, message, {field: [message]})
    with unchanged():
        for answer in (
            api.post("bills/", body | change),
            api.put(f"bills/{waiting.public_id}", body | change),
            api.put("bills", body | change | {"id": waiting.public_id}),
        ):
            assert read(answer, status) == expected


def test_a_reason_books_a_number_once_more(
    api: Door, vendor: Partner, body: dict
) -> None:
    a_bill(vendor.business, partner=vendor)
    again = body | {"duplicate_reason": "Two deliveries"}
    assert read(api.post("bills/", again), 201)["duplicate_reason"] == "Two deliveries"


@pytest.mark.parametrize(
    ("percents", "message"),
    [
        ([99.99], "The shares make up 99.99 percent, not 100."),
        ([101], "The shares make up 101 percent, not 100."),
        ([100, 0], "Each share is above 0 percent."),
    ],
)
def test_shares_that_do_not_make_up_the_whole_are_refused(
    api: Door, business: Business, body: dict, percents: list, message: str
) -> None:
    mill = ProjectFactory(business=business)
    shares = [
        {"cost": reference(a_cost(business, project=mill)), "percent": percent}
        for percent in percents
    ]
    posted = body | {"project": reference(mill), "cost_shares": shares}
    with unchanged():
        refused = read(api.post("bills/", posted), 400)
    assert refused == refusal(400, "bad_shares", message, {"cost_shares": [message]})


def test_costs_of_another_project_are_refused(
    api: Door, business: Business, body: dict, saw: Cost
) -> None:
    message = "Each cost must belong to the project."
    expected = refusal(400, "bad_shares", message, {"cost_shares": [message]})
    shares = {"cost_shares": [{"cost": reference(saw), "percent": 100}]}
    elsewhere = {"project": reference(ProjectFactory(business=business))}
    with unchanged():
        for posted in (body | shares, body | shares | elsewhere):
            assert read(api.post("bills/", posted), 400) == expected


# --- update ---------------------------------------------------------------------------


def ways(public_id: str) -> list[tuple[str, str, dict]]:
    """Every way to replace a bill: method, path, and the id in the body or not."""
    in_body = {"id": public_id}
    return [
        ("PUT", "bills", in_body),
        ("PUT", "bills/", in_body),
        ("POST", "bills", in_body),
        ("POST", "bills/", in_body),
        ("PUT", f"bills/{public_id}", {}),
        ("PUT", f"bills/{public_id}/", {}),
    ]


def test_a_client_of_the_original_replaces_all_that_it_knows(
    api: Door, body: dict, full: dict, product: Product
) -> None:
    """What the contract does not have stays: that client cannot send it back."""
    full = full | {"expected_total": None}
    created = read(api.post("bills/", full), 201)
    beyond = ("duplicate_reason", "reference", "description", "terms")
    kept = {name: full[name] for name in (*beyond, "project", "cost_shares")}
    for version, (method, path, known) in enumerate(ways(created["id"]), start=2):
        response = api.send(method, path, body | known)
        expected = shown(created["id"], body, product, version=version, **kept)
        assert read(response) == expected
        assert response["ETag"] == f'"{version}"'


def test_what_is_beyond_the_contract_is_changed_by_naming_it(
    api: Door, body: dict, full: dict, product: Product
) -> None:
    created = read(api.post("bills/", full), 201)
    nothing: dict[str, Any] = {
        "expected_total": None,
        "duplicate_reason": "",
        "reference": None,
        "description": "",
        "terms": None,
        "project": None,
        "cost_shares": [],
    }
    replaced = read(api.put(f"bills/{created['id']}", body | nothing))
    assert replaced == shown(created["id"], body, product, version=2)


def test_the_answer_of_get_can_be_put_back(api: Door, full: dict) -> None:
    created = read(api.post("bills/", full), 201)
    assert read(api.put("bills/", created)) == created | {"version": 2}


@pytest.mark.parametrize(
    "change",
    [
        {"memo": "New"},
        {"bill_no": "V-9"},
        {"due_date": "2199-12-31"},
        {"terms": "At once"},
        {"cost_shares": []},
        {"project": None, "cost_shares": []},
        {"expected_total": None},
        {},
    ],
)
def test_patch_changes_what_it_names_and_nothing_else(
    api: Door, full: dict, change: dict
) -> None:
    before = read(api.post("bills/", full), 201)
    response = api.patch(f"bills/{before['id']}", change)
    assert read(response) == before | change | {"version": 2}
    assert response["ETag"] == '"2"'


def test_moved_to_another_project_a_bill_loses_its_shares(
    api: Door, business: Business, full: dict
) -> None:
    before = read(api.post("bills/", full), 201)
    other = {"project": reference(ProjectFactory(business=business))}
    after = read(api.patch(f"bills/{before['id']}", other))
    assert after == before | other | {"cost_shares": [], "version": 2}


def test_an_approved_bill_can_no_longer_be_changed(
    api: Door, business: Business, body: dict
) -> None:
    bill = an_approved_bill(business)
    message = "V-1 is approved; only what waits for approval can be changed."
    patch: tuple[str, str, dict] = ("PATCH", f"bills/{bill.public_id}", {})
    with unchanged():
        for method, path, known in [*ways(bill.public_id), patch]:
            refused = read(api.send(method, path, body | known), 409)
            assert refused == refusal(409, "not_a_draft", message)


def test_if_match_guards_every_write(api: Door, business: Business, body: dict) -> None:
    bill = a_bill(business)
    one = f"bills/{bill.public_id}"
    stale = {"If-Match": '"7"'}
    message = "Someone else changed the document; read it again."
    with unchanged():
        for method, path, known in [
            *ways(bill.public_id),
            ("PATCH", one, {}),
            ("DELETE", one, {}),
            *(
                ("POST", f"{one}/{verb}", {"project": None})
                for verb in ("approve", "cancel", "assign")
            ),
        ]:
            answer = api.send(method, path, body | known, headers=stale)
            assert read(answer, 412) == refusal(412, "stale_document", message)


# --- delete ---------------------------------------------------------------------------


def test_a_bill_that_waits_is_deleted(api: Door, business: Business) -> None:
    bill = a_bill(business)
    response = api.delete(f"bills/{bill.public_id}/")
    assert (response.status_code, response.content) == (204, b"")
    assert not Invoice.objects.exists()


def test_an_approved_bill_is_cancelled_and_stays(api: Door, business: Business) -> None:
    bill = an_approved_bill(business)
    response = api.delete(f"bills/{bill.public_id}/")
    assert (response.status_code, response.content) == (204, b"")
    after = read(api.get(f"bills/{bill.public_id}"))
    assert (after["status"], after["due_amount"], after["approved"]) == (
        "Cancelled",
        0,
        False,
    )
    assert history(bill)[-1] == ("invoice.cancelled", {"reason": "Deleted by a client"})


def test_a_bill_of_which_something_is_paid_is_not_deleted(
    api: Door, business: Business
) -> None:
    bill = an_approved_bill(business)
    a_payment(business, bill, 1, direction="out")
    message = "Undo its payments and credits first."
    with unchanged():
        refused = read(api.delete(f"bills/{bill.public_id}"), 409)
    assert refused == refusal(409, "has_settlements", message)


# --- approve, cancel, assign ------------------------------------------------------------


def test_approving_makes_a_bill_final(api: Door, body: dict, product: Product) -> None:
    created = read(api.post("bills/", body), 201)
    path = f"bills/{created['id']}/approve/"
    response = api.post(path, headers={"If-Match": '"1"'})
    assert read(response) == created | {"approved": True, "version": 2}
    assert response["ETag"] == '"2"'
    message = "V-1 is approved; it does not wait for approval."
    with unchanged():
        assert read(api.post(path), 409) == refusal(409, "not_received", message)


def test_an_approved_bill_shows_its_vendor_as_it_was(
    api: Door, business: Business, vendor: Partner
) -> None:
    bill = an_approved_bill(business, partner=vendor)
    vendor.name, vendor.vendor_line1 = "Renamed", "Moved"
    vendor.save()
    after = read(api.get(f"bills/{bill.public_id}"))
    assert after["vendor"]["name"] == "Planks & Co"
    assert after["address_line_1"] == "3 Mill Road"


def test_a_vendor_without_an_own_address_is_shown_at_the_billing_one(
    api: Door, business: Business
) -> None:
    vendor = PartnerFactory(business=business, billing_line2="Second floor")
    for bill in (
        a_bill(business, 1, partner=vendor),
        an_approved_bill(business, number=2, partner=vendor),
    ):
        after = read(api.get(f"bills/{bill.public_id}"))
        lines = (after["address_line_1"], after["address_line_2"])
        assert lines == ("2 Market Square", "Second floor")


@pytest.mark.parametrize("approved", [True, False])
def test_a_bill_is_cancelled_for_a_reason(
    api: Door, business: Business, approved: bool
) -> None:
    bill = an_approved_bill(business) if approved else a_bill(business)
    before = read(api.get(f"bills/{bill.public_id}"))
    path = f"bills/{bill.public_id}/cancel/"
    after = read(api.post(path, {"reason": "Not ordered"}))
    assert after == before | {
        "status": "Cancelled",
        "due_amount": 0,
        "approved": False,
        "version": before["version"] + 1,
    }
    assert history(bill)[-1] == ("invoice.cancelled", {"reason": "Not ordered"})
    with unchanged():
        assert read(api.post(path), 409)["apierror"]["code"] == "not_issued"
        read(api.delete(f"bills/{bill.public_id}"), 409)


@pytest.mark.parametrize("approved", [True, False])
def test_a_bill_is_assigned_and_taken_off(
    api: Door, business: Business, saw: Cost, approved: bool
) -> None:
    bill = an_approved_bill(business) if approved else a_bill(business)
    before = read(api.get(f"bills/{bill.public_id}"))
    path = f"bills/{bill.public_id}/assign/"
    given = {
        "project": reference(saw.project),
        "cost_shares": [{"cost": reference(saw), "percent": 100}],
    }
    version = before["version"]
    assert read(api.post(path, given)) == before | given | {"version": version + 1}
    nothing: dict[str, Any] = {"project": None, "cost_shares": []}
    kept = read(api.post(path, {"project": reference(saw.project)}))
    assert kept == before | given | {"version": version + 2}
    with unchanged():
        refused = read(api.post(path, {}), 400)
        assert refused == wrong("project", "This field is required.")
    taken_off = read(api.post(path, {"project": None}))
    assert taken_off == before | nothing | {"version": version + 3}
    bill.refresh_from_db()
    assert bill.manually_unassigned


def test_what_cannot_be_assigned_is_named(
    api: Door, business: Business, saw: Cost
) -> None:
    path = f"bills/{a_bill(business).public_id}/assign/"
    share = {"cost": reference(saw), "percent": 50}
    half = {"project": reference(saw.project), "cost_shares": [share]}
    lost = {"project": reference(saw.project)}
    lost["cost_shares"] = [share | {"cost": {"id": "dd921fea0"}}]  # type: ignore[assignment]
    message = "The shares make up 50 percent, not 100."
    with unchanged():
        refused = read(api.post(path, half), 400)
        assert refused == refusal(
            400, "bad_shares", message, {"cost_shares": [message]}
        )
        refused = read(api.post(path, lost), 400)
        assert refused == wrong("cost_shares.0.cost", "There is no such row.")
        refused = read(api.post(path, {"project": {"id": "dd921fea0"}}), 400)
        assert refused == wrong("project", "There is no such row.")


VERBS: dict[str, tuple[str, str]] = {
    "create": ("POST", "bills/"),
    "change": ("PATCH", "bills/{waiting}"),
    "approve": ("POST", "bills/{waiting}/approve/"),
    "turn down": ("POST", "bills/{waiting}/cancel/"),
    "withdraw": ("POST", "bills/{owed}/cancel/"),
    "assign": ("POST", "bills/{owed}/assign/"),
    "delete": ("DELETE", "bills/{waiting}"),
}
MAY = {
    "viewer": set[str](),
    "approver": {"approve", "turn down"},
    "clerk": {"create", "change", "assign", "delete"},
    "accountant": {"create", "change", "assign", "delete", "withdraw"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", MAY)
def test_a_role_does_exactly_its_verbs(
    business: Business, body: dict, role: str, verb: str
) -> None:
    ids_of = {
        "waiting": a_bill(business, 1).public_id,
        "owed": an_approved_bill(business, number=2).public_id,
    }
    door = Door(business, a_key(business, role=role))
    method, path = VERBS[verb]
    given = body if verb in ("create", "change") else {"project": None}
    if verb in MAY[role]:
        assert door.send(method, path.format(**ids_of), given).status_code < 300
        return
    with unchanged():
        refused = read(door.send(method, path.format(**ids_of), given), 403)
    assert refused["apierror"]["code"] == "not_allowed"


# --- lists ----------------------------------------------------------------------------


@pytest.fixture
def six(business: Business, vendor: Partner, saw: Cost) -> dict[str, Invoice]:
    """One of each standing, made in no order."""
    by = actor(business)
    day = datetime.date(2026, 2, 1)
    known: dict[str, Any] = {"by": by, "partner": vendor, "due_date": FUTURE}
    bills = {
        "overdue": an_approved_bill(
            business,
            by=by,
            number="Z-1",
            date=datetime.date(2020, 1, 1),
            memo="Pears",
            lines=[a_line(1, 70)],
        ),
        "owed": an_approved_bill(business, **known, number="A-1", date=day),
        "partly": an_approved_bill(business, **known, number="A-2", date=day),
        "paid": an_approved_bill(business, **known, number="A-3", date=day),
        "off": a_bill(business, "A-4", **known, date=day),
        "waiting": a_bill(
            business,
            "A-5",
            **known,
            date=datetime.date(2026, 1, 15),
            project=saw.project,
            reference="ap-7",
        ),
    }
    a_payment(business, bills["partly"], 40, direction="out", by=by)
    a_payment(business, bills["paid"], 100, direction="out", by=by)
    bills["off"].cancel(by=by, reason="")
    return bills


def names(api: Door, six: dict[str, Invoice], query: str) -> list[str]:
    known = {bill.public_id: name for name, bill in six.items()}
    return [known[found] for found in ids(api.get(f"bills?{query}"))]


def test_a_list_is_an_array_of_whole_bills_oldest_first(
    api: Door, six: dict[str, Invoice]
) -> None:
    listed = read(api.get("bills"))
    order = ["overdue", "waiting", "owed", "partly", "paid", "off"]
    assert listed == [read(api.get(f"bills/{six[name].public_id}")) for name in order]
    assert [(row["status"], row["approved"]) for row in listed] == [
        ("Overdue", True),
        ("Outstanding", False),
        ("Outstanding", True),
        ("Paid Partially", True),
        ("Paid", True),
        ("Cancelled", False),
    ]
    assert [row["due_amount"] for row in listed] == [70, 100, 100, 60, 0, 0]
    assert ids(api.get("invoices")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from_date=2026-02-01", ["owed", "partly", "paid", "off"]),
        ("to_date=2026-01-15", ["overdue", "waiting"]),
        ("from_date=2020-01-02&to_date=2026-01-31", ["waiting"]),
        ("bill_no=A-2", ["partly"]),
        ("bill_no=A", []),
        ("status=Outstanding", ["waiting", "owed"]),
        ("status=outstanding&approved=true", ["owed"]),
        ("approved=false", ["waiting", "off"]),
        ("status=overdue,Paid%20Partially", ["overdue", "partly"]),
        ("status=PAID", ["paid"]),
        ("status=Cancelled", ["off"]),
        ("due_to=2026-01-01", ["overdue"]),
        ("total_max=70", ["overdue"]),
        ("currency=EUR", []),
        ("reference=ap-7", ["waiting"]),
        ("q=pear", ["overdue"]),
        ("q=planks%20a-1", ["owed"]),
        ("ordering=-total&status=Overdue,Paid", ["paid", "overdue"]),
        ("ordering=bill_no&status=Overdue,Paid", ["paid", "overdue"]),
        ("per_page=2&page=1", ["owed", "partly"]),
    ],
)
def test_every_filter_finds_exactly_its_bills(
    api: Door, six: dict[str, Invoice], query: str, expected: list[str]
) -> None:
    assert names(api, six, query) == expected


def test_bills_are_found_by_vendor_and_project(
    api: Door, six: dict[str, Invoice], vendor: Partner, saw: Cost
) -> None:
    of_vendor = names(api, six, f"partner={vendor.public_id}")
    assert of_vendor == ["waiting", "owed", "partly", "paid", "off"]
    assert names(api, six, f"project={saw.project.public_id}") == ["waiting"]
    listed = ids(api.get(f"partners/{vendor.public_id}/bills"))
    assert listed == [six[name].public_id for name in of_vendor]


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        (
            "status=Draft",
            "status",
            "Use Outstanding, Paid Partially, Paid, Overdue, Cancelled.",
        ),
        (
            "approved=maybe",
            "approved",
            "Select a valid choice. maybe is not one of the available choices.",
        ),
        (
            "ordering=invoice_no",
            "ordering",
            "Select a valid choice. invoice_no is not one of the available choices.",
        ),
    ],
)
def test_words_that_no_filter_takes_are_named(
    api: Door, query: str, field: str, message: str
) -> None:
    assert read(api.get(f"bills?{query}"), 400) == wrong(field, message)


def test_an_invoice_is_no_bill_and_a_bill_no_invoice(
    api: Door, business: Business
) -> None:
    bill = a_bill(business)
    expected = refusal(404, "not_found", "There is nothing here with this id.")
    assert read(api.get(f"invoices/{bill.public_id}"), 404) == expected
    with unchanged():
        assert read(api.post(f"invoices/{bill.public_id}/issue"), 404) == expected
        assert read(api.delete(f"invoices/{bill.public_id}"), 404) == expected
    bill.approve(by=actor(business), now=NOW)
    assert read(api.get(f"credit_notes/{bill.public_id}"), 404) == expected
