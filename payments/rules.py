"""What makes a payment bookable, and which documents it may settle."""

from __future__ import annotations

from decimal import Decimal

from invoices import money
from invoices.exceptions import CurrencyMismatch
from invoices.models import Account, Invoice
from invoices.querysets import Direction, Kind
from partners.models import Business
from payments.exceptions import BadPayment
from payments.models import Payment, PaymentDirection


def check_account(account: Account) -> None:
    """Raise BadPayment unless payments may use the account."""
    if not account.payment_account:
        raise BadPayment(
            f"{account} is no payment account; mark it as one or choose another.",
            field="account",
        )


def check_rate_and_amount(
    amount: Decimal, rate: Decimal | None, currency: str, business: Business
) -> None:
    """Raise BadPayment for an amount or rate that cannot be booked."""
    if not amount.is_finite() or not 0 < amount < money.MAX_AMOUNT:
        raise BadPayment("The amount must be above zero.", field="amount")
    if money.rounded(amount, currency) != amount:
        places = money.exponent(currency)
        raise BadPayment(f"{currency} has {places} decimals.", field="amount")
    if rate is None:
        return
    if not rate.is_finite() or not 0 < rate < 10**10:
        raise BadPayment("The rate must be above zero.", field="currency_rate")
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
