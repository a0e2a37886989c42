"""Which drafts can be sent as they are, and what the others lack."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from invoices.models import Invoice, InvoiceLine, PeriodException
from invoices.querysets import Direction, InvoiceQuerySet, State
from partners.models import Business


class Obstacle(StrEnum):
    """The first thing in a draft's way."""

    NO_LINES = "no_lines"
    NOT_A_CUSTOMER = "not_a_customer"
    PERIOD_CLOSED = "period_closed"
    NO_RECIPIENT = "no_recipient"


REASONS = {
    Obstacle.NO_LINES: _("It has no lines yet."),
    Obstacle.NOT_A_CUSTOMER: _("The partner is archived or no customer."),
    Obstacle.PERIOD_CLOSED: _("Its date lies in closed books."),
    Obstacle.NO_RECIPIENT: _("The customer has no e-mail address."),
}


def drafts(business: Business) -> Any:
    """An InvoiceQuerySet of the business's own drafts, each with its `obstacle`.

    It is null where the draft is ready. (Types cannot say what was annotated.)

    What only issuing finds out (a tax without a rate on the day, an e-invoice that
    is demanded and cannot be made) is not looked for here: it is told by the run.
    """
    whens = [
        When(condition, then=Value(obstacle.value))
        for obstacle, condition in _conditions(business.closed_through).items()
    ]
    return _own(business).annotate(
        obstacle=Case(*whens, output_field=TextField(null=True))
    )


def ready(business: Business) -> InvoiceQuerySet:
    """Those with nothing in their way."""
    conditions = _conditions(business.closed_through).values()
    return _own(business).filter(*(~condition for condition in conditions))


def _own(business: Business) -> InvoiceQuerySet:
    return Invoice.objects.for_business(business).filter(
        direction=Direction.ISSUED, state=State.DRAFT
    )


def _conditions(closed_through: datetime.date | None) -> dict[Obstacle, Q]:
    """What each obstacle is, in the order in which they are told."""
    line = InvoiceLine.objects.filter(
        business=OuterRef("business"), invoice=OuterRef("pk")
    )
    conditions = {
        Obstacle.NO_LINES: ~Q(Exists(line)),
        Obstacle.NOT_A_CUSTOMER: Q(partner__archived_at__isnull=False)
        | Q(partner__is_customer=False),
        Obstacle.NO_RECIPIENT: Q(partner__email=""),
    }
    if closed_through is not None:
        opened = PeriodException.objects.filter(
            business=OuterRef("business"),
            from_day__lte=OuterRef("date"),
            to_day__gte=OuterRef("date"),
            revoked_at=None,
            valid_until__gt=timezone.now(),
        )
        closed = Q(date__lte=closed_through) & ~Q(Exists(opened))
        conditions[Obstacle.PERIOD_CLOSED] = closed
    return conditions
