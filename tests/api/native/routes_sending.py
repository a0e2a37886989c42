"""Rows between a business and its customers, to fill the URLs that are about them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from invoices.models import (
    Delivery,
    DocumentSettings,
    Invoice,
    MailTemplate,
    RecurringInvoice,
    ReminderRule,
    SendRun,
    WebhookEndpoint,
    WebhookMessage,
)
from partners.models import Business
from tests import factories
from tests.factories import NOW, TODAY, a_draft, actor, an_issued_invoice

HOOK = "https://1.1.1.1/hooks"
"""A public address that needs no resolver; nothing is posted in these tests."""


def picture() -> bytes:
    """A small PNG."""
    target = io.BytesIO()
    Image.new("RGB", (4, 2), "navy").save(target, "PNG")
    return target.getvalue()


@dataclass(frozen=True)
class Sending:
    """One of each of these rows; the mark stands in every text of them."""

    disputed: Invoice
    held: Invoice
    queued: Delivery
    failed: Delivery
    uncertain: Delivery
    template: MailTemplate
    rule: ReminderRule
    settings: DocumentSettings
    endpoint: WebhookEndpoint
    message: WebhookMessage
    run: SendRun
    draft: Invoice
    recurring: RecurringInvoice
    paused: RecurringInvoice

    @classmethod
    def of(cls, business: Business, mark: str, issued: Invoice, note: Invoice) -> Any:
        """Make them; the papers of these two documents are kept already."""
        by = actor(business)
        for document in (issued, note):
            for kind in ("pdf", "ubl"):
                factories.DocumentFileFactory(
                    invoice=document, kind=kind, content=f"{kind} {mark}".encode()
                )
            factories.CustomerLinkFactory(invoice=document, token=f"{mark}-token")
        words: dict[str, Any] = {"subject": mark, "body": mark}
        words["recipient"] = f"{mark}@example.com"
        endpoint = factories.WebhookEndpointFactory(
            business=business, description=mark, url=HOOK
        )
        message = factories.WebhookMessageFactory(
            endpoint=endpoint, payload={"data": mark}
        )
        factories.WebhookAttemptFactory(message=message, answer=mark)
        run = factories.SendRunFactory(business=business, **_words(mark))
        draft = a_draft(business, by=by, memo=mark)
        factories.SendRunItemFactory(run=run, invoice=draft, reason=mark)
        logo = factories.LogoFactory(
            business=business, content=picture() + mark.encode()
        )
        disputed, held = (an_issued_invoice(business, memo=mark) for _ in range(2))
        return cls(
            disputed=disputed.dispute(mark, by=by, now=NOW),
            held=held.hold(mark, by=by, now=NOW),
            queued=factories.DeliveryFactory(invoice=issued, **words),
            failed=factories.DeliveryFactory(invoice=issued, state="failed", **words),
            uncertain=factories.DeliveryFactory(
                invoice=note, state="uncertain", **words
            ),
            template=factories.MailTemplateFactory(
                business=business, language="de", **_words(mark)
            ),
            rule=factories.ReminderRuleFactory(business=business),
            settings=factories.DocumentSettingsFactory(
                business=business, footer=mark, logo=logo
            ),
            endpoint=endpoint,
            message=message,
            run=run,
            draft=draft,
            recurring=factories.RecurringFactory(business=business, name=mark),
            paused=factories.RecurringFactory(
                business=business, name=mark, active=False
            ),
        )

    def target(self, words: list[str]) -> Any:
        """The row with which everything at these words of a path can be done."""
        collection, *verb = words
        if collection == "invoices":
            return {"settle_dispute": self.disputed, "release": self.held}[verb[0]]
        if collection == "deliveries":
            doubtful = {"retry": self.failed, "settle": self.uncertain}
            return doubtful.get(verb[0] if verb else "", self.queued)
        if verb[:1] == ["messages"]:
            return self.message
        return {
            "mail_templates": self.template,
            "reminder_rules": self.rule,
            "webhooks": self.endpoint,
            "send_runs": self.run,
            "recurring": self.paused if verb == ["resume"] else self.recurring,
        }[collection]

    def verbs(self) -> dict[str, Any]:
        """A valid body for each verb of these rows."""
        none = "remind settle_dispute hold release retry withdraw rotate test pause resume skip statement"
        return {
            **{name: {} for name in [*none.split(), "resend", "stop"]},
            "send": {"key": "once more"},
            "dispute": {"reason": "Not what I ordered"},
            "write_off": {"reason": "They are bankrupt"},
            "settle": {"arrived": True},
            "logo": picture(),
        }

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A whole valid body for each collection that can be written."""
        return {
            "document_settings": {"language": "de", "page": "letter", "link_days": 30},
            "mail_templates": {
                "purpose": "document",
                "language": "fr",
                "subject": "Facture {{ number }}",
                "body": "Voir {{ link }}",
            },
            "reminder_rules": {"days": 14},
            "webhooks": {"url": HOOK, "events": ["invoice.issued"]},
            "recurring": {
                "name": "Subscription",
                "customer": {"id": self.recurring.partner.public_id},
                "currency": {"code": "USD"},
                "every": "month",
                "starts_on": TODAY.isoformat(),
                "details": [{"product": None, "quantity": 1, "unit_price": 100}],
            },
            "send_runs": {"invoices": [{"id": self.draft.public_id}]},
        }


def _words(mark: str) -> dict[str, str]:
    return {"subject": mark, "body": mark}
