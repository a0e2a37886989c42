"""In words: what a proposal would book, and what a decision about a line came to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from payments.bank.accepting_many import Outcome
from payments.bank.proposals import Proposal
from payments.bank.saying import told
from payments.models import BankLine, Payment
from payments.realised import realised_by


def will_do(line: BankLine, one: Proposal) -> list[str]:
    """What would be booked, one sentence a fact."""
    if one.payment is not None:
        return [_("Link the payment of %s that was recorded.") % one.payment.date]
    amount = told(one.amount, one.currency)
    said = [_("Record a payment of %s.") % amount]
    said += [
        _("%(amount)s settle %(document)s.")
        % {
            "amount": told(share.amount, one.currency),
            "document": share.document.number,
        }
        for share in one.settles
    ]
    if one.on_account:
        said.append(_("%s stay on account.") % told(one.on_account, one.currency))
    if one.charge:
        said.append(_("Bank charges: %s.") % told(one.charge, line.currency))
    return said


def was_booked(line: BankLine, payment: Payment, documents: list[str]) -> str:
    """What a match booked, in one line."""
    amount = told(payment.amount, payment.currency)
    if not line.payment_made:
        parts = [_("Linked with the payment of %s") % amount]
    else:
        parts = [_("Booked %s") % amount]
    if documents:
        parts.append(_("for %s") % ", ".join(documents))
    if payment.unallocated and line.payment_made:
        left = told(payment.unallocated, payment.currency)
        parts.append(_("%s on account") % left)
    if line.charge:
        parts.append(_("bank charges %s") % told(line.charge, line.currency))
    gain = realised_by(payment)
    if gain:
        word = _("realised gain %s") if gain > 0 else _("realised loss %s")
        parts.append(word % told(abs(gain), payment.business.currency))
    return f"{parts[0]} {', '.join(parts[1:])}".strip() + "."


def of_outcome(outcome: Outcome) -> str:
    """What happened to one line of many."""
    if outcome.refusal is not None:
        return outcome.refusal.message
    assert outcome.payment is not None  # noqa: S101 - booked or refused
    shares = outcome.proposal.settles if outcome.proposal else ()
    numbers = [share.document.number for share in shares]
    return was_booked(outcome.line, outcome.payment, numbers)
