"""Many drafts sent at once: each document of a run is wholly sent or untouched."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from invoices import jobs
from invoices.exceptions import BadRun, NotADraft, RunFinished
from invoices.models import Delivery, Event, Invoice, SendRun, SendRunItem
from invoices.models.delivery import DeliveryState
from invoices.models.send_run import ItemState
from invoices.querysets import Direction
from invoices.sending import Letter, check_letter, send
from partners.access import Actor, Capability
from partners.exceptions import BookError
from partners.models import Business
from partners.tenancy import BusinessQuerySet

MOST_DOCUMENTS = 5_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; the sums over `items` are the run's documents."""

    items: dict[ItemState, int]
    deliveries: dict[DeliveryState, int]
    finished: bool
    stopped: bool

    @property
    def total(self) -> int:
        """How many documents were asked for."""
        return sum(self.items.values())

    @property
    def waiting(self) -> int:
        """How many have not been looked at yet."""
        return self.items.get(ItemState.WAITING, 0)


def start(
    business: Business,
    invoices: Sequence[Invoice | int],
    *,
    by: Actor,
    now: datetime.datetime,
    key: uuid.UUID,
    letter: Letter = Letter(),  # noqa: B008 - frozen
) -> SendRun:
    """Have these drafts issued and sent by a job, in this order.

    The same key again answers the run that is there. `letter` holds the words for all,
    empty for each customer's template; its recipients are allowed for one document
    only. Raises BadRun, Invalid, NotAllowed.
    """
    by.require(Capability.ISSUE, business.pk)
    check_letter(letter)
    pks = list(
        dict.fromkeys(row if isinstance(row, int) else row.pk for row in invoices)
    )
    known = SendRun.objects.for_business(business).filter(key=key).first()
    if known:
        return known
    _check(business, pks, letter)
    with transaction.atomic():
        run, new = SendRun.objects.get_or_create(
            business=business,
            key=key,
            defaults={
                "user_id": by.user_id,
                "actor": by.name,
                "capabilities": sorted(by.capabilities),
                "subject": letter.subject,
                "body": letter.body,
                "copies": list(letter.copies),
            },
        )
        if new:
            _add_items(run, pks, letter.recipients)
            Event.record(run, "run.started", by=by, documents=len(pks))
            jobs.queue_run(run)
    return run


def stop(run: SendRun, *, by: Actor, now: datetime.datetime) -> int:
    """Leave what still waits untouched; returns how many documents that are.

    Raises RunFinished, NotAllowed.
    """
    by.require(Capability.ISSUE, run.business_id)
    with transaction.atomic():
        locked = _lock(run.business_id, run.pk)
        if locked.finished_at is not None:
            raise RunFinished("The run is over; there is nothing left to stop.")
        items = _items(locked).filter(state=ItemState.WAITING)
        # Whoever works on one of them has it locked; that one is let through.
        waiting = items.select_for_update(skip_locked=True)
        pks = list(waiting.values_list("pk", flat=True))
        count = _items(locked).filter(pk__in=pks).update(state=ItemState.SKIPPED)
        SendRun.objects.for_business(run.business_id).filter(pk=run.pk).update(
            stopped_at=now, finished_at=now
        )
        Event.record(locked, "run.stopped", by=by, untouched=count)
    return count


def work(
    business_id: int, run_id: int, done: Callable[[], None] = lambda: None
) -> None:
    """Work off what waits in a run, one transaction for each document.

    Killed anywhere, it leaves no document half-sent and is simply called again; two
    at once share the work. `done` is called after each document.
    """
    runs = SendRun.objects.for_business(business_id).select_related("business", "user")
    run = runs.filter(pk=run_id).first()
    if run is None:
        return
    by = Actor(
        business_id,
        run.user_id,
        run.actor,
        frozenset(Capability(word) for word in run.capabilities),
    )
    while _next(run, by):
        done()
    _finish(run)


def rehearse(
    invoice: Invoice, *, by: Actor, now: datetime.datetime
) -> BookError | None:
    """Send a draft and take it all back; returns what refused it, if anything did."""
    try:
        with transaction.atomic():
            invoice.must_be_draft()
            send(invoice, by=by, now=now, key="rehearsal")
            transaction.set_rollback(True)
    except BookError as refusal:
        return refusal
    return None


