"""Questions about documents that somebody could say aloud."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Case, F, Q, TextField, Value, When
from django.db.models.expressions import RawSQL

from invoices import search
from invoices.models.guarded import GuardedQuerySet
from partners.models import Business, Partner

if TYPE_CHECKING:
    from invoices.models.invoice import Invoice  # noqa: F401 - used as a string

# A word found in more documents than this is frequent.
_FEW = 2000


class Direction(StrEnum):
    """Whether the business wrote the document or received it."""

    ISSUED = "issued"
    RECEIVED = "received"


class Kind(StrEnum):
    """What the document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class State(StrEnum):
    """What is stored of a document's life; the rest is derived (`Status`).

    A document that the business writes is a draft, then issued, perhaps void or
    written off; one that it receives is received, then approved, perhaps cancelled.
    """

    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"
    WRITTEN_OFF = "written_off"
    RECEIVED = "received"
    APPROVED = "approved"
    CANCELLED = "cancelled"


EDITABLE = (State.DRAFT, State.RECEIVED)
"""May still be changed and deleted; settles and is settled by nothing."""

BINDING = (State.ISSUED, State.APPROVED)
"""Final, and owed."""


class Status(StrEnum):
    """How a document stands on a day."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOID = "void"
    WRITTEN_OFF = "written_off"
    RECEIVED = "received"
    APPROVED = "approved"
    CANCELLED = "cancelled"


def having(status: Status, today: datetime.date) -> Q:
    """The condition for a status; exactly one holds for every document."""
    unpaid = Q(state__in=BINDING, balance__gt=0)
    due = Q(due_date__gte=today)
    untouched = due & Q(balance__gt=0, balance=F("total"))
    conditions = {
        Status.PAID: Q(state__in=BINDING, balance=0),
        Status.OVERDUE: unpaid & Q(due_date__lt=today),
        Status.PARTLY_PAID: unpaid & due & Q(balance__lt=F("total")),
        Status.ISSUED: Q(state=State.ISSUED) & untouched,
        Status.APPROVED: Q(state=State.APPROVED) & untouched,
    }
    return conditions.get(status) or Q(state=State(status))


def status_case(
    today: datetime.date, words: Mapping[Status, str] | None = None
) -> Case:
    """The status as an expression, in our words or in those of a dialect.

    Null for a status that the dialect has no word for.
    """
    words = words or {status: status.value for status in Status}
    whens = [When(having(s, today), then=Value(word)) for s, word in words.items()]
    return Case(*whens, output_field=TextField())


class InvoiceQuerySet(GuardedQuerySet["Invoice"]):
    """Documents, by the questions asked of them."""

    def sales(self) -> Self:
        """Invoices that the business issued or drafted."""
        return self.filter(direction=Direction.ISSUED, kind=Kind.INVOICE)

    def sales_credits(self) -> Self:
        """Credit notes that the business issued or drafted."""
        return self.filter(direction=Direction.ISSUED, kind=Kind.CREDIT_NOTE)

    def bills(self) -> Self:
        """Invoices that the business received from its vendors."""
        return self.filter(direction=Direction.RECEIVED, kind=Kind.INVOICE)

    def received(self) -> Self:
        """All that vendors sent: bills and their credit notes."""
        return self.filter(direction=Direction.RECEIVED)

    def drafts(self) -> Self:
        """Documents that may still be edited: drafts, and bills not yet approved."""
        return self.filter(state__in=EDITABLE)

    def unpaid(self) -> Self:
        """Issued and approved documents with something open."""
        return self.filter(state__in=BINDING, balance__gt=0)

    def overdue(self, on: datetime.date) -> Self:
        """Binding documents with something open and the due date before that day."""
        return self.filter(having(Status.OVERDUE, on))

    def of(self, partner: Partner) -> Self:
        """Documents to or from one partner, within the partner's business."""
        return self.filter(business_id=partner.business_id, partner=partner)

    def standing(self, statuses: list[Status], on: datetime.date) -> Self:
        """Documents with any of these statuses on that day."""
        condition = Q()
        for status in statuses:
            condition |= having(status, on)
        return self.filter(condition)

    def with_status(self, on: datetime.date) -> Self:
        """Annotates `status`, the word of `Status` on that day."""
        return self.annotate(status=status_case(on))

    def matching(self, business: Business | int, text: str) -> Self:
        """Documents of one business that hold every word of the text, as beginnings.

        Costs a query of its own: PostgreSQL cannot estimate beginnings of words, so
        the few documents that a rare word finds are asked for first, by the index of
        words. A frequent word is left to be met while walking in the list's order.
        """
        pk = business if isinstance(business, int) else business.pk
        query = search.query(pk, text)
        if query is None:
            return self.for_business(pk).none()
        # Django's own lookup would cut the words again, by PostgreSQL's parser.
        holds = RawSQL(
            "invoices_invoice.search @@ %s::tsquery", [query], BooleanField()
        )
        found = self.for_business(pk).filter(holds)
        everywhere = type(self)(self.model).for_business(pk).filter(holds)
        few = list(everywhere.order_by().values_list("pk", flat=True)[: _FEW + 1])
        return found if len(few) > _FEW else self.for_business(pk).filter(pk__in=few)
