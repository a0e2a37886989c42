"""InvoiceLine and InvoiceTax: what a document's totals are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from django.db import models

from invoices.models.guarded import GuardedQuerySet, WrittenOnce, frozen
from invoices.totals import LineInput
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.tenancy import BusinessRow, same_business_fk


def amount_field(verbose_name: str | None = None, **options: Any) -> ExactDecimalField:
    """A column for an amount in the document's currency."""
    return ExactDecimalField(
        verbose_name, max_digits=19, decimal_places=4, default=Decimal(0), **options
    )


class GuardedRow(WrittenOnce):
    """A part of a document: written by the document's verbs, never by itself."""

    # The composite key to the document implies the key to the business.
    business = models.ForeignKey(
        "partners.Business",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = GuardedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; the document's verbs write its parts."""
        frozen()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; the document's verbs write its parts."""
        frozen()


class InvoiceLine(GuardedRow):
    """One position. `amount` − `discount` = `net`; `net` + `tax_amount` = `total`."""

    invoice = same_business_fk(
        "invoices.Invoice", related_name="lines", on_delete=models.CASCADE
    )
    position = models.PositiveIntegerField()
    product = same_business_fk("invoices.Product", null=True)
    description = models.TextField(max_length=2000, blank=True)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6)
    unit_price = ExactDecimalField(max_digits=18, decimal_places=6)
    tax = same_business_fk("invoices.Tax", null=True)
    amount = amount_field(help_text="Quantity × unit price, rounded.")
    discount = amount_field(help_text="This line's share of the document's discount.")
    tax_amount = amount_field()
    total = amount_field()
    credited_line = same_business_fk("invoices.InvoiceLine", null=True)

    class Meta(GuardedRow.Meta):
        ordering = ["invoice_id", "position"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_line_invoice_in_business"),
            SameBusiness("product", name="invoices_line_product_in_business"),
            SameBusiness("tax", name="invoices_line_tax_in_business"),
            SameBusiness(
                "credited_line", name="invoices_line_credited_line_in_business"
            ),
            models.UniqueConstraint(
                fields=["business", "invoice", "position"],
                name="invoices_line_position_taken",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("amount")
                    - models.F("discount")
                    + models.F("tax_amount")
                ),
                name="invoices_line_total_adds_up",
            ),
        ]
        indexes = [
            models.Index(
                fields=["business", "credited_line"],
                condition=models.Q(credited_line__isnull=False),
                name="invoices_line_credits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    def as_input(self) -> LineInput:
        """What `totals` computes from."""
        return LineInput(self.quantity, self.unit_price, self.tax_id)


class InvoiceTax(GuardedRow):
    """One tax component of a document, computed once on the sum of its lines."""

    invoice = same_business_fk(
        "invoices.Invoice", related_name="taxes", on_delete=models.CASCADE
    )
    tax = same_business_fk("invoices.Tax")
    component = same_business_fk("invoices.TaxComponent")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    rate = ExactDecimalField("rate in percent", max_digits=9, decimal_places=6)
    compound = models.BooleanField(default=False)
    category = models.CharField(max_length=2, blank=True)
    exemption = models.CharField(max_length=200, blank=True)
    base = amount_field()
    amount = amount_field()

    class Meta(GuardedRow.Meta):
        ordering = ["invoice_id", "position"]
        verbose_name_plural = "invoice taxes"
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_invoicetax_invoice_in_business"),
            SameBusiness("tax", name="invoices_invoicetax_tax_in_business"),
            SameBusiness("component", name="invoices_invoicetax_component_in_business"),
            models.UniqueConstraint(
                fields=["business", "invoice", "position"],
                name="invoices_invoicetax_position_taken",
            ),
            models.UniqueConstraint(
                fields=["business", "invoice", "component"],
                name="invoices_invoicetax_once_per_component",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rate.normalize():f} %"
