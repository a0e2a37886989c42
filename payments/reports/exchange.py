"""What moving exchange rates won or lost, and what banks charged, payment by payment."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from invoices import money
from partners.models import Business
from partners.tables import Column, Kind, Table
from payments.models import Allocation, BankLine, Payment
from payments.realised import realised

_Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Realised:
    """What is asked: the days of the payments, both included."""

    since: datetime.date
    until: datetime.date


def realised_gains(business: Business, asked: Realised) -> Table:
    """One row for each payment in another currency that settles something by now, and
    one for each charge that a bank kept of a matched line; oldest first.

    The gain is in base currency, below zero for a loss; a charge is in the account's
    currency, and in base currency where the payment's rate is known. Three queries.
    """
    rows = sorted(
        [*_gains(business, asked), *_charges(business, asked)],
        key=lambda row: (row[0], row[-1], row[1]),
    )
    return Table(
        title=_("Realised gains and bank charges, {since} – {until}").format(
            since=asked.since, until=asked.until
        ),
        columns=[
            Column("date", _("Date"), Kind.DATE),
            Column("what", _("What")),
            Column("partner", _("Partner")),
            Column("reference", _("Reference")),
            Column("currency", _("Currency")),
            Column("amount", _("Amount"), Kind.MONEY),
            Column("rate", _("Rate of the payment"), Kind.NUMBER),
            Column("base_currency", _("Base currency")),
            Column("gain", _("Gain in base currency"), Kind.MONEY, "base_currency"),
            Column("payment_id", _("Payment ID"), Kind.KEY),
        ],
        rows=rows,
        totals=_totals(business, rows),
        notes=[
            _(
                "A payment gains or loses by the difference between its own rate and "
                "those of the documents that it settles, as they stand today."
            ),
            _("A bank's charge counts as a loss."),
        ],
    )


def _gains(business: Business, asked: Realised) -> Iterator[_Row]:
    payments = Payment.objects.for_business(business).standing()
    found = payments.filter(
        date__range=(asked.since, asked.until), amount_allocated__gt=0
    ).exclude(currency=business.currency)
    chosen = list(found.select_related("partner"))
    shares = defaultdict(list)
    settled = Allocation.objects.for_business(business)
    for pk, *share in settled.filter(
        payment_id__in=[payment.pk for payment in chosen]
    ).values_list("payment_id", "amount", "invoice__currency_rate"):
        shares[pk].append((share[0], share[1]))
    for payment in chosen:
        gain = realised(
            shares[payment.pk],
            payment.currency_rate,
            payment.direction,
            business.currency,
        )
        name = _("Exchange gain") if gain >= 0 else _("Exchange loss")
        yield _row(business, payment, name, payment.amount_allocated, gain)


def _charges(business: Business, asked: Realised) -> Iterator[_Row]:
    lines = BankLine.objects.for_business(business).filter(
        payment__isnull=False,
        payment__date__range=(asked.since, asked.until),
        charge__gt=0,
    )
    for line in lines.select_related("payment__partner"):
        payment = line.payment
        same = line.currency == payment.currency
        rate = payment.currency_rate if same else None
        rate = Decimal(1) if line.currency == business.currency else rate
        lost = None if rate is None else -money.multiply(line.charge, rate)
        base = business.currency
        in_base = None if lost is None else money.rounded(lost, base)
        yield _row(
            business,
            payment,
            _("Bank charge"),
            line.charge,
            in_base,
            currency=line.currency,
            rate=rate,
        )


def _row(
    business: Business,
    payment: Payment,
    what: str,
    amount: Decimal,
    gain: Decimal | None,
    *,
    currency: str = "",
    rate: Decimal | None = None,
) -> _Row:
    return (
        payment.date,
        what,
        payment.partner.name if payment.partner else "",
        payment.reference or payment.check_number or payment.method,
        currency or payment.currency,
        amount,
        rate if currency else payment.currency_rate,
        business.currency,
        gain,
        payment.public_id,
    )


def _totals(business: Business, rows: Sequence[_Row]) -> list[_Row]:
    """What all of it came to in base currency."""
    if not rows:
        return []
    gains = [row[8] for row in rows if isinstance(row[8], Decimal)]
    base = business.currency
    nothing = ("", None, None, base)
    sums = money.summed(gains, base)
    return [(None, _("Total"), "", "", *nothing, sums, "")]
