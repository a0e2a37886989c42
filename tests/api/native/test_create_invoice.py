"""POST of an invoice: every attribute, its defaults, and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from invoices.models import Account, Event, Invoice, Product, Tax
from partners.models import Business, Partner
from tests.api.native.door import (
    UNSENT,
    Door,
    read,
    reference,
    refusal,
    unchanged,
    wrong,
)
from tests.factories import (
    PartnerFactory,
    ProductFactory,
    ProjectFactory,
    TaxFactory,
    a_draft,
    a_key,
)

REQUIRED = "This field is required."
UNKNOWN = "There is no such row."


@pytest.fixture
def body(product: Product) -> dict:
    """The least that makes an invoice."""
    return {
        "invoice_no": "A-1",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "details": [{"product": reference(product), "quantity": 2, "unit_price": 15}],
    }


@pytest.fixture
def full(body: dict, product: Product, tax: Tax) -> dict:
    """Every attribute that can be written."""
    taxed = {
        "product": reference(product),
        "description": "Five stacks",
        "quantity": 5,
        "unit_price": 400,
        "tax": reference(tax),
    }
    return body | {
        "currency": {"code": "EUR"},
        "currency_rate": 1.0825,
        "po_so_no": "PO 7",
        "memo": "Thank you",
        "reference": "order-7",
        "description": "Breakfast",
        "terms": "30 days net",
        "discount": 10,
        "details": [*body["details"], taxed],
    }


def shown(full: dict, customer: Partner) -> dict:
    """What the full document answers with, but for its id."""
    plain, taxed = full["details"]
    return {
        "invoice_no": "A-1",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": {"code": "EUR"},
        "currency_rate": Decimal("1.0825"),
        "po_so_no": "PO 7",
        "memo": "Thank you",
        "customer": {"id": customer.public_id, "name": "Susan"},
        "address_line_1": "2 Market Square",
        "address_line_2": "Second floor",
        "status": "Draft",
        "discount": 10,
        "sub_total": 1827,
        "tax_total": 126,
        "total": 1953,
        "paid_amount": 0,
        "due_amount": 1953,
        "credited_amount": 0,
        "credits": None,
        "reference": "order-7",
        "description": "Breakfast",
        "terms": "30 days net",
        "project": None,
        **UNSENT,
        "version": 1,
        "details": [
            plain
            | {
                "description": "Pancake",
                "line_amount": 30,
                "tax": None,
                "tax_amount": 0,
                "total_amount": 30,
                "discount_amount": 3,
            },
            taxed
            | {
                "line_amount": 2000,
                "tax_amount": 126,
                "total_amount": 2126,
                "discount_amount": 200,
            },
        ],
    }


def path(customer: Partner) -> str:
    return f"partners/{customer.public_id}/invoices/"


def test_every_attribute_is_kept(api: Door, customer: Partner, full: dict) -> None:
    created = read(api.post(path(customer), full), 201)
    stored = Invoice.objects.get()
    assert created == {"id": stored.public_id} | shown(full, customer)
    assert read(api.get(f"invoices/{stored.public_id}/")) == created
    event = Event.objects.get(verb="invoice.drafted")
    assert event.subject_id == stored.pk


def test_read_only_attributes_are_passed_over(
    api: Door, customer: Partner, full: dict
) -> None:
    lies = {
        "id": "dd921fea0",
        "address_line_1": "elsewhere",
        "address_line_2": "elsewhere",
        "status": "Paid",
        "sub_total": 1,
        "tax_total": 1,
        "total": 1,
        "paid_amount": 1,
        "due_amount": 1,
        "credited_amount": 1,
        "credits": {"id": "dd921fea0"},
        "version": 99,
    }
    line_lies = {
        "line_amount": 1,
        "tax_amount": 1,
        "total_amount": 1,
        "discount_amount": 1,
    }
    body = full | lies
    body["details"] = [line | line_lies for line in full["details"]]
    created = read(api.post(path(customer), body), 201)
    assert created == {"id": Invoice.objects.get().public_id} | shown(full, customer)


def test_what_may_be_left_out_is_empty(
    api: Door, customer: Partner, body: dict
) -> None:
    created = read(api.post(path(customer), body), 201)
    texts = ["po_so_no", "memo", "reference", "description", "terms"]
    assert [created[name] for name in texts] == [""] * 5
    assert (created["discount"], created["project"]) == (0, None)
    assert created["details"][0]["description"] == "Pancake"
    assert created["details"][0]["tax"] is None


def test_null_is_the_same_as_left_out(api: Door, customer: Partner, body: dict) -> None:
    texts = ["po_so_no", "memo", "reference", "description", "terms"]
    nulls = dict.fromkeys([*texts, "project", "discount"])
    body["details"][0] |= {"description": None, "tax": None}
    created = read(api.post(path(customer), body | nulls), 201)
    assert [created[name] for name in texts] == [""] * 5
    assert (created["discount"], created["project"]) == (0, None)
    assert created["details"][0]["description"] == "Pancake"


def test_an_invoice_may_belong_to_a_project(
    api: Door, customer: Partner, body: dict
) -> None:
    project = ProjectFactory(business=customer.business)
    posted = body | {"project": reference(project)}
    created = read(api.post(path(customer), posted), 201)
    assert created["project"] == reference(project)
    found = read(api.get(f"invoices?project={project.public_id}"))
    assert found == [created]


def test_the_partner_in_the_path_wins_over_one_in_the_body(
    api: Door, customer: Partner, body: dict
) -> None:
    other = PartnerFactory(business=customer.business)
    posted = body | {"customer": reference(other)}
    created = read(api.post(path(customer), posted), 201)
    assert created["customer"] == {"id": customer.public_id, "name": "Susan"}


def test_without_a_partner_in_the_path_the_body_names_it(
    api: Door, customer: Partner, full: dict
) -> None:
    created = read(api.post("invoices/", full | {"customer": reference(customer)}), 201)
    assert created == {"id": Invoice.objects.get().public_id} | shown(full, customer)


def test_numbers_may_be_texts(api: Door, customer: Partner, body: dict) -> None:
    body["details"][0] |= {"quantity": "0.333333", "unit_price": "3E+2"}
    created = read(api.post(path(customer), body | {"currency_rate": "1"}), 201)
    assert str(created["total"]) == "100.00"


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        ("JPY", b'"sub_total":12346,'),
        ("EUR", b'"sub_total":12345.68,'),
        ("KWD", b'"sub_total":12345.678,'),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    api: Door, customer: Partner, body: dict, currency: str, text: bytes
) -> None:
    body["details"][0] |= {"quantity": 1, "unit_price": 12345.6784}
    response = api.post(path(customer), body | {"currency": {"code": currency}})
    assert response.status_code == 201
    assert text in response.content


@pytest.mark.parametrize(
    "name",
    ["invoice_no", "date", "due_date", "currency", "currency_rate", "details"],
)
def test_required_attributes_are_named(
    api: Door, customer: Partner, body: dict, name: str
) -> None:
    del body[name]
    with unchanged():
        refused = read(api.post(path(customer), body), 400)
    assert refused == wrong(name, REQUIRED)


def test_without_a_partner_anywhere_the_customer_is_required(
    api: Door, body: dict
) -> None:
    with unchanged():
        refused = read(api.post("invoices/", body), 400)
    assert refused == wrong("customer", REQUIRED)


@pytest.mark.parametrize("name", ["product", "quantity", "unit_price"])
def test_required_attributes_of_a_line_are_named_with_the_line(
    api: Door, customer: Partner, body: dict, name: str
) -> None:
    second = {n: v for n, v in body["details"][0].items() if n != name}
    body["details"].append(second)
    with unchanged():
        refused = read(api.post(path(customer), body), 400)
    assert refused == wrong(f"details.1.{name}", REQUIRED)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"invoice_no": ""}, "invoice_no", "This field may not be blank."),
        ({"invoice_no": None}, "invoice_no", "This field may not be null."),
        ({"invoice_no": 1}, "invoice_no", "Not a valid string."),
        (
            {"invoice_no": "x" * 61},
            "invoice_no",
            "Ensure this field has no more than 60 characters.",
        ),
        (
            {"date": "10.03.2026"},
            "date",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        (
            {"date": 20260310},
            "date",
            "Date has wrong format. Use one of these formats instead: yyyy-MM-dd.",
        ),
        (
            {"currency": "USD"},
            "currency",
            'Use an object: {"code": "THB"}.',
        ),
        (
            {"currency": {"code": "DOLLAR"}},
            "currency",
            'Use an object: {"code": "THB"}.',
        ),
        ({"currency_rate": True}, "currency_rate", "A valid number is required."),
        (
            {"currency_rate": 1.123456789},
            "currency_rate",
            "Ensure that there are no more than 8 decimal places.",
        ),
        (
            {"memo": "x" * 2001},
            "memo",
            "Ensure this field has no more than 2000 characters.",
        ),
        ({"details": []}, "details", "Ensure this field has at least 1 elements."),
        (
            {"details": {}},
            "details",
            'Expected a list of items but got type "dict".',
        ),
    ],
)
def test_a_wrong_attribute_is_named(
    *, api: Door, customer: Partner, body: dict, change: dict, field: str, message: str
) -> None:
    with unchanged():
        refused = read(api.post(path(customer), body | change), 400)
    assert refused == wrong(field, message)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"quantity": "many"},
            "details.0.quantity",
            "A valid number is required.",
        ),
        (
            {"unit_price": 1e-7},
            "details.0.unit_price",
            "Ensure that there are no more than 6 decimal places.",
        ),
        (
            {"product": "o89j"},
            "details.0.product",
            'Use an object with an id: {"id": "…"}.',
        ),
        ({"product": {"id": "o89j"}}, "details.0.product", UNKNOWN),
        ({"tax": {"id": "dd921fea0"}}, "details.0.tax", UNKNOWN),
        ({"product": None}, "details.0.product", "This field may not be null."),
    ],
)
def test_a_wrong_attribute_of_a_line_is_named_with_the_line(
    *, api: Door, customer: Partner, body: dict, change: dict, field: str, message: str
) -> None:
    body["details"][0] |= change
    with unchanged():
        refused = read(api.post(path(customer), body), 400)
    assert refused == wrong(field, message)


def test_all_wrong_attributes_are_told_at_once(
    api: Door, customer: Partner, body: dict
) -> None:
    body["details"].append({"quantity": []})
    with unchanged():
        refused = read(api.post(path(customer), body | {"date": ""}), 400)
    assert sorted(refused["apierror"]["fields"]) == [
        "date",
        "details.1.product",
        "details.1.quantity",
        "details.1.unit_price",
    ]


def test_a_taken_number_is_a_conflict(
    api: Door, business: Business, customer: Partner, body: dict
) -> None:
    a_draft(business, number="A-1")
    message = "The number A-1 is taken."
    with unchanged():
        refused = read(api.post(path(customer), body), 409)
    assert refused == refusal(409, "number_taken", message, {"invoice_no": [message]})


def test_a_taken_reference_is_a_conflict(
    api: Door, business: Business, customer: Partner, body: dict
) -> None:
    a_draft(business, reference="order-7")
    message = "The reference order-7 is taken."
    with unchanged():
        refused = read(api.post(path(customer), body | {"reference": "order-7"}), 409)
    assert refused == refusal(409, "reference_taken", message, {"reference": [message]})


def test_another_business_may_have_the_same_number(
    api: Door, stranger: Door, customer: Partner, body: dict
) -> None:
    a_draft(stranger.business, number="A-1")
    read(api.post(path(customer), body), 201)


def test_a_closed_period_is_a_conflict(
    api: Door, business: Business, customer: Partner, body: dict
) -> None:
    business.closed_through = datetime.date(2026, 3, 31)
    business.save()
    message = "The books are closed through 2026-03-31; 2026-03-10 lies inside."
    with unchanged():
        refused = read(api.post(path(customer), body), 409)
    assert refused == refusal(409, "period_closed", message, {"date": [message]})


@pytest.mark.parametrize(
    ("change", "code", "field", "message"),
    [
        (
            {"due_date": "2026-03-09"},
            "bad_dates",
            "due_date",
            "The due date lies before the date.",
        ),
        (
            {"date": "1899-12-31"},
            "bad_dates",
            "date",
            "The date lies before 1900-01-01.",
        ),
        (
            {"currency": {"code": "XQZ"}},
            "invalid",
            "currency",
            "XQZ is no ISO 4217 currency code.",
        ),
        (
            {"currency_rate": 1.5},
            "invalid",
            "currency_rate",
            "The rate of the base currency USD is 1.",
        ),
        (
            {"discount": 100.5},
            "invalid",
            "discount",
            "The discount is 0 to 100 percent.",
        ),
    ],
)
def test_what_the_books_cannot_take_is_named_in_the_contracts_words(
    *,
    api: Door,
    customer: Partner,
    body: dict,
    change: dict,
    code: str,
    field: str,
    message: str,
) -> None:
    with unchanged():
        refused = read(api.post(path(customer), body | change), 400)
    assert refused == refusal(400, code, message, {field: [message]})


def test_a_document_below_zero_is_refused(
    api: Door, customer: Partner, body: dict
) -> None:
    body["details"][0]["quantity"] = -1
    message = "A document cannot total below zero; make it a credit note."
    with unchanged():
        refused = read(api.post(path(customer), body), 400)
    assert refused == refusal(
        400, "amount_out_of_range", message, {"details": [message]}
    )


def test_a_tax_without_a_rate_on_the_day_is_refused(
    api: Door, business: Business, customer: Partner, body: dict
) -> None:
    rateless = TaxFactory(business=business, code="NONE", rate=0)
    body["details"][0]["tax"] = reference(rateless)
    with unchanged():
        refused = read(api.post(path(customer), body), 400)
    assert refused["apierror"]["code"] == "no_tax_rate"


def test_only_customers_in_use_get_invoices(
    api: Door, business: Business, body: dict
) -> None:
    vendor = PartnerFactory(business=business, name="Vendor", is_customer=False)
    gone = PartnerFactory(business=business, name="Gone", archived_at=timezone.now())
    messages = [
        "Vendor is no customer; mark the partner as one first.",
        "Gone is archived.",
    ]
    with unchanged():
        refused = [read(api.post(path(one), body), 400) for one in (vendor, gone)]
    assert refused == [
        refusal(400, "not_a_customer", message, {"customer": [message]})
        for message in messages
    ]


def test_an_unknown_partner_in_the_path_is_not_found(api: Door, body: dict) -> None:
    with unchanged():
        refused = read(api.post("partners/dd921fea0/invoices/", body), 404)
    assert refused == refusal(404, "not_found", "There is nothing here with this id.")


def test_a_viewer_may_not_create(
    business: Business, customer: Partner, body: dict
) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    with unchanged():
        refused = read(viewer.post(path(customer), body), 403)
    assert refused["apierror"]["code"] == "not_allowed"


def test_ten_thousand_lines_are_the_limit(
    api: Door, customer: Partner, body: dict
) -> None:
    [line] = body["details"]
    message = "A document has 1 to 10000 lines."
    with unchanged():
        refused = read(
            api.post(path(customer), body | {"details": [line] * 10_001}), 400
        )
    assert refused == refusal(400, "bad_lines", message, {"details": [message]})
    created = read(api.post(path(customer), body | {"details": [line] * 10_000}), 201)
    assert created["total"] == 300_000
    assert len(created["details"]) == 10_000


def test_several_products_and_taxes_meet_on_one_invoice(
    api: Door, business: Business, customer: Partner, body: dict, bank: Account
) -> None:
    products = [ProductFactory(business=business) for _ in range(3)]
    taxes = [TaxFactory(business=business, rate=rate) for rate in (7, 19)]
    body["details"] = [
        {
            "product": reference(product),
            "quantity": 1,
            "unit_price": 100,
            "tax": reference(tax),
        }
        for product in products
        for tax in taxes
    ]
    created = read(api.post(path(customer), body), 201)
    assert [line["tax_amount"] for line in created["details"]] == [7, 19] * 3
    assert created["tax_total"] == 78
