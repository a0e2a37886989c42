"""What the books refuse about payments."""

from __future__ import annotations

from partners.exceptions import Conflict, Invalid


class BadPayment(Invalid):
    """The payment's own data do not make a payment."""

    code = "bad_payment"


class PaymentCancelled(Conflict):
    """A cancelled payment settles nothing and cannot be changed."""

    code = "payment_cancelled"


class ExceedsUnallocated(Conflict):
    """More than what is left of the payment."""

    code = "exceeds_unallocated"
