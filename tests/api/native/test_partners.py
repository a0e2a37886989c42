"""Partners: every attribute, CRUD in the contract's ways, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from partners.models import Business, Partner
from tests.api.native.door import Door, ids, read, refusal, unchanged, wrong
from tests.factories import PartnerFactory, a_draft, a_key

EMPTY = {
    "code": "",
    "customer": False,
    "vendor": False,
    "default_selling_currency": "",
    "default_buying_currency": "",
    "contact_name": "",
    "business_id": "",
    "phone": "",
    "fax": "",
    "website": "",
    "email": "",
    "note": "",
    "head_quarter": False,
    "billing_site_number": "",
    "billing_addr_line1": "",
    "billing_addr_line2": "",
    "billing_addr_city": "",
    "billing_addr_province": "",
    "billing_addr_postal_code": "",
    "billing_addr_country_id": "",
    "ship_to_contact_name": "",
    "shipping_addr_line1": "",
    "shipping_addr_line2": "",
    "shipping_addr_city": "",
    "shipping_addr_province": "",
    "shipping_addr_postal_code": "",
    "shipping_addr_country_id": "",
    "vendor_addr_line1": "",
    "vendor_addr_line2": "",
    "vendor_addr_city": "",
    "vendor_addr_province": "",
    "vendor_addr_postal_code": "",
    "vendor_addr_country_id": "",
    "language": "",
    "wants_ubl": False,
    "no_reminders": False,
}

FULL = {
    "name": "Susan",
    "code": "SU-1",
    "customer": True,
    "vendor": True,
    "default_selling_currency": "EUR",
    "default_buying_currency": "THB",
    "contact_name": "Susan S.",
    "business_id": "0105556",
    "phone": "+66 2 1",
    "fax": "+66 2 2",
    "website": "susan.example.com",
    "email": "susan@example.com",
    "note": "Rings twice",
    "head_quarter": True,
    "billing_site_number": "00001",
    "billing_addr_line1": "b1",
    "billing_addr_line2": "b2",
    "billing_addr_city": "b3",
    "billing_addr_province": "b4",
    "billing_addr_postal_code": "b5",
    "billing_addr_country_id": "TH",
    "ship_to_contact_name": "Sam",
    "shipping_addr_line1": "s1",
    "shipping_addr_line2": "s2",
    "shipping_addr_city": "s3",
    "shipping_addr_province": "s4",
    "shipping_addr_postal_code": "s5",
    "shipping_addr_country_id": "DE",
    "vendor_addr_line1": "v1",
    "vendor_addr_line2": "v2",
    "vendor_addr_city": "v3",
    "vendor_addr_province": "v4",
    "vendor_addr_postal_code": "v5",
    "vendor_addr_country_id": "US",
    "language": "de",
    "wants_ubl": True,
    "no_reminders": True,
}


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_pages_example_creates_a_customer(api: Door, slash: str) -> None:
    posted = {"name": "Susan", "email": "susan@gmail.com", "customer": True}
    created = read(api.post(f"partners{slash}", posted), 201)
    [partner] = Partner.objects.all()
    assert created == EMPTY | posted | {"id": partner.public_id}
    assert read(api.get(f"partners/{partner.public_id}{slash}")) == created
    assert read(api.get(f"partners{slash}")) == [created]


def test_every_attribute_is_kept(api: Door, stranger: Door) -> None:
    created = read(api.post("partners/", FULL), 201)
    [partner] = Partner.objects.all()
    assert created == FULL | {"id": partner.public_id}
    # The same code is free in another business, and null counts as empty.
    nulls = {
        name: None if isinstance(value, str) and not value else value
        for name, value in EMPTY.items()
    }
    theirs = read(
        stranger.post("partners/", nulls | {"name": "Susan", "code": "SU-1"}), 201
    )
    assert theirs == EMPTY | {"id": theirs["id"], "name": "Susan", "code": "SU-1"}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("way", ["PUT", "POST", "item"])
def test_an_update_replaces_all_attributes_of_the_contract(
    api: Door, way: str, slash: str
) -> None:
    created = read(api.post("partners/", FULL), 201)
    body = {"name": "Susanne"}
    if way == "item":
        response = api.put(f"partners/{created['id']}{slash}", body)
    else:
        response = api.send(way, f"partners{slash}", body | {"id": created["id"]})
    ours = {name: FULL[name] for name in ("language", "wants_ubl", "no_reminders")}
    assert read(response) == EMPTY | body | ours | {"id": created["id"]}
    assert Partner.objects.count() == 1


def test_patch_changes_only_what_it_names(api: Door) -> None:
    created = read(api.post("partners/", FULL), 201)
    change = {"phone": None, "billing_addr_city": "Chiang Mai"}
    changed = read(api.patch(f"partners/{created['id']}/", change))
    assert changed == created | {"phone": "", "billing_addr_city": "Chiang Mai"}
    assert read(api.patch(f"partners/{created['id']}", {})) == changed


def test_delete_removes_a_partner_nobody_refers_to(
    api: Door, business: Business
) -> None:
    partner, used = PartnerFactory.create_batch(2, business=business)
    a_draft(business, partner=used)
    response = api.delete(f"partners/{partner.public_id}/")
    assert (response.status_code, response.content) == (204, b"")
    message = f"{used.name} is used by invoices; archive it instead of deleting it."
    with unchanged():
        refused = read(api.delete(f"partners/{used.public_id}"), 409)
    assert refused == refusal(409, "in_use", message)
    assert list(Partner.objects.all()) == [used]


def test_the_list_is_by_name_and_can_be_filtered(api: Door, business: Business) -> None:
    zoe, ann = (
        PartnerFactory(business=business, name=name, code=name) for name in "ZA"
    )
    vendor = PartnerFactory(
        business=business, name="M", is_vendor=True, is_customer=False
    )
    everyone = [ann.public_id, vendor.public_id, zoe.public_id]
    assert ids(api.get("partners")) == everyone
    assert ids(api.get("partners?code=Z")) == [zoe.public_id]
    assert ids(api.get("partners?vendor=true")) == [vendor.public_id]
    assert ids(api.get("partners?customer=true&vendor=false")) == [
        ann.public_id,
        zoe.public_id,
    ]
    assert ids(api.get("partners?per_page=1&page=2")) == [zoe.public_id]
    message = "Select a valid choice. maybe is not one of the available choices."
    assert read(api.get("partners?vendor=maybe"), 400) == wrong("vendor", message)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": None}, "name", "This field may not be null."),
        ({"name": ""}, "name", "This field may not be blank."),
        ({"name": 7}, "name", "Not a valid string."),
        (
            {"name": "x" * 201},
            "name",
            "Ensure this field has no more than 200 characters.",
        ),
        ({"customer": "maybe"}, "customer", "Must be a valid boolean."),
        ({"customer": None}, "customer", "This field may not be null."),
        ({"email": "susan"}, "email", "Enter a valid email address."),
        (
            {"billing_addr_country_id": "th"},
            "billing_addr_country_id",
            "Use an ISO 3166 code such as DE.",
        ),
        (
            {"vendor_addr_country_id": "THA"},
            "vendor_addr_country_id",
            "Ensure this field has no more than 2 characters.",
        ),
        (
            {"default_selling_currency": "eur"},
            "default_selling_currency",
            "Use an ISO 4217 code such as USD.",
        ),
        ({"note": "a\0b"}, "note", "Null characters are not allowed."),
    ],
)
def test_a_wrong_attribute_is_named_in_the_contracts_words(
    api: Door, change: dict[str, Any], field: str, message: str
) -> None:
    created = read(api.post("partners/", FULL | {"code": ""}), 201)
    path = f"partners/{created['id']}"
    with unchanged():
        for response in (
            api.post("partners/", FULL | change),
            api.put("partners/", FULL | change | {"id": created["id"]}),
            api.put(path, FULL | change),
            api.patch(path, change),
        ):
            assert read(response, 400) == wrong(field, message)


def test_the_name_is_required(api: Door) -> None:
    with unchanged():
        assert read(api.post("partners/", {}), 400) == wrong(
            "name", "This field is required."
        )


def test_a_taken_code_is_a_conflict(api: Door, business: Business) -> None:
    PartnerFactory(business=business, code="TAKEN")
    mine = PartnerFactory(business=business, code="")
    message = "Another partner has this code."
    expected = refusal(409, "code_taken", message, {"code": [message]})
    body = {"name": "x", "code": "TAKEN"}
    with unchanged():
        for response in (
            api.post("partners/", body),
            api.put("partners/", body | {"id": mine.public_id}),
            api.patch(f"partners/{mine.public_id}", {"code": "TAKEN"}),
        ):
            assert read(response, 409) == expected
    read(api.post("partners/", {"name": "No code"}), 201)


def test_a_clerk_keeps_partners_and_a_viewer_looks(business: Business) -> None:
    partner = PartnerFactory(business=business)
    clerk = Door(business, a_key(business, role="clerk"))
    viewer = Door(business, a_key(business, role="viewer"))
    read(clerk.patch(f"partners/{partner.public_id}", {"name": "New"}))
    read(viewer.get(f"partners/{partner.public_id}"))
    with unchanged():
        read(viewer.post("partners/", {"name": "x"}), 403)
        read(viewer.patch(f"partners/{partner.public_id}", {"name": "x"}), 403)
        read(viewer.delete(f"partners/{partner.public_id}"), 403)


def test_archived_partners_stay_in_the_list(api: Door, business: Business) -> None:
    partner = PartnerFactory(business=business)
    assert ids(api.get("partners")) == [partner.public_id]
