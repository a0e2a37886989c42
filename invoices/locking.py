"""The order in which rows are locked, in one place, so that no two verbs deadlock.

Documents first, by primary key ascending; then payments, by primary key
ascending (`payments.recording`); then the number sequence, last of all, because
whoever waits for it waits for a whole transaction. The business is only shared by them;
who closes its books locks nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from invoices.exceptions import StaleDocument
from invoices.models import Invoice
from partners import prepared
from partners.models import Business, Partner


def lock_books(business_id: int) -> Business:
    """The business, whose closing day stays until the end of the transaction.

    It is the lock that every insert with a business takes anyway: verbs do not wait for
    each other, nor for the sealing of history, only `closing.close_books` for them and
    they for it. One query.
    """
    where = "id = %s FOR KEY SHARE"
    [business] = prepared.select(Business, where, [business_id])
    return business


def lock_invoices(business_id: int, pks: Iterable[int]) -> dict[int, Invoice]:
    """Lock these documents and read them afresh, with their partners; three queries.

    The business is share-locked, so that its books are not closed before the verb has
    ended. Raises StaleDocument where a document is gone.
    """
    wanted = sorted(set(pks))
    where = "business_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
    found = prepared.select(Invoice, where, [business_id, wanted])
    if len(found) != len(wanted):
        raise StaleDocument("A document has been deleted.")
    business = lock_books(business_id)
    partners = {invoice.partner_id for invoice in found}
    by_pk = prepared.by_pk(Partner, business_id, partners)
    for invoice in found:
        invoice.business, invoice.partner = business, by_pk[invoice.partner_id]
    return {invoice.pk: invoice for invoice in found}
