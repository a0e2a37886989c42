"""What other rooms tell on pages of partners, and on the page that closes the books."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from partners.models import Membership
from tests.admin_cast import Books, books, signed_in, staff, url
from tests.factories import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


def test_a_partners_page_tells_what_is_open_and_leads_to_it(own: Books) -> None:
    client = signed_in(staff(own.business, "accountant"))
    page = client.get(url(own.partner, "change")).text
    assert "Address line 1" in page
    assert "Billing line1" not in page
    assert "They owe us" in page or "Nothing is open." in page
    for model in ("invoices_invoice", "payments_payment"):
        where = reverse(f"admin:{model}_changelist")
        address = f"{where}?partner__id__exact={own.partner.pk}"
        assert f'href="{address}"' in page
        assert client.get(address, follow=True).status_code == 200
        assert "e=1" not in client.get(address, follow=True).request["QUERY_STRING"]
    account = f"{reverse('admin:report_statement')}?partner={own.partner.public_id}"
    assert f'href="{account}"' in page
    assert client.get(account).status_code == 200


def test_closing_says_beforehand_what_is_left(own: Books) -> None:
    client = signed_in(staff(own.business, "owner"))
    draft = a_draft(own.business, date=datetime.date(2020, 1, 31))
    page = client.get(reverse("admin:closing"))
    left = {one.words: one for one in page.context["left"]}
    drafts = left["Drafts that could not be issued any more"]
    assert drafts.number >= 1
    listed = client.get(drafts.address)
    assert draft in listed.context["cl"].result_list


def test_people_and_exceptions_begin_where_one_is(own: Books) -> None:
    user = staff(own.business, "owner")
    client = signed_in(user)
    member = Membership.objects.get(user=user, business=own.business)
    page = client.get(url(member, "change")).text
    assert "+00:00" not in page
    assert user.email in page
    form = client.get(reverse("admin:invoices_periodexception_add"))
    initial = form.context["adminform"].form.initial
    assert initial["business"] == own.business.pk
