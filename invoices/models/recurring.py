"""RecurringInvoice: a document that comes again on a schedule."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from partners import public_ids
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.models.business import currency_code
from partners.tenancy import BusinessRow, same_business_fk


class Every(StrEnum):
    """The step from one period to the next."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Makes(StrEnum):
    """What a period makes of it."""

    DRAFT = "draft"
    ISSUE = "issue"
    SEND = "send"


def _choices(words: type[Every | Makes]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class RecurringInvoice(BusinessRow):
    """The template of an invoice and its schedule.

    The n-th document is dated `starts_on` plus n steps; a day that a month lacks is
    its last one, so a start on the 31st means the last day of each month. It ends
    after `until` or with the `count`-th document, whichever comes first.
    """

    name = models.CharField(max_length=200)
    partner = same_business_fk("partners.Partner")
    currency = models.CharField(max_length=3, validators=[currency_code])
    discount_percent = ExactDecimalField(
        max_digits=9,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    due_days = models.PositiveSmallIntegerField(default=30)
    purchase_order = models.CharField(max_length=120, blank=True)
    terms = models.CharField("terms of payment", max_length=500, blank=True)
    memo = models.TextField("message for the customer", max_length=2000, blank=True)
    every = models.CharField(max_length=8, choices=_choices(Every))
    interval = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    starts_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    makes = models.CharField(max_length=8, choices=_choices(Makes), default=Makes.DRAFT)
    active = models.BooleanField(default=True)
    made = models.PositiveIntegerField("documents made", default=0, editable=False)
    next_on = models.DateField(null=True, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["business", "next_on", "id"],
                condition=Q(active=True, next_on__isnull=False),
                name="invoices_recurring_due",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("partner", name="invoices_recurring_partner_in_business"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="invoices_recurring_currency_is_iso",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("starts_on")),
                name="invoices_recurring_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(count__gte=1),
                name="invoices_recurring_counts_up",
            ),
            models.CheckConstraint(
                condition=Q(every__in=list(Every), makes__in=list(Makes)),
                name="invoices_recurring_words_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("recurring", self.pk)


class RecurringLine(BusinessRow):
    """One position of the template."""

    recurring = same_business_fk(
        "invoices.RecurringInvoice", related_name="lines", on_delete=models.CASCADE
    )
    position = models.PositiveIntegerField()
    product = same_business_fk("invoices.Product", null=True, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6)
    unit_price = ExactDecimalField(max_digits=18, decimal_places=6)
    tax = same_business_fk("invoices.Tax", null=True, blank=True)

    class Meta(BusinessRow.Meta):
        ordering = ["recurring_id", "position"]
        constraints = [
            *BusinessRow.Meta.constraints,
            *(
                SameBusiness(name, name=f"invoices_recurringline_{name}_in_business")
                for name in ("recurring", "product", "tax")
            ),
            models.UniqueConstraint(
                fields=["business", "recurring", "position"],
                name="invoices_recurringline_position_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"


class RecurringPeriod(BusinessRow):
    """One document that a schedule has made: its place in the schedule, once."""

    recurring = same_business_fk("invoices.RecurringInvoice", related_name="periods")
    number = models.PositiveIntegerField()
    date = models.DateField()
    # A draft may be deleted; that its period was made stays known.
    invoice = models.BigIntegerField("the document's key")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["recurring_id", "number"]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness(
                "recurring", name="invoices_recurringperiod_recurring_in_business"
            ),
            models.UniqueConstraint(
                fields=["business", "recurring", "number"],
                name="invoices_recurringperiod_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} on {self.date}"
