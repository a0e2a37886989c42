"""People at the pages' door, and a business with something on every page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from invoices import links, send_runs, sending
from invoices.models import CustomerLink, Delivery, Invoice, SendRun
from partners.access import Actor
from partners.models import Business, Membership, User
from tests.factories import (
    NOW,
    BusinessFactory,
    MembershipFactory,
    a_draft,
    actor,
    an_issued_invoice,
)


def member(business: Business, role: str = "clerk", **values: Any) -> User:
    """Somebody of the business who is no staff."""
    membership: Membership = MembershipFactory(
        business=business, role=role, **{f"user__{k}": v for k, v in values.items()}
    )
    return membership.user


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Office:
    """A business with one row of each kind that pages show."""

    business: Business
    by: Actor
    draft: Invoice
    issued: Invoice
    delivery: Delivery
    run: SendRun
    link: CustomerLink

    def url(self, name: str, *args: Any) -> str:
        """The path of one of the business's pages."""
        return reverse(name, args=[self.business.slug, *args])

    def pages(self) -> list[str]:
        """All that can be looked at."""
        return [
            self.url("send-drafts"),
            self.url("send-sent"),
            self.url("send-runs"),
            self.url("send-run", self.run.public_id),
            self.url("send-document", self.draft.public_id),
            self.url("send-document", self.issued.public_id),
            self.url("send-preview", self.draft.public_id),
            self.url("send-pdf", self.issued.public_id),
        ]

    def deeds(self) -> list[tuple[str, dict[str, Any]]]:
        """All that can be posted, with a body that would be taken."""
        draft, issued = self.draft.public_id, self.issued.public_id
        key = str(uuid.uuid4())
        words = {"key": key, "subject": "", "body": "", "copies": ""}
        act = [(self.url("send-act", issued, deed), {"reason": "x"}) for deed in _ACTS]
        return [
            (self.url("send-compose-many"), {"invoice": [draft]}),
            (self.url("send-compose", draft), words | {"recipients": ""}),
            (self.url("send-mail-preview"), words | {"document": draft}),
            (
                self.url("send-runs"),
                words | {"invoices": draft, "words": "template"},
            ),
            (self.url("send-run-stop", self.run.public_id), {}),
            (self.url("send-retry", self.delivery.public_id), {}),
            (self.url("send-settle", self.delivery.public_id), {"arrived": "yes"}),
            (self.url("send-withdraw", self.delivery.public_id), {}),
            *act,
        ]


_ACTS = ("hold", "release", "dispute", "settle", "revoke", "link")


def office(word: str = "Own") -> Office:
    """A business whose name, and whose customers' names, hold the word."""
    business: Business = BusinessFactory(name=f"{word} Ltd", slug=word.lower())
    by = actor(business)
    issued = an_issued_invoice(business, by=by)
    [delivery] = sending.send(issued, by=by, now=NOW, key="first")
    waiting = a_draft(business, by=by)
    run = send_runs.start(business, [waiting], by=by, now=NOW, key=uuid.uuid4())
    return Office(
        business=business,
        by=by,
        draft=a_draft(business, by=by),
        issued=issued,
        delivery=delivery,
        run=run,
        link=links.link_to(issued, now=_later()),
    )


def _later() -> Any:
    from django.utils import timezone

    return timezone.now()
