"""Endpoints of webhooks in the admin: their secret is shown once and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client

from invoices.models import WebhookEndpoint, WebhookMessage
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    said,
    signed_in,
    staff,
    url,
)

pytestmark = pytest.mark.django_db

ADDRESS = "https://93.184.215.14/hooks"


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def posted(own: Books, **values: object) -> dict[str, object]:
    data = {"business": own.business.pk, "url": ADDRESS, "active": "on"}
    return data | {"events": ["invoice.paid", "invoice.issued"]} | values


def test_an_endpoint_is_added_and_its_secret_shown_once(
    own: Books, owner: Client
) -> None:
    response = owner.post(url(WebhookEndpoint, "add"), posted(own), follow=True)
    [told, *_] = said(response)
    row = WebhookEndpoint.objects.get(business=own.business, url=ADDRESS)
    assert row.secret in told
    assert (row.events, row.active) == (["invoice.issued", "invoice.paid"], True)
    for page in (url(row, "change"), url(WebhookEndpoint, "changelist")):
        assert row.secret not in owner.get(page).content.decode()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "https://10.0.0.1/x", "ftp://93.184.215.14/", "nonsense"],
)
def test_an_address_inside_is_refused_at_its_field(
    own: Books, owner: Client, address: str
) -> None:
    before = everything()
    response = owner.post(url(WebhookEndpoint, "add"), posted(own, url=address))
    assert errors(response)
    assert list(response.context["adminform"].form.errors) == ["url"]
    assert everything() == before


def test_an_endpoint_is_changed_and_keeps_its_secret(own: Books, owner: Client) -> None:
    row = WebhookEndpoint.objects.get(business=own.business)
    data = posted(own, description="Shop", events=[])
    del data["business"]
    response = owner.post(url(row, "change"), data)
    assert response.status_code == 302, errors(response)
    changed = WebhookEndpoint.objects.get(pk=row.pk)
    assert (changed.url, changed.description, changed.events, changed.secret) == (
        ADDRESS,
        "Shop",
        [],
        row.secret,
    )


def test_a_secret_is_replaced_after_being_asked(own: Books, owner: Client) -> None:
    row = WebhookEndpoint.objects.get(business=own.business)
    assert "new secrets?" in act(owner, "rotate", row).content.decode()
    [told] = said(act(owner, "rotate", row, confirmed="yes"))
    changed = WebhookEndpoint.objects.get(pk=row.pk)
    assert changed.secret != row.secret
    assert changed.secret in told


def test_a_test_is_posted_and_a_message_posted_again(own: Books, owner: Client) -> None:
    endpoint = WebhookEndpoint.objects.get(business=own.business)
    message = WebhookMessage.objects.get(business=own.business)
    WebhookMessage.objects.filter(pk=message.pk).update(state="failed")
    assert "A test is on its way" in said(act(owner, "test", endpoint))[0]
    types = WebhookMessage.objects.for_business(own.business).values_list("type")
    assert sorted(types) == [("endpoint.test",), ("invoice.issued",)]
    assert said(act(owner, "resend", message)) == ["invoice.issued is posted again."]
    message.refresh_from_db()
    assert message.state == "waiting"


def test_a_message_shows_its_content_and_its_tries(own: Books, owner: Client) -> None:
    message = WebhookMessage.objects.get(business=own.business)
    page = owner.get(url(message, "change")).content.decode()
    assert "&quot;word&quot;: &quot;Own&quot;" in page
    assert "2026-03-10 12:00:00 UTC" in page


def test_an_endpoint_is_removed_with_its_messages(own: Books, owner: Client) -> None:
    row = WebhookEndpoint.objects.get(business=own.business)
    owner.post(url(row, "delete"), {"post": "yes"})
    assert not WebhookEndpoint.objects.filter(business=own.business).exists()
    assert not WebhookMessage.objects.filter(business=own.business).exists()
