"""Account: where money lies or what it was for; the chart of one business."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from partners import public_ids
from partners.banking import clean_iban
from partners.exceptions import Invalid
from partners.tenancy import BusinessRow


class AccountType(models.TextChoices):
    """Pymlo's account types, spelled as its page spells them."""

    ASSETS = "Assets"
    ASSETS_CURRENT = "Assets - Current"
    ASSETS_INVESTMENTS = "Assets - Investments"
    ASSETS_FIXED = "Assets - Fixed Assets"
    ASSETS_OTHER = "Assets - Other"
    LIABILITIES = "Liabilities"
    LIABILITIES_CURRENT = "Liabilities - Current"
    LIABILITIES_LONG_TERM = "Liabilities - Long-term"
    LIABILITIES_OTHER = "Liabilities - Other"
    EQUITY = "Equity"
    REVENUES = "Revenues"
    REVENUES_OPERATING = "Revenues - Operating"
    REVENUES_NON_OPERATING = "Revenues - Non-Operating"
    EXPENSES = "Expenses"
    EXPENSES_COST_OF_SALES = "Expenses - Cost of Sales"
    EXPENSES_OPERATING = "Expenses - Operating"
    EXPENSES_NON_OPERATING = "Expenses - Non-Operating"


class Account(BusinessRow):
    """A bank, cash, revenue, expense or other account."""

    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40, choices=AccountType)
    description = models.TextField(max_length=2000, blank=True)
    payment_account = models.BooleanField("payments may use it", default=False)
    iban = models.CharField(
        "IBAN",
        max_length=42,  # with the spaces that people write
        blank=True,
        help_text="Of a bank account: a statement of another one is refused.",
    )
    contra_account = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["code", "id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "code"],
                condition=~models.Q(code=""),
                name="invoices_account_code_taken",
                violation_error_message="Another account has this code.",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=AccountType.values),
                name="invoices_account_type_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    def clean(self) -> None:
        """Write the IBAN without spaces; ValidationError where it is none."""
        super().clean()
        try:
            self.iban = clean_iban(self.iban)
        except Invalid as wrong:
            raise ValidationError({"iban": wrong.message}) from wrong

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("account", self.pk)
