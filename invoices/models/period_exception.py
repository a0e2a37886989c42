"""PeriodException: who may still book inside closed books, until when and why."""

from __future__ import annotations

import datetime
from typing import Self

from django.db import models, transaction

from invoices.exceptions import BadDates
from invoices.models.event import Event
from invoices.models.guarded import WrittenOnce, rows
from partners.access import Actor, Capability
from partners.exceptions import Conflict, Invalid
from partners.models import Business
from partners.tenancy import BusinessRow

LONGEST = datetime.timedelta(days=92)
_MOST_CHARACTERS = 500


class PeriodException(WrittenOnce):
    """Days of closed books on which documents may change until a moment.

    It opens the days for everybody who may do the deed anyway; each deed done under it
    names it in its event. It is granted and revoked, never changed.
    """

    from_day = models.DateField("from")
    to_day = models.DateField("to")
    reason = models.CharField(max_length=_MOST_CHARACTERS)
    granted_by = models.CharField(max_length=254, editable=False)
    granted_at = models.DateTimeField(editable=False)
    valid_until = models.DateTimeField()
    revoked_by = models.CharField(max_length=254, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta(WrittenOnce.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["business", "valid_until"],
                condition=models.Q(revoked_at__isnull=True),
                name="invoices_periodexc_in_force",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(from_day__lte=models.F("to_day")),
                name="invoices_periodexception_days_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="invoices_periodexception_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("granted_at")),
                name="invoices_periodexception_has_a_life",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_day} to {self.to_day}: {self.reason}"

    @classmethod
    def grant(
        cls,
        business: Business,
        from_day: datetime.date,
        to_day: datetime.date,
        *,
        reason: str,
        valid_until: datetime.datetime,
        by: Actor,
        now: datetime.datetime,
    ) -> Self:
        """Open these days of closed books until a moment at most 92 days away.

        It needs `settings`, as closing does: who keeps the books closes them every
        month and knows why a day must be opened once more. Owners and accountants
        have it, clerks do not; what keeps it honest is that it is named, dated, short
        and logged. Raises BadDates, Invalid, NotAllowed.
        """
        by.require(Capability.SETTINGS, business.pk)
        reason = reason_given(reason, "Say why these days are opened.")
        if not now < valid_until <= now + LONGEST:
            message = f"An exception ends within {LONGEST.days} days from now."
            raise BadDates(message, field="valid_until")
        with transaction.atomic():
            fresh = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
            _check_days(fresh, from_day, to_day)
            exception = cls(
                business=fresh,
                from_day=from_day,
                to_day=to_day,
                reason=reason,
                granted_by=by.name,
                granted_at=now,
                valid_until=valid_until,
            )
            exception.save()
            Event.record(
                exception, "period.exception_granted", by=by, **exception.facts()
            )
        return exception

    def revoke(self, *, by: Actor, now: datetime.datetime) -> None:
        """End it at once. Raises Conflict where it has ended already, NotAllowed."""
        by.require(Capability.SETTINGS, self.business_id)
        with transaction.atomic():
            row = rows(PeriodException, self.business_id).filter(pk=self.pk)
            fresh = row.select_for_update().get()
            if not fresh.counts(now):
                raise Conflict("The exception has ended already.")
            self.revoked_at, self.revoked_by = now, by.name
            row.update(revoked_at=now, revoked_by=by.name)
            Event.record(self, "period.exception_revoked", by=by, **self.facts())

    def counts(self, now: datetime.datetime) -> bool:
        """Whether it opens its days at this moment."""
        return self.revoked_at is None and self.valid_until > now

    def facts(self) -> dict[str, object]:
        """What an event remembers of it."""
        names = ("from_day", "to_day", "reason", "valid_until")
        return {name: getattr(self, name) for name in names}


def reason_given(reason: str, otherwise: str) -> str:
    """The reason without blanks around it. Raises Invalid for none, or a long one."""
    reason = reason.strip()
    if not reason or "\0" in reason:
        raise Invalid(otherwise, field="reason")
    if len(reason) > _MOST_CHARACTERS:
        message = f"Use at most {_MOST_CHARACTERS} characters."
        raise Invalid(message, field="reason")
    return reason


def _check_days(
    business: Business, from_day: datetime.date, to_day: datetime.date
) -> None:
    closed_through = business.closed_through
    if closed_through is None:
        raise BadDates("The books are open; no exception is needed.", field="to_day")
    if to_day < from_day:
        raise BadDates("The last day lies before the first.", field="to_day")
    if to_day > closed_through:
        message = f"After {closed_through} the books are open; end on that day."
        raise BadDates(message, field="to_day")
