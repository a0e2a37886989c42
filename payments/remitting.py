"""Recording money paid to a vendor once, however often a client says so."""

from __future__ import annotations

from collections.abc import Callable, Collection

from invoices.exceptions import ReferenceTaken
from partners.access import Actor
from partners.exceptions import Invalid
from partners.once import once
from payments.models import Payment
from payments.paying import record_vendor_payment
from payments.recording import PaymentDraft, revise_payment

_REVISABLE = {"date", "amount", "description", "account"}


def pay_once(
    draft: PaymentDraft,
    given: Collection[str],
    find: Callable[[], Payment | None],
    *,
    by: Actor,
) -> Payment:
    """Record the payment, or bring the one that `find` finds to what is given.

    `given` are the names of the draft's fields that were said; the others stay. Writes
    nothing where nothing is new; safe against others who send the same. Raises what
    `record_vendor_payment` and `revise_payment` raise, and Invalid for what stands
    fast once a payment is recorded.
    """
    return once(
        find,
        make=lambda: record_vendor_payment(draft, by=by),
        change=lambda known: _pay_again(known, draft, given, by=by),
        taken=(ReferenceTaken,),
    )


def _pay_again(
    payment: Payment, draft: PaymentDraft, given: Collection[str], *, by: Actor
) -> Payment:
    changed = [name for name in given if getattr(payment, name) != getattr(draft, name)]
    for name in changed:
        if name not in _REVISABLE:
            message = "cannot be changed once the payment is recorded"
            raise Invalid(message, field=name)
    if not changed:
        return payment
    after = {name: getattr(payment, name) for name in _REVISABLE}
    after |= {name: getattr(draft, name) for name in changed}
    return revise_payment(
        payment,
        by=by,
        currency_rate=payment.currency_rate,
        expected_version=payment.version,
        **after,
    )
