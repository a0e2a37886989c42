"""Accepting proposals, one or many: each line in a transaction of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from invoices.models import Invoice
from partners import prepared
from partners.access import Actor, Capability
from partners.exceptions import BookError
from partners.models import Business, Partner
from payments.bank.accepting import accept, link
from payments.bank.proposals import Proposal
from payments.bank.proposing import propose
from payments.exceptions import StaleLine
from payments.models import BankLine, LineState, Payment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: booked as proposed, or refused."""

    line: BankLine
    proposal: Proposal | None
    payment: Payment | None = None
    refusal: BookError | None = None


def book(
    line: BankLine, proposal: Proposal, *, by: Actor, now: datetime.datetime
) -> Payment:
    """Do what a proposal says, if the line is still as it was read.

    Raises what `accept` and `link` raise.
    """
    version = line.version
    if proposal.payment is not None:
        payment = Payment(pk=proposal.payment.pk, business_id=line.business_id)
        return link(line, payment, by=by, now=now, expected_version=version)
    business_id = line.business_id
    partners = prepared.by_pk(
        Partner, business_id, [proposal.partner] if proposal.partner else []
    )
    return accept(
        line,
        [
            (Invoice(pk=share.document.pk, business_id=business_id), share.amount)
            for share in proposal.settles
        ],
        by=by,
        now=now,
        partner=partners.get(proposal.partner or 0),
        charge=proposal.charge,
        currency=proposal.currency,
        amount=proposal.amount,
        expected_version=version,
    )


def accept_chosen(
    business: Business,
    chosen: Mapping[int, str],
    *,
    by: Actor,
    now: datetime.datetime,
) -> list[Outcome]:
    """Book these lines, by their primary keys, as somebody was shown: by proposals' tokens.

    A line whose proposals changed meanwhile is refused with StaleLine, as any refusal
    an outcome among the others. Raises NotAllowed.
    """
    by.require(Capability.PAY, business.pk)
    lines = list(_open(business).filter(pk__in=list(chosen)))
    found = propose(business, lines)
    outcomes = []
    for line in lines:
        wanted = [
            one
            for one in found[line.pk]
            if one.token == chosen[line.pk] and not one.asks
        ]
        outcomes.append(_outcome(line, wanted[0] if wanted else None, by, now))
    return outcomes


def accept_certain(
    business: Business,
    *,
    by: Actor,
    now: datetime.datetime,
    lines: Iterable[BankLine] | None = None,
) -> list[Outcome]:
    """Book every open line (or of these) whose proposal is certain; leave the others.

    Raises NotAllowed.
    """
    by.require(Capability.PAY, business.pk)
    asked = list(_open(business) if lines is None else lines)
    found = propose(business, asked)
    certain = [(line, found[line.pk][0]) for line in asked if found.get(line.pk)]
    return [_outcome(line, one, by, now) for line, one in certain if one.certain]


def _open(business: Business) -> QuerySet[BankLine]:
    lines = BankLine.objects.for_business(business).filter(state=LineState.OPEN)
    return lines.select_related("account").order_by("date", "id")


def _outcome(
    line: BankLine, proposal: Proposal | None, by: Actor, now: datetime.datetime
) -> Outcome:
    """Book the line; a refusal is an outcome too."""
    try:
        if proposal is None:
            raise StaleLine(_("What fits the line has changed; look at it again."))
        payment = book(line, proposal, by=by, now=now)
    except BookError as refusal:
        return Outcome(line, proposal, refusal=refusal)
    return Outcome(line, proposal, payment)
