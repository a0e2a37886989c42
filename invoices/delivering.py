"""Takes deliveries to the mail server: once each, whoever dies when.

A worker claims a row by a conditional update and believes its row count. Each step that
it takes afterwards is conditional on its own claim, so that one that comes back late
finds that the row is no longer its own.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from invoices import jobs
from invoices.mailing.handing_over import hand_over
from invoices.mailing.message import envelope_of
from invoices.mailing.outcomes import Fate, Outcome
from invoices.models import Delivery, Event
from invoices.models.delivery import DeliveryState
from invoices.models.mail_template import Purpose
from invoices.querysets import BINDING
from partners.access import Actor
from partners.exceptions import BookError

LOST_AFTER = datetime.timedelta(minutes=10)
"""How long a claim holds; a talk with the server is cut off well before."""

_UNREACHABLE = (OperationalError, InterfaceError)
_PAUSES = (0.0, 0.5, 2.0, 5.0)
_MOST_WORDS = 500

logger = logging.getLogger(__name__)


class _ClaimLost(Exception):
    """The row is somebody else's by now."""


class _Unwanted(Exception):
    """What changed on the document while its mail was made; says why."""


def work_off(business_id: int, delivery_id: int) -> None:
    """Take one delivery to the server, if it is due and nobody else has it.

    Commits on the way: do not call it inside a transaction. Whatever goes wrong with
    this mail ends in its row, not in an exception. Where the row cannot be written,
    `sweep` decides later by how far it had come.
    """
    delivery = _claim(business_id, delivery_id)
    if delivery is None:
        return
    unwanted = _unwanted(delivery)
    if unwanted:
        _insist(lambda: _withdraw(delivery, unwanted))
        return
    try:
        outcome = _attempt(delivery)
    except _ClaimLost:
        logger.warning("%s was taken over by the sweep before its content.", delivery)
        return
    except _Unwanted as told:
        reason = str(told)
        _insist(lambda: _withdraw(delivery, reason))
        return
    _insist(lambda: record_outcome(delivery, outcome))


def record_outcome(delivery: Delivery, outcome: Outcome) -> bool:
    """Write what became of a claimed or offered delivery; False if it is not that now.

    One transaction with its event; a temporary failure is queued again with a job, or
    has failed where no attempt is left.
    """
    now = timezone.now()
    conclude = {
        Fate.TAKEN: _sent,
        Fate.TEMPORARY: _later,
        Fate.PERMANENT: _failed,
        Fate.UNCERTAIN: _uncertain,
    }[outcome.fate]
    with transaction.atomic():
        return conclude(delivery, outcome, now)


def by_machine(delivery: Delivery) -> Actor:
    """The actor of what the worker does by itself."""
    return Actor.operator(delivery.business, "counterfoil")


def note(delivery: Delivery, verb: str, *, by: Actor, **facts: object) -> None:
    """An event about the delivery's document, or its partner where there is none."""
    about = delivery.invoice or delivery.partner
    known = {"delivery": delivery.public_id, "recipient": delivery.recipient}
    Event.record(about, f"delivery.{verb}", by=by, **known, **facts)


# --- claiming and trying -------------------------------------------------------------


def _claim(business_id: int, delivery_id: int) -> Delivery | None:
    now = timezone.now()
    rows = Delivery.objects.for_business(business_id).filter(pk=delivery_id)
    with transaction.atomic(durable=True):
        due = rows.filter(state=DeliveryState.QUEUED, try_after__lte=now)
        claimed = due.update(
            state=DeliveryState.CLAIMED,
            changed_at=now,
            attempts=F("attempts") + 1,
        )
    if not claimed:
        return None
    related = ("business", "partner", "link", "file", "invoice__partner")
    return rows.select_related(*related, "invoice__business").get(changed_at=now)


def _attempt(delivery: Delivery) -> Outcome:
    """Build the mail and hand it over. Raises _ClaimLost, _Unwanted."""
    offered = False

    def offer() -> None:
        nonlocal offered
        _offer(delivery)
        offered = True

    try:
        return hand_over(envelope_of(delivery, now=timezone.now()), offer)
    except (_ClaimLost, _Unwanted):
        raise
    except BookError as refusal:
        return Outcome(Fate.PERMANENT, refusal.message)
    except Exception as error:
        # A fault of ours, or the database left. Offering may have been committed
        # although its answer was lost; then the row is not as it must be to be queued
        # again, and the sweep asks about it.
        logger.exception("%s could not be made or sent.", delivery)
        fate = Fate.UNCERTAIN if offered else Fate.TEMPORARY
        return Outcome(fate, f"Our side failed: {type(error).__name__}.")


