"""Payment and Allocation: money in or out, and what it settles."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import F, Q

from invoices.models.guarded import GuardedQuerySet, WrittenOnce, frozen
from invoices.models.line import amount_field
from partners import public_ids
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.models import Partner
from partners.models.business import currency_code
from partners.tenancy import BusinessRow, same_business_fk


class PaymentDirection(StrEnum):
    """Whether money came in or went out."""

    IN = "in"
    OUT = "out"


class PaymentQuerySet(GuardedQuerySet["Payment"]):
    """Payments, by the questions asked of them."""

    def standing(self) -> Self:
        """Payments that have not been cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def received(self) -> Self:
        """Standing payments from customers."""
        return self.standing().filter(direction=PaymentDirection.IN)

    def paid_out(self) -> Self:
        """Standing payments to vendors."""
        return self.standing().filter(direction=PaymentDirection.OUT)

    def of(self, partner: Partner) -> Self:
        """Payments with one partner, within the partner's business."""
        return self.filter(business_id=partner.business_id, partner=partner)


class Payment(WrittenOnce):
    """Money in or out. `amount` = allocated + refunded + left on account."""

    direction = models.CharField(
        max_length=3,
        choices=[(word.value, word.value) for word in PaymentDirection],
        default=PaymentDirection.IN,
    )
    partner = same_business_fk(
        "partners.Partner", null=True, blank=True, related_name="payments"
    )
    account = same_business_fk("invoices.Account")
    date = models.DateField()
    currency = models.CharField(max_length=3, validators=[currency_code])
    currency_rate = ExactDecimalField(
        max_digits=18, decimal_places=8, default=Decimal(1)
    )
    amount = amount_field()
    amount_allocated = amount_field(editable=False)
    amount_refunded = amount_field(editable=False)
    unallocated = amount_field("left on account", editable=False)
    method = models.CharField(max_length=40, blank=True)
    reference = models.CharField(
        max_length=120, blank=True, help_text="The client's own key."
    )
    check_number = models.CharField(max_length=60, blank=True)
    invoice_number = models.CharField(
        max_length=60, blank=True, help_text="The vendor's number that it is for."
    )
    purchase_order = models.CharField(max_length=120, blank=True)
    purchase_order_line = models.CharField(max_length=60, blank=True)
    purchase_order_type = models.CharField(max_length=60, blank=True)
    project = same_business_fk("invoices.Project", null=True, blank=True)
    cost = same_business_fk("invoices.Cost", null=True, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    refund_of = same_business_fk(
        "payments.Payment", null=True, blank=True, related_name="refunds"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaymentQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        ordering = ["date", "id"]
        indexes = [
            models.Index(fields=["business", "amount"], name="payments_by_amount"),
            models.Index(
                # With what sums by month read of it.
                fields=["business", "direction", "date", "id"],
                include=["currency", "amount", "cancelled_at"],
                name="payments_payment_by_date",
            ),
            models.Index(
                fields=["business", "partner", "date", "id"],
                name="payments_payment_by_partner",
            ),
            models.Index(
                fields=["business", "partner"],
                condition=Q(unallocated__gt=0, cancelled_at__isnull=True),
                name="payments_payment_on_account",
            ),
            models.Index(
                fields=["business", "refund_of"],
                condition=Q(refund_of__isnull=False),
                name="payments_payment_refunds",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("partner", name="payments_payment_partner_in_business"),
            SameBusiness("account", name="payments_payment_account_in_business"),
            SameBusiness("refund_of", name="payments_payment_refund_in_business"),
            SameBusiness("project", name="payments_payment_project_in_business"),
            SameBusiness("cost", name="payments_payment_cost_in_business"),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=Q(direction=PaymentDirection.OUT, cancelled_at__isnull=True)
                & ~Q(reference=""),
                name="payments_payment_reference_taken",
            ),
            *(
                models.CheckConstraint(
                    condition=condition, name=f"payments_payment_{name}"
                )
                for name, condition in {
                    "direction_known": Q(direction__in=list(PaymentDirection)),
                    "currency_is_iso": Q(currency__regex=r"^[A-Z]{3}$"),
                    "rate_positive": Q(currency_rate__gt=0),
                    "amount_positive": Q(amount__gt=0),
                    "amount_adds_up": Q(
                        amount=F("amount_allocated")
                        + F("amount_refunded")
                        + F("unallocated")
                    ),
                    "never_overallocated": Q(
                        amount_allocated__gte=0,
                        amount_refunded__gte=0,
                        unallocated__gte=0,
                    ),
                    "cancelled_settles_nothing": Q(cancelled_at__isnull=True)
                    | Q(amount_allocated=0, amount_refunded=0),
                }.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.date}"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("payment", self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a payment that exists changes through `recording` only."""
        if not self._state.adding:
            frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; a payment is cancelled, so that its history stays."""
        frozen()


class Allocation(WrittenOnce):
    """How much of a payment settles a document, in their common currency."""

    payment = same_business_fk("payments.Payment", related_name="allocations")
    invoice = same_business_fk("invoices.Invoice", related_name="allocations")
    amount = amount_field()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GuardedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "invoice"], name="payments_allocation_invoice"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("payment", name="payments_allocation_payment_in_business"),
            SameBusiness("invoice", name="payments_allocation_invoice_in_business"),
            models.UniqueConstraint(
                fields=["business", "payment", "invoice"],
                name="payments_allocation_once_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_allocation_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} to {self.invoice_id}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; `recording.allocate` writes allocations."""
        frozen()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; `recording.unallocate` removes allocations."""
        frozen()
