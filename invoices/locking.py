"""The order in which rows are locked, in one place, so that no two verbs deadlock.

Documents first, by primary key ascending; then payments, by primary key
ascending (`payments.recording`); then the number sequence, last of all, because
whoever waits for it waits for a whole transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from invoices.exceptions import StaleDocument
from invoices.models import Invoice
from partners import prepared
from partners.models import Business, Partner


def lock_invoices(business_id: int, pks: Iterable[int]) -> dict[int, Invoice]:
    """Lock these documents and read them afresh, with their partners; three queries.

    Raises StaleDocument where one of them is gone.
    """
    wanted = sorted(set(pks))
    where = "business_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
    found = prepared.select(Invoice, where, [business_id, wanted])
    if len(found) != len(wanted):
        raise StaleDocument("A document has been deleted.")
    [business] = prepared.select(Business, "id = %s", [business_id])
    partners = {invoice.partner_id for invoice in found}
    by_pk = prepared.by_pk(Partner, business_id, partners)
    for invoice in found:
        invoice.business, invoice.partner = business, by_pk[invoice.partner_id]
    return {invoice.pk: invoice for invoice in found}
