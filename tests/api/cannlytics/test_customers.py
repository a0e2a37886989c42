"""Whom a document is for and to what it belongs: found by name, or made."""

from __future__ import annotations

from invoices.models import Invoice
from invoices.models.project import Project
from partners.models import Business, Partner
from tests.api.cannlytics.door import Door, refused
from tests.factories import NOW, PartnerFactory, a_key

BILLING = {
    "billing_address": "1 Main Street",
    "billing_city": "Springfield",
    "billing_state": "OR",
    "billing_zip_code": "97477",
    "billing_email": "ap@example.com",
}


def test_an_unknown_organization_becomes_a_customer(api: Door) -> None:
    document = {"invoice_id": "A", "organization": "Acme", **BILLING}
    api.saved(document)
    partner = Partner.objects.get()
    assert (partner.name, partner.is_customer, partner.email) == (
        "Acme",
        True,
        "ap@example.com",
    )
    assert [
        partner.billing_line1,
        partner.billing_city,
        partner.billing_province,
        partner.billing_postal_code,
    ] == ["1 Main Street", "Springfield", "OR", "97477"]
    api.saved(document | {"invoice_id": "B"})
    assert Partner.objects.count() == 1
    assert api.listed() == [document, document | {"invoice_id": "B"}]


def test_the_oldest_of_exactly_that_name_is_meant_and_corrected(
    api: Door, business: Business
) -> None:
    PartnerFactory(name="Acme")  # another business's
    PartnerFactory(business=business, name="ACME")
    old = PartnerFactory(business=business, name="Acme", is_customer=False)
    PartnerFactory(business=business, name="Acme")
    api.saved({"invoice_id": "A", "organization": "Acme", "billing_city": "Rome"})
    assert Invoice.objects.get().partner == old
    old.refresh_from_db()
    assert (old.billing_city, old.is_customer) == ("Rome", True)
    assert old.billing_line1 == "2 Market Square"
    api.saved({"invoice_id": "A", "billing_city": None})
    old.refresh_from_db()
    assert old.billing_city == ""


def test_one_customers_words_are_not_put_on_another(
    api: Door, business: Business
) -> None:
    beta = PartnerFactory(business=business, name="Beta", billing_city="Hamburg")
    api.saved({"invoice_id": "A", "organization": "Acme", **BILLING})
    api.saved({"invoice_id": "A", "organization": "Beta"})
    beta.refresh_from_db()
    assert beta.billing_city == "Hamburg"
    assert api.one("A")["billing_city"] == "Hamburg"
    api.saved({"invoice_id": "A", "organization": "Gamma"})
    gamma = Partner.objects.get(name="Gamma")
    assert (gamma.billing_city, gamma.email) == ("", "")
    assert api.one("A")["billing_email"] == ""
    api.saved({"invoice_id": "A", "organization": None})
    assert Invoice.objects.get().partner.code == "UNNAMED"
    expected = {"invoice_id": "A", "organization": None, **BILLING}
    assert api.one("A") == expected


def test_documents_without_a_name_share_a_customer_and_keep_their_words(
    api: Door,
) -> None:
    for name in ("A", "B"):
        api.saved({"invoice_id": name, "billing_city": [name]})
    assert Partner.objects.get().name == "Customer not named"
    assert api.listed() == [
        {"invoice_id": name, "billing_city": [name]} for name in ("A", "B")
    ]
    api.saved({"invoice_id": "A", "organization": "Customer not named"})
    assert Partner.objects.count() == 1


def test_words_of_nobody_yet_go_to_the_customer_who_is_named_later(api: Door) -> None:
    api.saved({"invoice_id": "A", **BILLING})
    api.saved({"invoice_id": "A", "organization": "Acme"})
    acme = Partner.objects.get(name="Acme")
    assert (acme.billing_city, acme.email) == ("Springfield", "ap@example.com")


def test_blanks_around_a_name_are_no_part_of_it(api: Door) -> None:
    api.saved({"invoice_id": "A", "organization": "Acme", "project_id": "P"})
    body = {"invoice_id": "B", "organization": " Acme\t", "project_id": " P "}
    api.saved(body)
    assert api.one("B") == body
    nobody = {"invoice_id": "C", "organization": "  ", "project_id": " "}
    api.saved(nobody)
    assert api.one("C") == nobody
    assert set(Partner.objects.values_list("code", "name")) == {
        ("", "Acme"),
        ("UNNAMED", "Customer not named"),
    }
    assert list(Project.objects.values_list("code", flat=True)) == ["P"]


def test_an_archived_customer_is_refused(api: Door, business: Business) -> None:
    PartnerFactory(business=business, name="Acme", archived_at=NOW)
    body = {"invoice_id": "A", "organization": "Acme"}
    refused(api, body, "organization: Acme is archived.")


def test_a_project_is_found_made_and_taken_off(api: Door, business: Business) -> None:
    known = Project.objects.create(business=business, code="P-1", name="First")
    api.saved({"invoice_id": "A", "project_id": "P-1"})
    assert Invoice.objects.get().project == known
    api.saved({"invoice_id": "A", "project_id": "P-2"})
    made = Invoice.objects.get().project
    assert made is not None
    assert (made.code, made.name) == ("P-2", "P-2")
    api.saved({"invoice_id": "A", "project_id": None})
    invoice = Invoice.objects.get()
    assert (invoice.project, invoice.manually_unassigned) == (None, True)
    assert api.one("A") == {"invoice_id": "A", "project_id": None}


def test_who_may_not_keep_master_data_makes_no_project_and_no_customer(
    business: Business,
) -> None:
    Project.objects.create(business=business, code="P-1", name="First")
    PartnerFactory(business=business, name="Acme")
    door = Door(business, a_key(business, scopes=["view", "draft"]))
    door.saved({"invoice_id": "A", "project_id": "P-1", "organization": "Acme"})
    door.saved({"invoice_id": "B"})
    refused(
        door,
        {"invoice_id": "A", "project_id": "P-2"},
        "project_id: There is no project “P-2”, and to make one needs the capability "
        "“master”.",
        403,
    )
    needs = (
        "This needs the capability “master”, which the role or the key's scopes of "
        "this caller do not include."
    )
    refused(door, {"invoice_id": "A", "organization": "Beta"}, needs, 403)
    refused(door, {"invoice_id": "A", "billing_city": "Rome"}, needs, 403)
