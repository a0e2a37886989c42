"""A new draft after an older document: one document again, or last month's of a partner."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice
from invoices.exceptions import BadLines, NotACustomer
from invoices.models import Event, Invoice
from invoices.querysets import Direction, Kind, State
from invoices.redrafting import as_draft
from partners.access import Actor, Capability
from partners.exceptions import Invalid
from partners.models import Partner

_WITHDRAWN = (State.VOID, State.CANCELLED)


def duplicate(
    document: Invoice, *, by: Actor, on: datetime.date, number: str = ""
) -> Invoice:
    """A new draft of the same, dated `on`, due after as many days as the document was.

    It has no number and no reference of its own, tax and exchange rates are those of
    the day; a bill needs its vendor's new `number`. A credit note becomes one that
    credits no invoice. Raises what `draft_invoice` raises, and NotACustomer or BadLines
    where partner or a product is archived.
    """
    by.require(Capability.DRAFT, document.business_id)
    received = document.direction == Direction.RECEIVED
    if received and not number:
        words = _("Give the number that the vendor has put on the new bill.")
        raise Invalid(words, field="number")
    draft = _again(document, on, number=number)
    with transaction.atomic():
        made = draft_invoice(draft, by=by)
        _record(made, [document], by)
    return made


def from_last_month(partner: Partner, *, by: Actor, on: datetime.date) -> Invoice:
    """A new draft with the lines of all invoices to a partner of the month before `on`.

    Words are copied as they are, periods in them too. Everything else is that of the
    latest of them, whose currency is the only one that counts. Raises Invalid where
    there was none, and what `duplicate` raises.
    """
    by.require(Capability.DRAFT, partner.business_id)
    draft, same = last_month_again(partner, on)
    with transaction.atomic():
        made = draft_invoice(draft, by=by)
        _record(made, same, by)
    return made


def last_month_again(
    partner: Partner, on: datetime.date
) -> tuple[InvoiceDraft, list[Invoice]]:
    """What `from_last_month` drafts, and the invoices it stands on; writes nothing.

    Raises what that raises.
    """
    earlier = list(last_months(partner, on))
    if not earlier:
        told = _("There was no invoice to %(partner)s last month.")
        raise Invalid(told % {"partner": partner}, field="partner")
    latest = earlier[-1]
    same = [row for row in earlier if row.currency == latest.currency]
    lines = [line for row in same for line in _lines(row)]
    return _again(latest, on, lines=lines), same


def last_months(partner: Partner, on: datetime.date) -> Iterable[Invoice]:
    """The partner's invoices dated in the month before, oldest first; one query."""
    end = on.replace(day=1)
    begin = (end - datetime.timedelta(days=1)).replace(day=1)
    rows = Invoice.objects.for_business(partner.business_id).filter(
        partner_id=partner.pk,
        direction=Direction.ISSUED,
        kind=Kind.INVOICE,
        date__gte=begin,
        date__lt=end,
    )
    found: Iterable[Invoice] = rows.exclude(state__in=_WITHDRAWN).order_by("date", "id")
    return found


def _again(document: Invoice, on: datetime.date, **changes: Any) -> InvoiceDraft:
    """The document as a draft of that day."""
    terms = document.due_date - document.date
    if "lines" not in changes:
        changes["lines"] = _lines(document)
    draft = as_draft(
        document,
        date=on,
        due_date=on + terms,
        reference="",
        currency_rate=None,
        expected_total=None,
        duplicate_reason="",
        client_document="",
        **{"number": "", **changes},
    )
    _check(draft)
    return draft


def _lines(document: Invoice) -> list[LineDraft]:
    return list(as_draft(document).lines)


def _check(draft: InvoiceDraft) -> None:
    """Refuse what is archived, by name: nobody meant to use it again."""
    if draft.partner.archived_at is not None:
        told = _("%(partner)s is archived: bring the partner back first.")
        raise NotACustomer(told % {"partner": draft.partner}, field="partner")
    for line in draft.lines:
        if line.product is not None and line.product.archived_at is not None:
            told = _("%(product)s is archived: bring the product back first.")
            raise BadLines(told % {"product": line.product}, field="lines")


def _record(made: Invoice, earlier: Iterable[Invoice], by: Actor) -> None:
    """What it was made from, by number, or id where there is none yet."""
    names = [row.number or row.public_id for row in earlier]
    Event.record(made, "invoice.duplicated", by=by, made_from=", ".join(names))
