"""What reports count: final documents, credit notes below zero, both in base currency."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from invoices import money
from invoices.querysets import Direction, Kind, State
from partners.models import Business

COUNTED = (State.ISSUED, State.WRITTEN_OFF, State.APPROVED)
"""What is final and stands: no drafts, no bills that wait, nothing withdrawn."""

_EXACT = DecimalField(max_digits=60, decimal_places=12)


def counted(
    since: datetime.date,
    until: datetime.date,
    *directions: Direction,
    to: str = "",
) -> dict[str, Any]:
    """The conditions for documents that count, of these days, the last one included.

    `to` leads from the row to its document: `invoice__`. All parts of the index by date
    are named, so that it is used.
    """
    return {
        f"{to}direction__in": list(directions or Direction),
        f"{to}kind__in": list(Kind),
        f"{to}date__range": (since, until),
        f"{to}state__in": COUNTED,
    }


def signed(amount: str | Combinable, to: str = "") -> Case:
    """The amount, of a credit note below zero."""
    expression = F(amount) if isinstance(amount, str) else amount
    return Case(
        When(**{f"{to}kind": Kind.CREDIT_NOTE}, then=-expression),
        default=expression,
        output_field=_EXACT,
    )


def total(amount: str | Combinable, to: str = "") -> Sum:
    """The sum of signed amounts, in the documents' currency."""
    return Sum(signed(amount, to), output_field=_EXACT)


def base_total(amount: str | Combinable, business: Business, to: str = "") -> Sum:
    """The same in base currency: each row at its document's rate, rounded by itself.

    PostgreSQL rounds as `money.rounded` does, half-up on the absolute value.
    """
    in_base = signed(amount, to) * F(f"{to}currency_rate")
    places = money.exponent(business.currency)
    rounded = Round(in_base, precision=places, output_field=_EXACT)
    return Sum(rounded, output_field=_EXACT)


def in_currency(amounts: Iterable[Decimal], currency: str) -> list[Decimal]:
    """Sums from the database, with the decimals of their currency."""
    return [money.rounded(amount, currency) for amount in amounts]


def base_notes(business: Business) -> list[str]:
    """What a report says of what it counts."""
    return [
        _(
            "Final documents by their date: no drafts, no bills that wait for approval, "
            "nothing voided or cancelled. Credit notes are deducted."
        ),
        _(
            "Amounts in {currency} are at each document's own exchange rate, rounded one "
            "by one, so that sums may differ by cents."
        ).format(currency=business.currency),
    ]
