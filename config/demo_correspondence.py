"""What the demo's first business has begun to send: words, a hook, a mail, a run."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from invoices import mail_decisions, send_runs
from invoices.models import Invoice, MailTemplate, WebhookEndpoint
from invoices.querysets import State
from invoices.sending import send
from invoices.webhooks.endpoints import send_test

if TYPE_CHECKING:
    from config.demo_books import Books

HOOK = "http://127.0.0.1:8099/hooks"
"""Nothing listens there until somebody makes it."""


def create(books: Books) -> None:
    """A template, an endpoint, a mail that was taken back, and a run that was stopped."""
    MailTemplate.objects.create(
        business=books.business,
        purpose="reminder",
        language="de",
        subject="Erinnerung an Rechnung {{ number }}",
        body="Guten Tag,\n\ndie Rechnung {{ number }} ist noch offen: {{ link }}",
    )
    now = timezone.now()
    endpoint = WebhookEndpoint.objects.create(
        business=books.business, url=HOOK, description="Start your own listener there"
    )
    send_test(endpoint, by=books.actor, now=now)
    sold = Invoice.objects.for_business(books.business).sales().order_by("pk")
    harbour = sold.filter(partner=books.partners["HARBOUR"])
    issued = harbour.filter(state=State.ISSUED)[0]
    for mail in send(issued, by=books.actor, now=now, key="first"):
        mail_decisions.withdraw(mail, by=books.actor, now=now)
    drafts = list(harbour.filter(state=State.DRAFT))
    key = uuid.uuid4()
    run = send_runs.start(books.business, drafts, by=books.actor, now=now, key=key)
    send_runs.stop(run, by=books.actor, now=now)
