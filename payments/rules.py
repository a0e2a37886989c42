"""What makes a payment bookable, and which documents it may settle."""

from __future__ import annotations

from decimal import Decimal

from invoices import money
from invoices.exceptions import CurrencyMismatch
from invoices.models import Account, Cost, Invoice, Project
from invoices.querysets import Direction, Kind
from partners.models import Business, Partner
from payments.exceptions import BadPayment
from payments.models import Payment, PaymentDirection


def check_parties(
    business: Business, account: Account, partner: Partner | None
) -> None:
    """Raise BadPayment unless both are the business's own, and the account is open."""
    for name, part in (("account", account), ("partner", partner)):
        if part is not None and part.business_id != business.pk:
            raise BadPayment(f"The {name} belongs to another business.", field=name)
    if not account.payment_account:
        raise BadPayment(
            f"{account} is no payment account; mark it as one or choose another.",
            field="account",
        )


def check_assignment(
    business: Business, project: Project | None, cost: Cost | None
) -> None:
    """Raise BadPayment unless the cost is one of the project, and both the business's."""
    for name, part in (("project", project), ("cost", cost)):
        if part is not None and part.business_id != business.pk:
            raise BadPayment(f"The {name} belongs to another business.", field=name)
        if part is not None and part.archived_at is not None:
            message = f"{part} is archived; bring it back first."
            raise BadPayment(message, field=name)
    if cost is not None and project is not None and cost.project_id != project.pk:
        raise BadPayment("The cost belongs to another project.", field="cost")


def whole_amount(amount: Decimal, currency: str) -> Decimal:
    """The amount in the decimals of its currency, as it is booked and shown.

    Raises BadPayment unless it is above zero, bookable and has no more of them.
    """
    if not amount.is_finite() or not 0 < amount < money.MAX_AMOUNT:
        raise BadPayment("The amount must be above zero.", field="amount")
    whole = money.rounded(amount, currency)
    if whole != amount:
        places = money.exponent(currency)
        raise BadPayment(f"{currency} has {places} decimals.", field="amount")
    return whole


def check_rate(rate: Decimal, currency: str, business: Business) -> None:
    """Raise BadPayment for a rate to the base currency that cannot be booked."""
    if not rate.is_finite() or not 0 < rate < 10**10 or not money.fits(rate, 8):
        raise BadPayment(
            "The rate is above zero with at most 8 decimals.", field="currency_rate"
        )
    if currency == business.currency and rate != 1:
        raise BadPayment(
            f"The rate of the base currency {currency} is 1.", field="currency_rate"
        )


def check_match(payment: Payment, invoice: Invoice) -> None:
    """Raise CurrencyMismatch or BadPayment unless this payment may settle this."""
    if invoice.currency != payment.currency:
        raise CurrencyMismatch(
            f"A payment in {payment.currency} cannot settle {invoice} "
            f"in {invoice.currency}.",
            field="currency",
        )
    money_in = (invoice.direction == Direction.ISSUED) == (invoice.kind == Kind.INVOICE)
    if money_in != (payment.direction == PaymentDirection.IN):
        raise BadPayment("The money flows the other way.", field="direction")
    if payment.partner_id not in (None, invoice.partner_id):
        raise BadPayment("The document is another partner's.", field="partner")
