"""What happens to an issued document between the business and its customer.

None of it changes what the document says, so its version stays.
"""

from __future__ import annotations

import datetime
from typing import Self

from django.db import transaction

from invoices.exceptions import NotDisputed, NotHeld, NotIssued, TooManyObjections
from invoices.models.bill import BillVerbs
from invoices.models.event import Event
from invoices.querysets import Direction
from partners import prepared
from partners.access import Actor, Capability
from partners.exceptions import Invalid

_MOST_WORDS = 1000
_MOST_OBJECTIONS = 10
_DAY = datetime.timedelta(days=1)


class CorrespondenceVerbs(BillVerbs):
    """sent → viewed; disputed and settled; held back from reminders and released."""

    class Meta(BillVerbs.Meta):
        abstract = True

    def record_sent(self, at: datetime.datetime, *, by: Actor, to: str) -> Self:
        """A mail server has taken the document for this recipient.

        Call it in the transaction that ends the delivery. The first time is kept.
        """
        with transaction.atomic():
            self.lock()
            if self.sent_at is None:
                self.sent_at = at
                self._note("sent_at")
            Event.record(self, "invoice.sent", by=by, recipient=to)
        return self

    def record_view(self, at: datetime.datetime) -> bool:
        """The customer has opened the document's page; True the first time."""
        with transaction.atomic():
            self.lock()
            first = self.viewed_at is None
            if first:
                self.viewed_at = at
                self._note("viewed_at")
                Event.record(self, "invoice.viewed", by=self.customer())
        return first

    def dispute(self, reason: str, *, by: Actor, now: datetime.datetime) -> Self:
        """Note that the customer objects; nobody is reminded until it is settled.

        A second objection replaces the words of the first; the same words once more
        change nothing. Raises NotIssued, Invalid for no reason or one of over 1000
        characters, TooManyObjections after ten in a day, NotAllowed.
        """
        by.require(Capability.DISPUTE, self.business_id)
        reason = reason.strip()
        if not 0 < len(reason) <= _MOST_WORDS:
            raise Invalid(f"Say why, in 1 to {_MOST_WORDS} characters.", field="reason")
        with transaction.atomic():
            self._lock_issued()
            if self.disputed_at is not None and self.dispute_reason == reason:
                return self
            self._must_be_heard(now)
            self.disputed_at, self.dispute_reason = now, reason
            self._note("disputed_at", "dispute_reason")
            Event.record(self, "invoice.disputed", by=by, reason=reason)
        return self

    def settle_dispute(self, *, by: Actor) -> Self:
        """The objection is dealt with. Raises NotDisputed, NotAllowed."""
        by.require(Capability.ISSUE, self.business_id)
        with transaction.atomic():
            self.lock()
            if self.disputed_at is None:
                raise NotDisputed(f"{self} is not disputed.")
            self.disputed_at, self.dispute_reason = None, ""
            self._note("disputed_at", "dispute_reason")
            Event.record(self, "invoice.dispute_settled", by=by)
        return self

    def hold(self, reason: str = "", *, by: Actor, now: datetime.datetime) -> Self:
        """Send no reminders until it is released. Raises NotIssued, NotAllowed."""
        by.require(Capability.ISSUE, self.business_id)
        with transaction.atomic():
            self._lock_issued()
            self.held_at = self.held_at or now
            self._note("held_at")
            Event.record(self, "invoice.held", by=by, reason=reason)
        return self

    def release(self, *, by: Actor) -> Self:
        """Reminders may go out again. Raises NotHeld, NotAllowed."""
        by.require(Capability.ISSUE, self.business_id)
        with transaction.atomic():
            self.lock()
            if self.held_at is None:
                raise NotHeld(f"{self} is not held back.")
            self.held_at = None
            self._note("held_at")
            Event.record(self, "invoice.released", by=by)
        return self

    def customer(self) -> Actor:
        """Whoever has the secret address of the document's page."""
        return Actor(
            self.business_id,
            None,
            f"{self.buyer.get('name') or self.partner.name} (customer)",
            frozenset({Capability.DISPUTE}),
        )

    def _must_be_heard(self, now: datetime.datetime) -> None:
        """Raise TooManyObjections: each tells people, and a link is soon passed on."""
        told = Event.objects.about(self).filter(verb="invoice.disputed")
        if told.filter(at__gt=now - _DAY).count() >= _MOST_OBJECTIONS:
            raise TooManyObjections(
                "We have read what you wrote today and will answer. Please write "
                "again tomorrow, or call."
            )

    def _lock_issued(self) -> None:
        self.lock()
        if self.direction != Direction.ISSUED:
            raise NotIssued(f"{self} was received; its customer is this business.")
        self.must_be_issued()

    def _note(self, *fields: str) -> None:
        """Write fields of the locked row that are no part of what the document says."""
        prepared.update(self, (*fields, "updated_at"))