def progress(run: SendRun) -> Progress:
    """The state of a run and of its mails; three queries."""
    run.refresh_from_db(fields=["finished_at", "stopped_at"])
    items = _items(run).values_list("state").annotate(count=Count("pk")).order_by()
    mails = deliveries(run).values_list("state").annotate(count=Count("pk")).order_by()
    return Progress(
        {ItemState(state): count for state, count in items},
        {DeliveryState(state): count for state, count in mails},
        finished=run.finished_at is not None,
        stopped=run.stopped_at is not None,
    )


def deliveries(run: SendRun) -> BusinessQuerySet[Delivery]:
    """The mails that a run has queued."""
    rows = Delivery.objects.for_business(run.business_id)
    asked = _items(run).values("invoice_id")
    return rows.filter(invoice_id__in=asked, attempt_key=_key(run))


def _key(run: SendRun) -> str:
    return f"run-{run.key}"


def _check(business: Business, pks: Sequence[int], letter: Letter) -> None:
    if not 0 < len(pks) <= MOST_DOCUMENTS:
        raise BadRun(f"Choose 1 to {MOST_DOCUMENTS} documents.", field="invoices")
    if letter.recipients and len(pks) > 1:
        raise BadRun(
            "Recipients can be named for one document at a time.", field="recipients"
        )
    ours = Invoice.objects.for_business(business).filter(direction=Direction.ISSUED)
    found = set(ours.filter(pk__in=pks).values_list("pk", flat=True))
    if missing := [pk for pk in pks if pk not in found]:
        raise BadRun(f"{len(missing)} of them are not there.", field="invoices")


def _add_items(run: SendRun, pks: Sequence[int], recipients: Sequence[str]) -> None:
    SendRunItem.objects.bulk_create(
        SendRunItem(
            business_id=run.business_id,
            run=run,
            invoice_id=pk,
            position=position,
            recipients=list(recipients),
        )
        for position, pk in enumerate(pks, start=1)
    )


def _next(run: SendRun, by: Actor) -> bool:
    """Work one waiting document off; False where none is left."""
    with transaction.atomic():
        waiting = _items(run).filter(state=ItemState.WAITING).order_by("position")
        item = waiting.select_for_update(skip_locked=True).first()
        if item is None:
            return False
        try:
            with transaction.atomic():
                _send(run, item, by)
        except BookError as refusal:
            item.state, item.code = ItemState.REFUSED, refusal.code
            item.reason = refusal.message[:500]
        else:
            item.state = ItemState.DONE
        item.done_at = timezone.now()
        item.save(update_fields=["state", "code", "reason", "done_at"])
    return True


def _send(run: SendRun, item: SendRunItem, by: Actor) -> None:
    if item.invoice_id is None:
        raise NotADraft("The draft has been deleted meanwhile.")
    invoice = Invoice(pk=item.invoice_id, business_id=run.business_id)
    # Somebody may be sending it by hand just now, and would not want it twice.
    invoice.lock()
    invoice.must_be_draft()
    letter = Letter(
        recipients=item.recipients,
        copies=run.copies,
        subject=run.subject,
        body=run.body,
    )
    send(invoice, letter, by=by, now=timezone.now(), key=_key(run))


def _finish(run: SendRun) -> None:
    """Note that nothing waits any more; once, and not while another still works."""
    with transaction.atomic():
        locked = _lock(run.business_id, run.pk)
        if locked.finished_at is not None:
            return
        if _items(run).filter(state=ItemState.WAITING).exists():
            return
        locked.finished_at = timezone.now()
        locked.save(update_fields=["finished_at"])


def _lock(business_id: int, pk: int) -> SendRun:
    return SendRun.objects.for_business(business_id).select_for_update().get(pk=pk)


def _items(run: SendRun) -> BusinessQuerySet[SendRunItem]:
    return SendRunItem.objects.for_business(run.business_id).filter(run_id=run.pk)
