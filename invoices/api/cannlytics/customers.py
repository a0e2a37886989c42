"""Whom a document is for: its `organization` and `billing_…` words as a customer."""

from __future__ import annotations

from typing import Any

from invoices.api.cannlytics import words
from partners.access import Actor
from partners.models import Business, Partner
from partners.naming import (
    UNNAMED_NAME,
    customer_named,
    is_unnamed,
    unnamed_customer,
    with_details,
)


def customer_of(
    business: Business,
    posted: dict[str, Any],
    whole: dict[str, Any],
    now: Partner | None,
    *,
    by: Actor,
) -> Partner:
    """The customer that the posted words make of the one that there is now.

    Posted billing words change that customer; a new one gets all that the whole
    document has. Those of a document without a customer's name stay its own. Raises
    what `partners.naming` raises.
    """
    name = words.text("organization", posted.get("organization"))
    if "organization" not in posted and now is not None and not is_unnamed(now):
        return with_details(now, _details(posted), by=by)
    if name in ("", UNNAMED_NAME):
        is_same = now is not None and is_unnamed(now)
        return now if now and is_same else unnamed_customer(business, by=by)
    if now is not None and now.name == name and not is_unnamed(now):
        return with_details(now, _details(posted), by=by)
    # What the document keeps of another customer is not the new one's.
    new = _details(posted if now is not None and not is_unnamed(now) else whole)
    return customer_named(business, name, _details(posted), if_new=new, by=by)


def _details(document: dict[str, Any]) -> dict[str, str]:
    """The billing words of a document as columns of a partner."""
    return {
        column: words.text(word, document[word])
        for word, column in words.BILLING.items()
        if word in document
    }
