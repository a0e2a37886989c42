"""What a person decides about a mail: it arrived or not, once more, not at all."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from invoices import jobs
from invoices.delivering import note
from invoices.exceptions import WrongDeliveryState
from invoices.models import Delivery
from invoices.models.delivery import DeliveryState
from invoices.models.mail_template import Purpose
from partners.access import Actor, Capability


def settle_uncertain(
    delivery: Delivery, arrived: bool, *, by: Actor, now: datetime.datetime
) -> Delivery:
    """Say whether an uncertain mail arrived; if not, it is sent once more.

    One transaction with its event. Raises WrongDeliveryState, NotAllowed.
    """
    with _locked(delivery, DeliveryState.UNCERTAIN, by):
        if arrived:
            _write(delivery, DeliveryState.SENT, now, error="")
            note(delivery, "sent", by=by, answer="confirmed by hand")
            if delivery.invoice and delivery.purpose == Purpose.DOCUMENT:
                delivery.invoice.record_sent(now, by=by, to=delivery.recipient)
        else:
            _queue_again(delivery, now)
            note(delivery, "retried", by=by, reason="it did not arrive")
    return delivery


def retry(delivery: Delivery, *, by: Actor, now: datetime.datetime) -> Delivery:
    """Try a failed mail once more, with all its attempts anew.

    One transaction with its event and job. Raises WrongDeliveryState, NotAllowed.
    """
    with _locked(delivery, DeliveryState.FAILED, by):
        _queue_again(delivery, now)
        note(delivery, "retried", by=by)
    return delivery


def withdraw(delivery: Delivery, *, by: Actor, now: datetime.datetime) -> Delivery:
    """Take a mail back that is still queued.

    One transaction with its event. Raises WrongDeliveryState, NotAllowed.
    """
    with _locked(delivery, DeliveryState.QUEUED, by):
        _write(delivery, DeliveryState.WITHDRAWN, now)
        note(delivery, "withdrawn", by=by)
    return delivery


@contextmanager
def _locked(delivery: Delivery, state: DeliveryState, by: Actor) -> Iterator[None]:
    """The row locked and read afresh, after its document, in the state asked for."""
    by.require(Capability.ISSUE, delivery.business_id)
    with transaction.atomic():
        if delivery.invoice is not None:
            delivery.invoice.lock()
        rows = Delivery.objects.for_business(delivery.business_id)
        fresh = rows.select_for_update().get(pk=delivery.pk)
        if fresh.state != state:
            raise WrongDeliveryState(
                f"The mail to {fresh.recipient} is {fresh.state}, not {state}.",
                state=fresh.state,
            )
        delivery.attempts = fresh.attempts
        yield


def _queue_again(delivery: Delivery, now: datetime.datetime) -> None:
    delivery.attempts = 0
    _write(delivery, DeliveryState.QUEUED, now, try_after=now)
    jobs.queue_deliveries([delivery])


def _write(
    delivery: Delivery, state: DeliveryState, now: datetime.datetime, **values: object
) -> None:
    names = {"state": state, "changed_at": now, "attempts": delivery.attempts, **values}
    for name, value in names.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=list(names))
