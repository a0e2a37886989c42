"""PUT, the curl's POST, and PATCH of a draft; what they replace and refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from invoices.models import Invoice, Product, Tax
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
    ProjectFactory,
    a_draft,
    a_key,
    a_line,
    an_issued_invoice,
)

STALE = "Someone else changed the document; read it again."


@pytest.fixture
def draft(business: Business, customer: Partner, product: Product) -> Invoice:
    """A draft with everything filled in."""
    return a_draft(
        business,
        partner=customer,
        number="A-1",
        reference="order-7",
        purchase_order="PO 7",
        memo="Thank you",
        discount_percent=Decimal(10),
        lines=[a_line(2, 15, product=product)],
    )


@pytest.fixture
def body(customer: Partner, product: Product) -> dict:
    """The least that makes a whole document."""
    return {
        "invoice_no": "A-2",
        "date": "2026-03-11",
        "due_date": "2026-04-10",
        "currency": {"code": "USD"},
        "currency_rate": 1,
        "customer": reference(customer),
        "details": [{"product": reference(product), "quantity": 3, "unit_price": 20}],
    }


def ways(draft: Invoice) -> list[tuple[str, str, dict]]:
    """Every way to replace a draft: method, path, and the id in the body or not."""
    in_body = {"id": draft.public_id}
    return [
        ("PUT", "invoices", in_body),
        ("PUT", "invoices/", in_body),
        ("POST", "invoices", in_body),
        ("POST", "invoices/", in_body),
        ("PUT", f"invoices/{draft.public_id}", {}),
        ("PUT", f"invoices/{draft.public_id}/", {}),
    ]


def test_every_way_replaces_the_whole_document(
    api: Door, draft: Invoice, body: dict, product: Product
) -> None:
    for version, (method, path, known) in enumerate(ways(draft), start=2):
        response = api.send(method, path, body | known)
        assert (
            read(response)
            == {
                "id": draft.public_id,
                "invoice_no": "A-2",
                "date": "2026-03-11",
                "due_date": "2026-04-10",
                "currency": {"code": "USD"},
                "currency_rate": 1,
                "po_so_no": "",
                "memo": "",
                "customer": body["customer"] | {"name": "Susan"},
                "address_line_1": "2 Market Square",
                "address_line_2": "Second floor",
                "status": "Draft",
                "discount": 0,
                "sub_total": 60,
                "tax_total": 0,
                "total": 60,
                "paid_amount": 0,
                "due_amount": 60,
                "credited_amount": 0,
                "credits": None,
                "reference": "order-7",
                "description": "",
                "terms": "",
                "project": None,
                **UNSENT,
                "version": version,
                "details": [
                    {
                        "product": reference(product),
                        "description": "Pancake",
                        "quantity": 3,
                        "unit_price": 20,
                        "line_amount": 60,
                        "tax": None,
                        "tax_amount": 0,
                        "total_amount": 60,
                        "discount_amount": 0,
                    }
                ],
            }
            | UNSENT
        )
        assert response["ETag"] == f'"{version}"'
    assert Invoice.objects.count() == 1


def test_what_other_clients_keep_with_a_draft_outlives_an_update(
    api: Door, business: Business, customer: Partner, body: dict
) -> None:
    """A client of the original cannot know of it, so it cannot send it back."""
    project = ProjectFactory(business=business)
    known = {"client_document": '{"lab": 1}', "reference": "IV-1", "project": project}
    draft = a_draft(business, partner=customer, terms="Net 30", **known)
    after = read(api.put("invoices/", body | {"id": draft.public_id}))
    kept = {name: after[name] for name in ("reference", "terms", "project")}
    expected = {"reference": "IV-1", "terms": "Net 30", "project": reference(project)}
    assert kept == expected
    draft.refresh_from_db()
    assert draft.client_document == '{"lab": 1}'


def test_the_answer_of_get_can_be_put_back(api: Door, draft: Invoice) -> None:
    before = read(api.get(f"invoices/{draft.public_id}"))
    assert read(api.put("invoices/", before)) == before | {"version": 2}


def test_the_id_in_the_path_wins_over_one_in_the_body(
    api: Door, business: Business, draft: Invoice, body: dict
) -> None:
    other = a_draft(business)
    posted = body | {"id": other.public_id}
    assert read(api.put(f"invoices/{draft.public_id}", posted))["id"] == draft.public_id


@pytest.mark.parametrize("public_id", [None, 7, [], {}])
def test_put_on_the_collection_needs_an_id(
    api: Door, draft: Invoice, body: dict, public_id: Any
) -> None:
    with unchanged():
        refused = read(api.put("invoices/", body | {"id": public_id}), 400)
    assert refused == wrong("id", "Give the id of what is to be updated.")


@pytest.mark.parametrize("public_id", ["dd921fea0", "ib0v", "dd921fea\0", "ﬀ" * 9])
def test_an_unknown_id_is_not_found(
    api: Door, draft: Invoice, body: dict, public_id: str
) -> None:
    expected = refusal(404, "not_found", "There is nothing here with this id.")
    with unchanged():
        for method in ("PUT", "POST"):
            refused = api.send(method, "invoices/", body | {"id": public_id})
            assert read(refused, 404) == expected


def test_only_a_draft_can_be_changed(api: Door, business: Business, body: dict) -> None:
    invoice = an_issued_invoice(business, number="F-1")
    message = "F-1 is issued; only a draft can be changed."
    patch: tuple[str, str, dict] = ("PATCH", f"invoices/{invoice.public_id}", {})
    with unchanged():
        for method, path, known in [*ways(invoice), patch]:
            refused = read(api.send(method, path, body | known), 409)
            assert refused == refusal(409, "not_a_draft", message)


def test_a_refused_update_changes_nothing(
    api: Door, business: Business, draft: Invoice, body: dict
) -> None:
    a_draft(business, number="TAKEN")
    taken = "The number TAKEN is taken."
    with unchanged():
        for method, path, known in ways(draft):
            refused = read(
                api.send(method, path, body | known | {"invoice_no": "TAKEN"}), 409
            )
            assert refused == refusal(
                409, "number_taken", taken, {"invoice_no": [taken]}
            )
            refused = read(api.send(method, path, body | known | {"details": 1}), 400)
            assert refused == wrong(
                "details", 'Expected a list of items but got type "int".'
            )


def test_if_match_guards_against_a_version_that_is_gone(
    api: Door, draft: Invoice, body: dict
) -> None:
    patch: tuple[str, str, dict] = ("PATCH", f"invoices/{draft.public_id}/", {})
    with unchanged():
        for method, path, known in [*ways(draft), patch]:
            stale = api.send(method, path, body | known, headers={"If-Match": '"2"'})
            assert read(stale, 412) == refusal(412, "stale_document", STALE)


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*", "1"])
def test_if_match_lets_the_current_version_pass(
    api: Door, draft: Invoice, body: dict, tag: str
) -> None:
    path = f"invoices/{draft.public_id}"
    assert read(api.put(path, body, headers={"If-Match": tag}))["version"] == 2


@pytest.mark.parametrize("tag", ["", '"x"', '"1", "2"', "²", "9" * 10, '""'])
def test_a_tag_that_was_never_given_out_is_refused(
    api: Door, draft: Invoice, body: dict, tag: str
) -> None:
    path = f"invoices/{draft.public_id}"
    message = "If-Match names no version that there has been."
    with unchanged():
        refused = read(api.put(path, body, headers={"If-Match": tag}), 412)
    assert refused == refusal(412, "stale_document", message)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"memo": "New"}, {"memo": "New"}),
        ({"invoice_no": "A-9"}, {"invoice_no": "A-9"}),
        ({"date": "2026-03-09"}, {"date": "2026-03-09"}),
        ({"due_date": "2026-12-31"}, {"due_date": "2026-12-31"}),
        ({"po_so_no": None}, {"po_so_no": ""}),
        ({"reference": ""}, {"reference": ""}),
        ({}, {}),
        (
            {"discount": None},
            {
                "discount": 0,
                "sub_total": 30,
                "total": 30,
                "due_amount": 30,
            },
        ),
        (
            {"currency": {"code": "EUR"}, "currency_rate": 1.25},
            {"currency": {"code": "EUR"}, "currency_rate": 1.25},
        ),
    ],
)
def test_patch_changes_what_it_names_and_nothing_else(
    api: Door, draft: Invoice, change: dict, shown: dict
) -> None:
    before = read(api.get(f"invoices/{draft.public_id}"))
    response = api.patch(f"invoices/{draft.public_id}", change)
    after = read(response)
    if "discount" in change:
        before["details"][0]["discount_amount"] = 0
    assert after == before | shown | {"version": 2}
    assert response["ETag"] == '"2"'


def test_patch_with_details_replaces_all_of_them(
    api: Door, draft: Invoice, product: Product, tax: Tax
) -> None:
    line = {
        "product": reference(product),
        "quantity": 1,
        "unit_price": 100,
        "tax": reference(tax),
    }
    after = read(api.patch(f"invoices/{draft.public_id}", {"details": [line] * 2}))
    assert after["memo"] == "Thank you"
    taxes = [str(part["tax_amount"]) for part in after["details"]]
    assert taxes == ["6.30", "6.30"]
    assert str(after["total"]) == "192.60"


def test_patch_wants_whole_lines(api: Door, draft: Invoice) -> None:
    path = f"invoices/{draft.public_id}"
    with unchanged():
        refused = read(api.patch(path, {"details": [{"quantity": 2}]}), 400)
    assert refused["apierror"]["fields"] == {
        "details.0.product": ["This field is required."],
        "details.0.unit_price": ["This field is required."],
    }


def test_patch_can_move_a_draft_to_another_customer(
    api: Door, business: Business, draft: Invoice
) -> None:
    other = PartnerFactory(business=business, name="Tom")
    after = read(
        api.patch(f"invoices/{draft.public_id}", {"customer": reference(other)})
    )
    assert after["customer"] == {"id": other.public_id, "name": "Tom"}


def test_patch_leaves_lines_without_a_product_alone(
    api: Door, business: Business
) -> None:
    draft = a_draft(business, lines=[a_line(1, 100, description="Work")])
    after = read(api.patch(f"invoices/{draft.public_id}", {"memo": "New"}))
    assert after["memo"] == "New"
    assert after["details"][0]["product"] is None


@pytest.mark.parametrize("body", [None, [], "memo", 7, True])
def test_patch_wants_an_object(api: Door, draft: Invoice, body: Any) -> None:
    message = "The body must be a JSON object."
    path = f"invoices/{draft.public_id}"
    text = b"null" if body is None else body
    with unchanged():
        refused = read(api.patch(path, text), 400)
    assert refused == refusal(400, "parse_error", message)


def test_a_viewer_may_not_update(
    business: Business, draft: Invoice, body: dict
) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    patch: tuple[str, str, dict] = ("PATCH", f"invoices/{draft.public_id}", {})
    with unchanged():
        for method, path, known in [*ways(draft), patch]:
            refused = read(viewer.send(method, path, body | known), 403)
            assert refused["apierror"]["code"] == "not_allowed"
