"""Mails that came back, as whoever runs the mail server reports them.

One JSON form, signed by the Standard Webhooks specification with a secret of the
business's own (`papers.renew_bounce_secret`); an installation's mail service is
connected by a few lines that turn its own reports into this form.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from django.db import transaction
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from invoices.delivering import by_machine, note
from invoices.exceptions import NoSuchDelivery, NotSignedRight
from invoices.mailing.message import delivery_of
from invoices.mailing.placeholders import one_line
from invoices.models import Delivery, DocumentSettings
from partners import public_ids
from partners.exceptions import Invalid

_MOST_REASON = 400
# Signed with by nobody: a business without a secret takes as long to refuse.
_NOBODY = "whsec_" + base64.b64encode(bytes(24)).decode()


class Kind(StrEnum):
    """Why it came back, the graver later."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report, understood."""

    message_id: str
    kind: Kind
    reason: str
    at: datetime.datetime


def check_signature(business: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The key of the business (given by its public id) whose secret signed this.

    Raises NotSignedRight, alike for a wrong signature, one older than five minutes, a
    business without a secret and one that does not exist.
    """
    pk = public_ids.decode("business", business)
    rows = DocumentSettings.objects.for_business(pk or 0)
    secret = rows.values_list("bounce_secret", flat=True).first()
    try:
        Webhook(secret or _NOBODY).verify(body, dict(headers), json_parse=False)
    except (
        WebhookVerificationError,
        EmptyWebhookSecretError,
        binascii.Error,
        ValueError,
    ) as error:
        raise NotSignedRight("The signature does not hold.") from error
    if not secret or pk is None:
        raise NotSignedRight("The signature does not hold.")
    return pk


def understood(report: object, *, now: datetime.datetime) -> Bounce:
    """Raise Invalid, naming the field, for what is not of our form."""
    if not isinstance(report, dict):
        raise Invalid("Send a JSON object.")
    message_id, reason = report.get("message_id"), report.get("reason", "")
    if not isinstance(message_id, str):
        raise Invalid("The Message-ID of the mail, as text.", field="message_id")
    if report.get("kind") not in list(Kind):
        raise Invalid(f"One of {', '.join(Kind)}.", field="kind")
    if not isinstance(reason, str):
        raise Invalid("Text, or leave it out.", field="reason")
    return Bounce(
        message_id, Kind(report["kind"]), one_line(reason), _moment(report, now)
    )


def record_bounce(business_id: int, bounce: Bounce) -> bool:
    """Note on the delivery that it came back; False if that, or worse, was known.

    One transaction with its event. Raises NoSuchDelivery.
    """
    keys = delivery_of(bounce.message_id)
    with transaction.atomic():
        rows = Delivery.objects.for_business(business_id).select_related(
            "business", "partner", "invoice"
        )
        pk = keys[1] if keys and keys[0] == business_id else 0
        row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise NoSuchDelivery(
                "No mail of this business has this Message-ID.", field="message_id"
            )
        if row.bounced_at and _gravity(row.bounce) >= _gravity(bounce.kind):
            return False
        # A clock that is slow elsewhere: nothing comes back before it was written.
        row.bounced_at = max(bounce.at, row.created_at)
        row.bounce = f"{bounce.kind}: {bounce.reason}"[:_MOST_REASON]
        row.save(update_fields=["bounced_at", "bounce"])
        facts = {"kind": bounce.kind.value, "reason": bounce.reason[:_MOST_REASON]}
        note(row, "bounced", by=by_machine(row), **facts)
    return True


def _gravity(words: str) -> int:
    return list(Kind).index(Kind(words.partition(":")[0]))


def _moment(report: dict[str, object], now: datetime.datetime) -> datetime.datetime:
    text = report.get("at")
    if text is None:
        return now
    try:
        at = datetime.datetime.fromisoformat(text if isinstance(text, str) else "")
        # A moment without a zone is none; Python would take our own.
        return min(at.astimezone(datetime.UTC), now) if at.tzinfo else _no_moment()
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "A moment with its zone, such as 2026-03-10T12:00:00Z.", field="at"
        ) from error


def _no_moment() -> NoReturn:
    raise ValueError("no zone")
