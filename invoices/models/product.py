"""Product: something sold or bought, with what a line starts from."""

from __future__ import annotations

from django.db import models
from djmoney.models.fields import MoneyField

from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessRow, same_business_fk


class Product(BusinessRow):
    """A thing or service; both prices share one currency column."""

    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    sell = models.BooleanField("is sold", default=False)
    buy = models.BooleanField("is bought", default=False)
    selling_price = MoneyField(
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        default_currency=None,
        currency_field_name="price_currency",
    )
    buying_price = MoneyField(
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        default_currency=None,
        currency_field_name="price_currency",
    )
    revenue_account = same_business_fk("invoices.Account", null=True, blank=True)
    expense_account = same_business_fk("invoices.Account", null=True, blank=True)
    selling_tax = same_business_fk("invoices.Tax", null=True, blank=True)
    buying_tax = same_business_fk("invoices.Tax", null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["business", "name", "id"], name="invoices_product_by_name"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            *(
                SameBusiness(field, name=f"invoices_product_{field}_in_business")
                for field in (
                    "revenue_account",
                    "expense_account",
                    "selling_tax",
                    "buying_tax",
                )
            ),
            models.UniqueConstraint(
                fields=["business", "code"],
                condition=~models.Q(code=""),
                name="invoices_product_code_taken",
                violation_error_message="Another product has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="invoices_product_has_name"
            ),
            models.CheckConstraint(
                condition=models.Q(sell=False) | models.Q(selling_price__isnull=False),
                name="invoices_product_sold_has_price",
                violation_error_message="A product that is sold needs a selling price.",
            ),
            models.CheckConstraint(
                condition=models.Q(buy=False) | models.Q(buying_price__isnull=False),
                name="invoices_product_bought_has_price",
                violation_error_message="A product that is bought needs a buying price.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("product", self.pk)
