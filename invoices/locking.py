"""The order in which rows are locked, in one place, so that no two verbs deadlock.

Documents first, by primary key ascending; then payments, by primary key
ascending (`payments.recording`); then the number sequence, last of all, because
whoever waits for it waits for a whole transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from invoices.exceptions import StaleDocument
from invoices.models import Invoice


def lock_invoices(business_id: int, pks: Iterable[int]) -> dict[int, Invoice]:
    """Lock these documents and read them afresh; one query.

    Raises StaleDocument where one of them is gone.
    """
    wanted = set(pks)
    locked = Invoice.objects.for_business(business_id).select_for_update(of=("self",))
    found = locked.select_related("business", "partner").filter(pk__in=wanted)
    by_pk = {invoice.pk: invoice for invoice in found.order_by("pk")}
    if len(by_pk) != len(wanted):
        raise StaleDocument("A document has been deleted.")
    return by_pk
