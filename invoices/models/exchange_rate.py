"""ExchangeRate: what one unit of a currency was worth on a day, and who says so."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import models

from invoices.exceptions import NoExchangeRate
from partners.fields import ExactDecimalField
from partners.models import Business
from partners.models.business import currency_code
from partners.tenancy import BusinessRow


class ExchangeRate(BusinessRow):
    """Units of the business's base currency for one unit of `currency`."""

    currency = models.CharField(max_length=3, validators=[currency_code])
    date = models.DateField()
    rate = ExactDecimalField(max_digits=18, decimal_places=8)
    source = models.CharField(max_length=100, help_text="Who published the rate.")

    class Meta(BusinessRow.Meta):
        ordering = ["currency", "-date"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "currency", "date"],
                name="invoices_exchangerate_day_taken",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__gt=0), name="invoices_exchangerate_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} on {self.date}"


def rate_on(business: Business, currency: str, on: datetime.date) -> Decimal:
    """The latest known rate to the base currency on that day; at most one query.

    Raises NoExchangeRate where none is known; a rate is never made up.
    """
    if currency == business.currency:
        return Decimal(1)
    rates = ExchangeRate.objects.for_business(business)
    latest = rates.filter(currency=currency, date__lte=on).order_by("-date").first()
    if latest is None:
        raise NoExchangeRate(
            f"No rate from {currency} to {business.currency} is known on {on}: "
            "enter it under exchange rates.",
            field="currency_rate",
        )
    rate: Decimal = latest.rate
    return rate
