"""How a document stands on the business's own day."""

from __future__ import annotations

import datetime

from invoices.models import Invoice
from invoices.querysets import Status, status_case


def status_of(invoice: Invoice, now: datetime.datetime) -> Status:
    """The document's status where its business is; one query."""
    today = invoice.business.today(now)
    rows = Invoice.objects.for_business(invoice.business_id).filter(pk=invoice.pk)
    return Status(rows.annotate(word=status_case(today)).values_list("word")[0][0])
