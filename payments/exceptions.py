"""What the books refuse about payments."""

from __future__ import annotations

from partners.exceptions import Conflict, Invalid, Stale


class BadPayment(Invalid):
    """The payment's own data do not make a payment."""

    code = "bad_payment"


class PaymentCancelled(Conflict):
    """A cancelled payment settles nothing and cannot be changed."""

    code = "payment_cancelled"


class ExceedsUnallocated(Conflict):
    """More than what is left of the payment."""

    code = "exceeds_unallocated"


class BadStatement(Invalid):
    """A bank's file that cannot be read; `facts["problems"]` has the first of them.

    Each is a Problem (`payments.bank.files.movement`); `facts["count"]` counts all.
    """

    code = "bad_statement"


class StatementKnown(Conflict):
    """This very file was read before; `facts["statement"]` is its row."""

    code = "statement_known"


class BadMatch(Invalid):
    """What a line of a statement is said to be for does not fit the line."""

    code = "bad_match"


class UnusualRate(Invalid):
    """Line and documents make a rate far from the known one, and nobody said so."""

    code = "unusual_rate"


class LineDecided(Conflict):
    """The line of the statement was matched or set aside before."""

    code = "line_decided"


class LineOpen(Conflict):
    """There is nothing to undo: the line of the statement waits."""

    code = "line_open"


class StaleLine(Stale):
    """Someone else decided about the line first, or what it could be for changed."""

    code = "stale_line"


class MatchedToBank(Conflict):
    """A line of a statement says that the payment happened; undo that match first."""

    code = "matched_to_bank"
