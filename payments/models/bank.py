"""BankStatement and BankLine: what the bank says came in and went out."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from invoices.models.line import amount_field
from partners import public_ids
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.models.business import currency_code
from partners.tenancy import BusinessRow, same_business_fk


class StatementFormat(StrEnum):
    """How a bank's file is written."""

    CSV = "csv"
    CAMT053 = "camt.053"


class LineState(StrEnum):
    """What became of one line of a statement."""

    OPEN = "open"
    MATCHED = "matched"
    SET_ASIDE = "set_aside"


class CsvLayout(BusinessRow):
    """How the CSV files of one account's bank are to be read.

    `columns` names the file's column of each of our fields: `date`, `amount` or
    `credit` and `debit`, and as the file has them `value_date`, `currency`,
    `counterparty`, `iban`, `text`, `end_to_end`, `bank_reference`. `currency` is the
    account's; where it is empty, the business's own.
    """

    account = same_business_fk("invoices.Account")
    currency = models.CharField(
        max_length=3, blank=True, default="", validators=[currency_code]
    )
    delimiter = models.CharField(max_length=1, default=",")
    encoding = models.CharField(max_length=20, default="utf-8")
    decimal_mark = models.CharField(max_length=1, default=".")
    date_format = models.CharField(max_length=40, default="%Y-%m-%d")
    lines_before = models.PositiveSmallIntegerField(
        "lines before the header", default=0
    )
    columns = models.JSONField(default=dict)

    class Meta(BusinessRow.Meta):
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("account", name="payments_csvlayout_account_in_business"),
            models.UniqueConstraint(
                fields=["business", "account"], name="payments_csvlayout_once"
            ),
        ]

    def __str__(self) -> str:
        return f"CSV layout of {self.account}"


class BankStatement(BusinessRow):
    """A bank's file that was read. Balances and amounts are in `currency`.

    `first_day` and `last_day` are of all lines of the file. `repeated` counts those
    that were known from an earlier one, `left_out` those that move no money yet:
    pending ones and zeros. Without repeated lines, opening + lines = closing.
    """

    account = same_business_fk("invoices.Account")
    format = models.CharField(
        max_length=10, choices=[(word.value, word.value) for word in StatementFormat]
    )
    name = models.CharField("file", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    identification = models.CharField("bank's number", max_length=60, blank=True)
    currency = models.CharField(max_length=3, validators=[currency_code])
    opening_balance = ExactDecimalField(max_digits=19, decimal_places=4, null=True)
    closing_balance = ExactDecimalField(max_digits=19, decimal_places=4, null=True)
    lines_read = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField("known already", default=0)
    left_out = models.PositiveIntegerField(default=0)
    first_day = models.DateField("from", null=True)
    last_day = models.DateField("to", null=True)
    actor = models.CharField("read by", max_length=254)
    created_at = models.DateTimeField("read at", auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["-id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("account", name="payments_bankstatement_account_in_business"),
            models.UniqueConstraint(
                fields=["business", "account", "sha256"],
                name="payments_bankstatement_once",
            ),
            models.CheckConstraint(
                condition=Q(format__in=list(StatementFormat)),
                name="payments_bankstatement_format_known",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="payments_bankstatement_currency_is_iso",
            ),
        ]

    def __str__(self) -> str:
        return self.identification or self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("statement", self.pk)


class WaitingFile(BusinessRow):
    """A bank's file between its preview and its reading: one per person and business."""

    user = models.ForeignKey(
        "partners.User", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    account = same_business_fk("invoices.Account", on_delete=models.CASCADE)
    name = models.CharField("file", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("account", name="payments_waitingfile_account_in_business"),
            models.UniqueConstraint(
                fields=["business", "user"], name="payments_waitingfile_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BankLine(BusinessRow):
    """One movement on an account; `amount` is above zero for money that came in.

    The fingerprint is made of day, amount and the bank's own reference, or else of the
    line's content, and of how many equal lines stood before it in the file: an account
    has each once.
    A matched line's `payment` is what it was booked as; `payment_made` says that the
    match recorded it, so undoing cancels it. `charge`, in the line's currency, is
    what the bank kept of the payment.
    """

    statement = same_business_fk("payments.BankStatement", related_name="lines")
    account = same_business_fk("invoices.Account")
    position = models.PositiveIntegerField()
    date = models.DateField("booked on")
    value_date = models.DateField(null=True, blank=True)
    amount = amount_field()
    currency = models.CharField(max_length=3, validators=[currency_code])
    counterparty = models.CharField(max_length=200, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    end_to_end = models.CharField("end-to-end id", max_length=60, blank=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    fingerprint = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        max_length=10,
        choices=[(word.value, word.value.replace("_", " ")) for word in LineState],
        default=LineState.OPEN,
    )
    payment = same_business_fk("payments.Payment", null=True, blank=True)
    payment_made = models.BooleanField(default=False)
    charge = amount_field()
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(BusinessRow.Meta):
        ordering = ["-date", "-id"]
        indexes = [
            models.Index(
                fields=["business", "state", "date", "id"], name="payments_bankline_due"
            ),
            models.Index(
                fields=["business", "statement", "position"],
                name="payments_bankline_statement",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("statement", name="payments_bankline_statement_in_business"),
            SameBusiness("account", name="payments_bankline_account_in_business"),
            SameBusiness("payment", name="payments_bankline_payment_in_business"),
            models.UniqueConstraint(
                fields=["business", "account", "fingerprint"],
                name="payments_bankline_once",
            ),
            models.UniqueConstraint(
                fields=["business", "payment"],
                condition=Q(payment__isnull=False),
                name="payments_bankline_payment_once",
            ),
            *(
                models.CheckConstraint(
                    condition=condition, name=f"payments_bankline_{name}"
                )
                for name, condition in {
                    "state_known": Q(state__in=list(LineState)),
                    "moves_money": ~Q(amount=0),
                    "currency_is_iso": Q(currency__regex=r"^[A-Z]{3}$"),
                    "charge_not_negative": Q(charge__gte=0),
                    "matched_has_payment": Q(
                        state=LineState.MATCHED, payment__isnull=False
                    )
                    | (
                        ~Q(state=LineState.MATCHED)
                        & Q(payment__isnull=True, payment_made=False, charge=0)
                    ),
                    "decided_is_signed": Q(state=LineState.OPEN)
                    | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                }.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.date}"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("bank-line", self.pk)
