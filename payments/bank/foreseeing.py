"""What a proposal would come to: the gain that it would realise."""

from __future__ import annotations

from decimal import Decimal

from invoices import money
from payments.bank.proposals import Proposal
from payments.models import BankLine, PaymentDirection
from payments.realised import realised


def gain_of(line: BankLine, proposal: Proposal, base: str) -> Decimal:
    """What booking it would win in the base currency, below zero for a loss; pure.

    0 where it cannot be told before: for a line that is not in the base currency.
    """
    if proposal.payment is not None or line.currency != base:
        return Decimal(0)
    if proposal.currency == base:
        return Decimal(0)
    gross = abs(line.amount + proposal.charge)
    rate = money.rate_between(proposal.amount, gross)
    shares = [(share.amount, share.document.rate) for share in proposal.settles]
    way = PaymentDirection.IN if line.amount > 0 else PaymentDirection.OUT
    return realised(shares, rate, way, base)
