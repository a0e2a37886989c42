"""Customers by their name: found, or made when a document first names them.

Names are not unique, so those who would make a customer queue at their business; of
two at the same time the second finds the first one's.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from partners import master
from partners.access import Actor, Capability
from partners.models import Business, Partner

UNNAMED = "UNNAMED"
UNNAMED_NAME = "Customer not named"


def is_unnamed(partner: Partner) -> bool:
    """Whether it stands for all customers whom documents did not name."""
    return partner.code == UNNAMED


def customer_named(
    business: Business,
    name: str,
    details: Mapping[str, str],
    *,
    if_new: Mapping[str, str],
    by: Actor,
) -> Partner:
    """The oldest partner of exactly this name, with these details; else a new one.

    A partner in use comes before an archived one. `details` and `if_new` are columns
    of Partner: the first are set on the one that is found, the second on one that is
    made. Raises what `master.save` raises where something is set or made.
    """
    found = _named(business, name)
    if found is not None:
        return with_details(found, {**details, "is_customer": True}, by=by)
    with transaction.atomic():
        _queue(business)
        found = _named(business, name)
        if found is not None:
            return with_details(found, {**details, "is_customer": True}, by=by)
        values = {**if_new, "name": name, "is_customer": True}
        return master.save(Partner(business=business), values, by=by)


def with_details(
    partner: Partner, details: Mapping[str, object], *, by: Actor
) -> Partner:
    """The partner with these columns; saved, by `master.save`, only if one differs."""
    different = {k: v for k, v in details.items() if getattr(partner, k) != v}
    return master.save(partner, different, by=by) if different else partner


def unnamed_customer(business: Business, *, by: Actor) -> Partner:
    """The one customer of documents that name none; made when it is first needed.

    It belongs to drafting, so it needs no more than the capability to draft.
    """
    by.require(Capability.DRAFT, business.pk)
    found = Partner.objects.for_business(business).filter(code=UNNAMED).first()
    if found is not None:
        return found
    values = {"code": UNNAMED, "name": UNNAMED_NAME, "is_customer": True}
    try:
        new = Partner(business=business)
        return master.save(new, values, by=by, needing=Capability.DRAFT)
    except master.CodeTaken:
        return Partner.objects.for_business(business).get(code=UNNAMED)


def _named(business: Business, name: str) -> Partner | None:
    partners = Partner.objects.for_business(business).filter(name=name)
    oldest_first = partners.exclude(code=UNNAMED).order_by("id")
    return oldest_first.in_use().first() or oldest_first.first()


def _queue(business: Business) -> None:
    # Stronger than what other rows' foreign keys take, and no stronger.
    Business.objects.select_for_update(no_key=True).only("id").get(pk=business.pk)
