"""Tax: what is charged on top, with ordered components and dated rates."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from invoices.exceptions import NoTaxRate
from invoices.totals import ComponentRate
from partners import prepared, public_ids
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.models import Business
from partners.tenancy import BusinessRow, same_business_fk

CATEGORIES = [
    ("S", "standard rate"),
    ("Z", "zero rate"),
    ("E", "exempt"),
    ("AE", "reverse charge"),
    ("K", "supply inside the EU"),
    ("G", "export outside the EU"),
    ("O", "not subject to VAT"),
    ("L", "IGIC, Canary Islands"),
    ("M", "IPSI, Ceuta and Melilla"),
]
"""EN 16931's VAT category codes (UNTDID 5305)."""


class Tax(BusinessRow):
    """A tax as chosen on a line; it may consist of several components (GST + QST)."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    tax_number = models.CharField("tax payer's number", max_length=60, blank=True)
    recoverable = models.BooleanField(default=True)
    withholding = models.BooleanField(
        default=False,
        help_text="Kept back by the payer, so it cannot be charged on a line.",
    )
    category = models.CharField(
        "VAT category",
        max_length=2,
        blank=True,
        choices=CATEGORIES,
        help_text="As EN 16931 spells it; empty: standard, or zero where the rate is.",
    )
    exemption = models.CharField(
        "reason of exemption",
        max_length=200,
        blank=True,
        help_text="Printed on the document and told in the e-invoice.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        verbose_name_plural = "taxes"
        ordering = ["code", "id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "code"],
                name="invoices_tax_code_taken",
                violation_error_message="Another tax has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(code=""), name="invoices_tax_has_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("tax", self.pk)


class TaxComponent(BusinessRow):
    """One part of a tax; a compound one is also charged on the parts before it."""

    tax = same_business_fk(
        "invoices.Tax", related_name="components", on_delete=models.CASCADE
    )
    position = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    compound = models.BooleanField(default=False)

    class Meta(BusinessRow.Meta):
        ordering = ["tax_id", "position"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("tax", name="invoices_taxcomponent_tax_in_business"),
            models.UniqueConstraint(
                fields=["business", "tax", "position"],
                name="invoices_taxcomponent_position_taken",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TaxRate(BusinessRow):
    """A component's rate in percent from a day on, until the next one begins."""

    component = same_business_fk(
        "invoices.TaxComponent", related_name="rates", on_delete=models.CASCADE
    )
    valid_from = models.DateField(default=datetime.date(2000, 1, 1))
    rate = ExactDecimalField(
        "rate in percent",
        max_digits=9,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta(BusinessRow.Meta):
        ordering = ["component_id", "-valid_from"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("component", name="invoices_taxrate_component_in_business"),
            models.UniqueConstraint(
                fields=["business", "component", "valid_from"],
                name="invoices_taxrate_day_taken",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0, rate__lte=100),
                name="invoices_taxrate_is_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate.normalize():f} % from {self.valid_from}"


TaxRates = dict[int, tuple[TaxRate, ...]]


def rates_on(
    business: Business | int, taxes: Collection[Tax], on: datetime.date
) -> TaxRates:
    """For each tax's primary key its components' rates in force that day; two queries.

    Raises NoTaxRate for a tax without a rate on the day, and for a withholding
    tax, which the payer keeps back and nobody charges.
    """
    for tax in taxes:
        if tax.withholding:
            raise NoTaxRate(f"{tax.code} is withheld by the payer; leave it out.")
    found = latest_rates(business, [tax.pk for tax in taxes], on)
    for tax in taxes:
        if tax.pk not in found:
            raise NoTaxRate(f"{tax.code} has no rate on {on}.", tax=tax.code)
        for row in found[tax.pk]:
            row.component.tax = tax
    return found


def latest_rates(
    business: Business | int, taxes: Collection[int], on: datetime.date
) -> TaxRates:
    """The rates in force that day, by the taxes' primary keys, where there are any.

    In each tax's order of components. Two queries, none for no taxes.
    """
    if not taxes:
        return {}
    business_id = business if isinstance(business, int) else business.pk
    where = "business_id = %s AND tax_id = ANY(%s) ORDER BY tax_id, position, id"
    parts = prepared.select(TaxComponent, where, [business_id, list(taxes)])
    where = "business_id = %s AND component_id = ANY(%s) AND valid_from <= %s"
    asked = [business_id, [part.pk for part in parts], on]
    rates = prepared.select(TaxRate, f"{where} ORDER BY valid_from", asked)
    latest = {rate.component_id: rate for rate in rates}
    found: dict[int, tuple[TaxRate, ...]] = {}
    for part in parts:
        if rate := latest.get(part.pk):
            rate.component = part
            found[part.tax_id] = (*found.get(part.tax_id, ()), rate)
    return found


def component_rates(rates: TaxRates) -> dict[int, tuple[ComponentRate, ...]]:
    """The same rates in the words of `totals`; a component's key is its primary key."""
    return {
        tax: tuple(
            ComponentRate(str(row.component_id), row.rate, row.component.compound)
            for row in rows
        )
        for tax, rows in rates.items()
    }
