"""The jobs that follow the books: sealing what is new, storing what was issued."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from invoices.models import Event, Invoice
from partners.models import Business

logger = logging.getLogger(__name__)

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.periodic(cron="* * * * * */5")
@app.task(name="invoices.follow_books", queue="books", queueing_lock="books")
def follow_books(timestamp: int) -> None:
    """Seal the new events of every business; one query where there are none."""
    from invoices.models.event import seal

    # The one question asked of all businesses at once: its index holds only what is new.
    new = Event.objects.filter(position__isnull=True).order_by()
    pks = new.values_list("business_id", flat=True).distinct()
    for business in Business.objects.filter(pk__in=list(pks)).order_by("id"):
        try:
            seal(business)
        except Exception:
            # The others' books do not wait for this one's fault.
            logger.exception("The events of %s could not be followed.", business.slug)


@app.task(name="invoices.store_papers", queue="papers", retry=_AGAIN)
def store_papers(business_id: int, invoice_id: int) -> None:
    """Print and keep the papers of one issued document, unless they are there."""
    from invoices.files import pdf_of

    rows = Invoice.objects.for_business(business_id)
    invoice = rows.select_related("business", "partner").filter(pk=invoice_id).first()
    if invoice is not None:
        pdf_of(invoice)


def queue_papers(rows: Sequence[Invoice]) -> None:
    """Have their papers stored once the surrounding transaction is committed."""
    wanted: list[JSONDict] = [
        {"business_id": row.business_id, "invoice_id": row.pk} for row in rows
    ]
    if wanted:
        store_papers.batch_defer(*wanted)
