"""Mails that came back: reported by whoever has the business's secret, once."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from invoices.mailing.message import message_id
from invoices.models import Delivery, DocumentSettings
from invoices.papers import renew_bounce_secret
from tests.api.nasty import NASTY
from tests.books import contents, history
from tests.factories import NOW, BusinessFactory, actor
from tests.mailing.faults import again, with_paper
from tests.mailing.mails import a_delivery

pytestmark = pytest.mark.django_db
AT = "2026-03-10T12:00:00+00:00"


@pytest.fixture
def secret(business, owner) -> str:
    return secret_of(business, owner)


def secret_of(business, owner) -> str:
    row = DocumentSettings.objects.create(business=business)
    return renew_bounce_secret(row, by=owner)


@pytest.fixture
def delivery(business):
    sent = a_delivery(business, with_paper(business), state="sent")
    Delivery.objects.filter(pk=sent.pk).update(created_at=NOW.replace(month=1))
    return sent


def post(
    business: str,
    report: Any,
    secret: str,
    *,
    ago: float = 0,
    changed: dict[str, str] | None = None,
) -> tuple[int, Any]:
    """The answer to a signed report."""
    body = report if isinstance(report, str) else json.dumps(report)
    at = timezone.now() - datetime.timedelta(seconds=ago)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    } | (changed or {})
    response = Client().post(
        f"/hooks/bounces/{business}/",
        body,
        content_type="application/json",
        headers=headers,
    )
    return response.status_code, response.json()


def report_of(delivery, kind: str = "permanent", **more: Any) -> dict[str, Any]:
    known = {"message_id": message_id(delivery), "kind": kind, "reason": "no such user"}
    return known | {"at": AT} | more


REFUSED = {"code": "not_signed_right", "message": "The signature does not hold."}


def test_a_bounce_is_recorded_with_its_event_once(business, secret, delivery):
    answers = [post(business.public_id, report_of(delivery), secret) for _ in range(2)]
    assert answers == [(200, {"recorded": True}), (200, {"recorded": False})]
    row = again(delivery)
    assert row.bounced_at is not None
    assert (row.bounced_at.isoformat(), row.bounce, row.state) == (
        AT,
        "permanent: no such user",
        "sent",
    )
    assert history(delivery.invoice)[-1] == (
        "delivery.bounced",
        {
            "delivery": delivery.public_id,
            "recipient": "buyer@example.com",
            "kind": "permanent",
            "reason": "no such user",
        },
    )


def test_only_what_is_graver_replaces_what_is_known(business, secret, delivery):
    kinds = ("temporary", "temporary", "complaint", "permanent")
    answers = [
        post(business.public_id, report_of(delivery, kind), secret)[1]["recorded"]
        for kind in kinds
    ]
    assert answers == [True, False, True, False]
    assert again(delivery).bounce == "complaint: no such user"


def test_a_wrong_signature_tells_nothing_and_changes_nothing(
    business, secret, delivery
):
    other = BusinessFactory()
    without = BusinessFactory()
    other_secret = secret_of(other, actor(other))
    report, here = report_of(delivery), business.public_id
    before = contents()
    answers = [
        post(here, report, other_secret),
        post(without.public_id, report, secret),
        post("1234567890", report, secret),
        post("nobody", report, secret),
        post(here, report, secret, ago=400),
        post(here, report, secret, ago=-400),
        post(here, report, secret, changed={"webhook-id": "msg_2"}),
        post(here, report, secret, changed={"webhook-signature": "v1"}),
        post(here, report, secret, changed={"webhook-signature": "v1,é"}),
        post(here, report, secret, changed={"webhook-timestamp": "soon"}),
        post(here, report, secret, changed={"webhook-signature": ""}),
    ]
    assert answers == [(401, REFUSED)] * len(answers)
    assert contents() == before


def test_a_business_without_a_secret_cannot_be_signed_for(business, delivery):
    zeros = "whsec_" + "A" * 32
    assert post(business.public_id, report_of(delivery), zeros) == (401, REFUSED)


def test_a_mail_of_another_business_is_unknown(business, secret):
    other = BusinessFactory()
    foreign = a_delivery(other, with_paper(other))
    status, told = post(business.public_id, report_of(foreign), secret)
    assert (status, told["code"], told["field"]) == (
        404,
        "no_such_delivery",
        "message_id",
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"message_id": None}, "message_id"),
        ({"kind": "odd"}, "kind"),
        ({"kind": ["permanent"]}, "kind"),
        ({"reason": 5}, "reason"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-03-10T12:00:00"}, "at"),
        ({"at": 5}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
    ],
)
def test_a_report_of_another_form_names_its_field(
    business, secret, delivery, changed, field
):
    before = contents()
    status, told = post(business.public_id, report_of(delivery, **changed), secret)
    assert (status, told["field"]) == (400, field)
    assert contents() == before


@pytest.mark.parametrize("text", [*NASTY, "", "{", "[" * 5000, '"\\ud800"'])
def test_nasty_bodies_and_values_are_refused_without_a_fault(
    business, secret, delivery, text
):
    status, _ = post(business.public_id, text, secret)
    assert status == 400
    for name in ("message_id", "kind", "reason", "at"):
        whole = json.dumps(report_of(delivery) | {name: "@@"}).replace('"@@"', text)
        assert post(business.public_id, whole, secret)[0] in (200, 400, 404)


def test_a_moment_in_the_future_is_now_and_none_is_too(business, secret, delivery):
    report = report_of(delivery, at="9999-12-31T00:00:00Z")
    assert post(business.public_id, report, secret)[0] == 200
    noted = again(delivery).bounced_at
    assert noted is not None and noted <= timezone.now()


def test_a_moment_before_the_mail_was_written_is_when_it_was(
    business, secret, delivery
):
    report = report_of(delivery, at="1999-12-31T00:00:00Z")
    assert post(business.public_id, report, secret)[0] == 200
    row = again(delivery)
    assert row.bounced_at == row.created_at == NOW.replace(month=1)


def test_only_a_post_is_answered(business):
    assert Client().get(f"/hooks/bounces/{business.public_id}/").status_code == 405
