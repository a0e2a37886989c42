"""Jobs that take deliveries to the mail server."""

from __future__ import annotations

from collections.abc import Sequence

from procrastinate.contrib.django import app

from invoices.models import Delivery


@app.task(name="invoices.deliver", queue="mail")
def deliver(business_id: int, delivery_id: int) -> None:
    """Work one delivery off, if it is due and nobody else has it."""
    from invoices.delivering import work_off

    work_off(business_id, delivery_id)


def queue_deliveries(rows: Sequence[Delivery]) -> None:
    """Have these worked off once the surrounding transaction is committed."""
    if rows:
        deliver.batch_defer(
            *({"business_id": row.business_id, "delivery_id": row.pk} for row in rows)
        )
