"""What a document consists of: its columns, indexes and constraints.

The verbs that change it are in `invoice`; the rules that PostgreSQL checks in every
row are in `invoice_rules`.
"""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from invoices.models.invoice_rules import ROW_RULES
from invoices.models.line import amount_field
from invoices.querysets import BINDING, EDITABLE, Direction, Kind, State
from partners.constraints import SameBusiness
from partners.fields import ExactDecimalField
from partners.models.business import currency_code
from partners.tenancy import BusinessRow, same_business_fk


def _choices(words: type[Direction | Kind | State]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


class InvoiceColumns(BusinessRow):
    """The row behind an Invoice."""

    direction = models.CharField(
        max_length=10, choices=_choices(Direction), default=Direction.ISSUED
    )
    kind = models.CharField(max_length=12, choices=_choices(Kind), default=Kind.INVOICE)
    state = models.CharField(
        max_length=12, choices=_choices(State), default=State.DRAFT, editable=False
    )
    number = models.CharField(max_length=60, blank=True)
    reference = models.CharField(
        max_length=120, blank=True, help_text="The client's own key."
    )
    partner = same_business_fk("partners.Partner", related_name="invoices")
    date = models.DateField()
    due_date = models.DateField()
    currency = models.CharField(max_length=3, validators=[currency_code])
    currency_rate = ExactDecimalField(
        max_digits=18,
        decimal_places=8,
        default=Decimal(1),
        help_text="Base currency for one unit of the document's currency.",
    )
    discount_percent = ExactDecimalField(
        max_digits=9,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    purchase_order = models.CharField(max_length=120, blank=True)
    purchase_order_line = models.CharField(max_length=60, blank=True)
    purchase_order_type = models.CharField(max_length=60, blank=True)
    ledger_line = models.CharField("general ledger line", max_length=60, blank=True)
    project = same_business_fk("invoices.Project", null=True, blank=True)
    manually_unassigned = models.BooleanField(
        default=False, help_text="Somebody took it off its project on purpose."
    )
    responsible = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who answers for it; who drafted it, unless told otherwise.",
    )
    description = models.CharField(max_length=500, blank=True)
    terms = models.CharField("terms of payment", max_length=500, blank=True)
    memo = models.TextField("message for the customer", max_length=2000, blank=True)
    line_total = amount_field(editable=False)
    discount_total = amount_field(editable=False)
    subtotal = amount_field(editable=False)
    tax_total = amount_field(editable=False)
    total = amount_field(editable=False)
    amount_paid = amount_field(editable=False)
    amount_credited = amount_field(
        editable=False, help_text="The sum of the credit notes on this invoice."
    )
    credit_applied = amount_field(
        editable=False, help_text="What credits took off the balance."
    )
    balance = amount_field(editable=False, help_text="What is open.")
    credited_invoice = same_business_fk(
        "invoices.Invoice", null=True, blank=True, related_name="credit_notes"
    )
    expected_total = ExactDecimalField(
        max_digits=19,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="What the vendor's paper says it totals.",
    )
    duplicate_reason = models.CharField(
        max_length=500,
        blank=True,
        help_text="Why the same vendor's same number is booked once more.",
    )
    client_document = models.TextField(
        blank=True, editable=False, help_text="As a client last posted it, in JSON."
    )
    seller = models.JSONField(default=dict, editable=False)
    buyer = models.JSONField(default=dict, editable=False)
    printed = models.JSONField(
        default=dict, editable=False, help_text="Language, page, bank and the like."
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    viewed_at = models.DateTimeField(
        null=True, editable=False, help_text="When the customer first opened its page."
    )
    disputed_at = models.DateTimeField(null=True, editable=False)
    dispute_reason = models.CharField(
        "what the customer says is wrong", max_length=1000, blank=True, editable=False
    )
    held_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when it is not reminded of."
    )
    import_key = models.CharField(max_length=120, blank=True, editable=False)
    search = SearchVectorField(default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(BusinessRow.Meta):
        base_manager_name = "objects"
        abstract = True
        ordering = ["date", "id"]
        indexes = [
            models.Index(
                fields=["business", "direction", "kind", "date", "id"],
                name="invoices_by_date",
            ),
            models.Index(
                fields=["business", "partner", "date", "id"],
                name="invoices_by_partner",
            ),
            # People look for an amount that they read somewhere.
            models.Index(fields=["business", "total"], name="invoices_by_total"),
            models.Index(
                fields=["business", "project"],
                condition=Q(project__isnull=False),
                name="invoices_by_project",
            ),
            # Sums of what is open, by currency and day, read nothing but this.
            models.Index(
                fields=["business", "due_date", "id"],
                include=[
                    "direction",
                    "kind",
                    "currency",
                    "balance",
                    "currency_rate",
                    "partner",
                    "date",
                ],
                condition=Q(state__in=BINDING, balance__gt=0),
                name="invoices_open",
            ),
            models.Index(
                fields=["business", "state"],
                condition=Q(state__in=EDITABLE),
                name="invoices_waiting",
            ),
            models.Index(
                fields=["business", "id"],
                condition=Q(disputed_at__isnull=False),
                name="invoices_disputed",
            ),
            models.Index(
                fields=["business", "direction", "date"],
                condition=Q(state=State.WRITTEN_OFF),
                name="invoices_given_up",
            ),
            models.Index(
                fields=["business", "credited_invoice"],
                condition=Q(credited_invoice__isnull=False),
                name="invoices_credits",
            ),
            GinIndex(fields=["search"], name="invoices_search"),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("partner", name="invoices_invoice_partner_in_business"),
            SameBusiness(
                "credited_invoice", name="invoices_invoice_credited_in_business"
            ),
            SameBusiness("project", name="invoices_invoice_project_in_business"),
            models.UniqueConstraint(
                fields=["business", "number"],
                condition=Q(direction=Direction.ISSUED) & ~Q(number=""),
                name="invoices_invoice_number_taken",
            ),
            # INV-7 and inv-7 are one paper.
            models.UniqueConstraint(
                "business",
                "partner",
                "kind",
                Upper("number"),
                condition=Q(direction=Direction.RECEIVED, duplicate_reason="")
                & ~Q(state=State.CANCELLED),
                name="invoices_invoice_vendors_number_taken",
            ),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=Q(direction=Direction.ISSUED) & ~Q(reference=""),
                name="invoices_invoice_reference_taken",
            ),
            # A vendor's references are that vendor's own.
            models.UniqueConstraint(
                fields=["business", "reference", "partner"],
                condition=Q(direction=Direction.RECEIVED) & ~Q(reference=""),
                name="invoices_invoice_vendors_reference_taken",
            ),
            models.UniqueConstraint(
                fields=["business", "import_key"],
                condition=~Q(import_key=""),
                name="invoices_invoice_import_key_taken",
            ),
            *(
                models.CheckConstraint(condition=condition, name=f"invoices_{name}")
                for name, condition in ROW_RULES.items()
            ),
        ]
