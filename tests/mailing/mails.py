"""Deliveries for tests, and mails read back from their bytes."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.utils import timezone

from invoices.links import link_to
from invoices.models import Delivery, Invoice
from tests.factories import an_issued_invoice


def a_delivery(business, invoice: Invoice | None = None, **overrides: Any) -> Delivery:
    """A queued delivery of an issued document, due now; no job."""
    invoice = invoice or an_issued_invoice(business)
    now = timezone.now()
    values: dict[str, Any] = {
        "business_id": business.pk,
        "invoice_id": invoice.pk,
        "partner_id": invoice.partner_id,
        "purpose": "document",
        "recipient": "buyer@example.com",
        "attempt_key": f"test-{Delivery.objects.count()}",
        "subject": "Invoice",
        "body": "Dear customer,\n\nHere it is.",
        "link": link_to(invoice, now=now),
        "try_after": now,
        "changed_at": now,
        "actor": "test",
    } | overrides
    return Delivery.objects.create(**values)


def read(content: bytes) -> EmailMessage:
    """The mail as a mail program understands it."""
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


def headers(message: EmailMessage) -> dict[str, str]:
    """All headers but those of the parts; each must be there once."""
    names = [
        name for name in message if not name.lower().startswith(("content", "mime"))
    ]
    assert len(names) == len(set(names))
    return {name: str(message[name]) for name in names}


def parts(message: EmailMessage) -> list[tuple[str, str | None]]:
    """The kind and the file name of each part that is no container."""
    return [
        (part.get_content_type(), part.get_filename())
        for part in message.walk()
        if not part.is_multipart()
    ]


def delivery_ids(content: bytes) -> str:
    """The part of the Message-ID that names the delivery."""
    found = re.search(rb"^Message-ID: <([0-9a-f]+)\.", content, re.MULTILINE)
    assert found
    return found[1].decode()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """One of the two texts."""
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")
