"""People, businesses and partners: what they say of themselves, and master data."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from invoices.models import Invoice, Product
from partners import master
from partners.master import CodeTaken, InUse
from partners.models import Business, Partner, User
from tests.books import contents, refused, row
from tests.factories import (
    NOW,
    BusinessFactory,
    MembershipFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    UserFactory,
    a_draft,
)


def test_an_address_is_kept_and_found_in_lower_case(db):
    user = User.objects.create_user(" Ann@Example.COM ", "password", name="Ann")
    assert user.email == str(user) == "ann@example.com"
    assert User.objects.get_by_natural_key("ANN@example.com ") == user
    assert user.check_password("password")
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)


def test_a_user_without_a_password_cannot_sign_in(db):
    assert not User.objects.create_user("ann@example.com").has_usable_password()


def test_a_member_is_shown_with_their_role(business):
    user = UserFactory(email="ann@example.com")
    member = MembershipFactory(business=business, user=user, role="clerk")
    assert str(member) == "ann@example.com · clerk"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", 10), ("Pacific/Kiritimati", 11), ("America/Los_Angeles", 10)],
)
def test_a_business_has_its_own_today(zone, day):
    business = Business(time_zone=zone)
    assert business.today(NOW) == datetime.date(2026, 3, day)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "usd"),
        ("currency", "USD\n"),
        ("country", "deu"),
        ("time_zone", "Mars/Olympus"),
        ("invoice_template", "INV"),
        ("credit_note_template", "{seq}{day}"),
        ("slug", "not a slug"),
        ("name", ""),
    ],
)
def test_a_business_says_what_is_wrong(business, field, value):
    setattr(business, field, value)
    with pytest.raises(ValidationError) as caught:
        business.full_clean()
    assert set(caught.value.message_dict) == {field}


def test_a_snapshot_holds_what_is_printed(business):
    customer: Partner = PartnerFactory(business=business, name="Ada", code="A")
    assert customer.snapshot("billing") == {
        "name": "Ada",
        "code": "A",
        "contact_name": "",
        "tax_number": "",
        "email": "buyer@example.com",
        "phone": "",
        "line1": "2 Market Square",
        "line2": "",
        "city": "Hamburg",
        "province": "",
        "postal_code": "",
        "country": "DE",
    }
    assert business.snapshot() | {"name": ""} == {
        "name": "",
        "tax_number": "",
        "email": "books@example.com",
        "phone": "",
        "line1": "1 Ledger Street",
        "line2": "",
        "city": "Springfield",
        "province": "",
        "postal_code": "",
        "country": "US",
    }


def test_archived_partners_are_left_out(business):
    used = PartnerFactory(business=business)
    PartnerFactory(business=business, archived_at=NOW)
    assert list(Partner.objects.for_business(business).in_use()) == [used]


# --- master data --------------------------------------------------------------------


def test_master_data_is_saved_with_its_columns(business, owner):
    partner = master.save(
        Partner(business=business), {"name": "Ada", "is_vendor": True}, by=owner
    )
    stored = row(partner)
    assert (stored["name"], stored["is_vendor"]) == ("Ada", True)
    master.save(partner, {"name": "Ada Ltd"}, by=owner)
    assert row(partner) == stored | {"name": "Ada Ltd"}


def test_what_a_column_cannot_hold_is_named_and_not_saved(business, owner):
    partner = PartnerFactory(business=business)
    values = {"name": "", "email": "nobody", "billing_country": "Germany"}
    before = contents()
    with pytest.raises(ValidationError) as caught:
        master.save(partner, values, by=owner)
    assert set(caught.value.message_dict) == set(values)
    assert contents() == before


def test_a_rule_over_several_columns_is_kept_too(business, owner):
    before = contents()
    with pytest.raises(ValidationError, match="needs a selling price"):
        master.save(
            Product(business=business), {"name": "Hammer", "sell": True}, by=owner
        )
    product = ProductFactory(business=business)
    foreign = TaxFactory()
    before = contents()
    with pytest.raises(ValidationError, match="another business"):
        master.save(product, {"selling_tax": foreign}, by=owner)
    assert contents() == before


def test_a_code_is_taken_once_per_business(business, owner):
    PartnerFactory(business=business, code="A")
    PartnerFactory(business=BusinessFactory(), code="B")
    partner = PartnerFactory(business=business)
    with refused(CodeTaken, "code"):
        master.save(partner, {"code": "A"}, by=owner)
    assert row(master.save(partner, {"code": "B"}, by=owner))["code"] == "B"
    for name in ("One", "Two"):
        master.save(Partner(business=business), {"name": name, "code": ""}, by=owner)


def test_what_is_used_is_not_deleted(business, owner):
    draft = a_draft(business, by=owner)
    with refused(InUse) as caught:
        master.delete(draft.partner, by=owner)
    assert "invoices" in caught.value.message and "archive" in caught.value.message
    Invoice.objects.get(pk=draft.pk).delete(by=owner)
    master.delete(draft.partner, by=owner)
    assert not Partner.objects.for_business(business).exists()