def _offer(delivery: Delivery) -> None:
    now = timezone.now()
    with transaction.atomic(durable=True):
        if delivery.invoice is not None:
            # Printing and connecting took a while; whoever voids it now waits.
            delivery.invoice.lock()
        if unwanted := _unwanted(delivery):
            raise _Unwanted(unwanted)
        if not _advance(delivery, now, DeliveryState.OFFERED):
            raise _ClaimLost
    delivery.state, delivery.changed_at = DeliveryState.OFFERED, now


def _unwanted(delivery: Delivery) -> str:
    """Why the mail is no longer wanted, or nothing."""
    invoice = delivery.invoice
    if invoice is None:
        return ""
    if delivery.purpose == Purpose.REMINDER:
        if not invoice.balance:
            return "It was paid in the meantime."
        if invoice.disputed_at or invoice.held_at:
            return "It was disputed or held back in the meantime."
    if invoice.state not in (*BINDING, "written_off"):
        return f"The document is {invoice.state} by now."
    return ""


# --- writing down what became of it ----------------------------------------------------


def _sent(delivery: Delivery, outcome: Outcome, now: datetime.datetime) -> bool:
    by = by_machine(delivery)
    left_out = "; ".join(outcome.refused_copies)
    if delivery.invoice is not None and delivery.purpose == Purpose.DOCUMENT:
        # Documents are locked before what belongs to them.
        delivery.invoice.lock()
    if not _advance(
        delivery,
        now,
        DeliveryState.SENT,
        answer=outcome.reason[:_MOST_WORDS],
        error=f"Copies not taken: {left_out}"[:_MOST_WORDS] if left_out else "",
    ):
        return False
    facts = {"refused_copies": list(outcome.refused_copies)} if left_out else {}
    note(delivery, "sent", by=by, answer=outcome.reason, **facts)
    if delivery.invoice is not None and delivery.purpose == Purpose.DOCUMENT:
        delivery.invoice.record_sent(now, by=by, to=delivery.recipient)
    return True


def _later(delivery: Delivery, outcome: Outcome, now: datetime.datetime) -> bool:
    pauses = settings.MAIL_RETRY_MINUTES
    if delivery.attempts > len(pauses):
        return _failed(delivery, outcome, now)
    # What a dead worker left has waited already.
    waited = now - delivery.changed_at
    pause = datetime.timedelta(minutes=pauses[delivery.attempts - 1])
    again = now + max(pause - waited, datetime.timedelta())
    reason = outcome.reason[:_MOST_WORDS]
    queued = DeliveryState.QUEUED
    if not _advance(delivery, now, queued, error=reason, try_after=again):
        return False
    note(delivery, "delayed", by=by_machine(delivery), reason=reason, until=again)
    jobs.queue_deliveries([delivery], at=again)
    return True


def _failed(delivery: Delivery, outcome: Outcome, now: datetime.datetime) -> bool:
    return _end(delivery, DeliveryState.FAILED, outcome.reason, now)


def _uncertain(delivery: Delivery, outcome: Outcome, now: datetime.datetime) -> bool:
    return _end(delivery, DeliveryState.UNCERTAIN, outcome.reason, now)


def _end(
    delivery: Delivery, state: DeliveryState, reason: str, now: datetime.datetime
) -> bool:
    """No more of it without a person; the event has the state's name."""
    reason = reason[:_MOST_WORDS]
    if not _advance(delivery, now, state, error=reason):
        return False
    note(delivery, state, by=by_machine(delivery), reason=reason)
    return True


def _withdraw(delivery: Delivery, reason: str) -> bool:
    with transaction.atomic():
        return _end(delivery, DeliveryState.WITHDRAWN, reason, timezone.now())


def _advance(
    delivery: Delivery, now: datetime.datetime, state: DeliveryState, **values: object
) -> int:
    """Write the next state if the row is still where this claim left it."""
    rows = Delivery.objects.for_business(delivery.business_id)
    mine = rows.filter(
        pk=delivery.pk, state=delivery.state, changed_at=delivery.changed_at
    )
    return mine.update(state=state, changed_at=now, **values)


def _insist(write: Callable[[], bool]) -> None:
    """Write a known outcome, also after the connection was lost.

    Without it the row would stay offered, and a person be asked what we know.
    """
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            if not write():
                logger.warning("An outcome came too late to be written.")
        except _UNREACHABLE:
            logger.warning("The database does not answer; trying again.")
            connection.close()
        else:
            return
    logger.error("An outcome could not be written; the sweep will ask about it.")
