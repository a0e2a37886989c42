"""The secret address of a document's page: given out, renewed, taken back."""

from __future__ import annotations

import datetime
import re

from django.conf import settings
from django.db import transaction

from invoices.models import CustomerLink, Delivery, DocumentSettings, Event, Invoice
from partners import public_ids
from partners.access import Actor, Capability

_TOKEN = re.compile(r"(/i/[0-9a-f]{9,15}/[0-9a-f]{9,15}/)[\w-]+")


def link_to(invoice: Invoice, *, now: datetime.datetime) -> CustomerLink:
    """The document's newest open link, or a new one; two or three queries.

    A link that ends within the half of its time is renewed, so that what is mailed
    today works long enough.
    """
    days = datetime.timedelta(days=DocumentSettings.of(invoice.business_id).link_days)
    links = CustomerLink.objects.for_business(invoice.business_id)
    known = links.filter(invoice_id=invoice.pk).open(now + days / 2).last()
    return known or links.create(
        business_id=invoice.business_id, invoice_id=invoice.pk, expires_at=now + days
    )


def give_link(invoice: Invoice, *, by: Actor, now: datetime.datetime) -> CustomerLink:
    """The document's link for whoever may send it. Raises NotIssued, NotAllowed."""
    by.require(Capability.ISSUE, invoice.business_id)
    invoice.must_be_issued()
    return link_to(invoice, now=now)


def revoke_links(invoice: Invoice, *, by: Actor, now: datetime.datetime) -> int:
    """Close every open link of a document; returns how many there were.

    Raises NotAllowed.
    """
    by.require(Capability.ISSUE, invoice.business_id)
    with transaction.atomic():
        links = CustomerLink.objects.for_business(invoice.business_id)
        count = links.filter(invoice_id=invoice.pk).open(now).update(revoked_at=now)
        if count:
            Event.record(invoice, "invoice.links_revoked", by=by, links=count)
    return count


def find_link(
    business: str, link: str, token: str, *, now: datetime.datetime
) -> CustomerLink | None:
    """The open link that an address leads to, with its document, or None; one query."""
    business_pk = public_ids.decode("business", business)
    pk = public_ids.decode("link", link)
    if business_pk is None or pk is None:
        return None
    links = CustomerLink.objects.for_business(business_pk).open(now)
    found = links.select_related("invoice__business", "invoice__partner").filter(pk=pk)
    row = found.first()
    return row if row and row.opens_with(token) else None


def address(link: CustomerLink) -> str:
    """The whole address, as it is mailed."""
    return f"{settings.PUBLIC_URL}{link.path()}"


def words_for(delivery: Delivery, actor: Actor | None) -> str:
    """The words of a mail as this person may read them; see `veiled`."""
    return veiled(delivery.body, actor)


def veiled(text: str, actor: Actor | None) -> str:
    """The text, its secret addresses only for whoever may give them out."""
    if actor is not None and actor.may(Capability.ISSUE):
        return text
    return _TOKEN.sub(r"\1…", text)
