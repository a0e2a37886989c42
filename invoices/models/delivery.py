"""Delivery: a mail as a row before it is a message.

    queued → claimed → offered → sent
                 ↘ queued (later) ↘ failed, or uncertain → sent | queued

Until it is offered nothing has been said to the customer's server that it could take
for a message, so a worker that dies gives the row back. From then on only the server's
answer tells, and where none came a person decides: a second invoice mail is worse than
a late one.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from invoices.models.mail_template import PURPOSES
from partners import public_ids
from partners.constraints import SameBusiness
from partners.models.languages import LANGUAGES
from partners.tenancy import BusinessRow, same_business_fk


class DeliveryState(StrEnum):
    """How far a mail has come."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    OFFERED = "offered"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.OFFERED)
"""Still to be worked off."""

GIVEN_UP = (DeliveryState.FAILED, DeliveryState.WITHDRAWN)
"""Nobody got it, and nobody will unless a person tries it again."""


class Delivery(BusinessRow):
    """One mail to one recipient about one document, unique per attempt key."""

    invoice = same_business_fk("invoices.Invoice", null=True, related_name="deliveries")
    partner = same_business_fk("partners.Partner", related_name="deliveries")
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    recipient = models.EmailField()
    attempt_key = models.CharField(max_length=80)
    copies = ArrayField(models.EmailField(), default=list, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    subject = models.CharField(max_length=200)
    body = models.TextField("words", max_length=10_000)
    link = same_business_fk("invoices.CustomerLink", null=True, blank=True)
    file = same_business_fk("invoices.DocumentFile", null=True, blank=True)
    with_ubl = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in DeliveryState],
        default=DeliveryState.QUEUED,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    try_after = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    error = models.CharField(max_length=500, blank=True, editable=False)
    answer = models.CharField(
        "the server's answer", max_length=500, blank=True, editable=False
    )
    bounced_at = models.DateTimeField(null=True, editable=False)
    bounce = models.CharField(max_length=500, blank=True, editable=False)
    user = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor = models.CharField("who", max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        verbose_name_plural = "deliveries"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "invoice", "id"], name="invoices_deliv_by_document"
            ),
            models.Index(
                fields=["business", "state", "id"], name="invoices_deliv_by_state"
            ),
            models.Index(
                fields=["business", "try_after"],
                condition=Q(state__in=["queued", "claimed", "offered"]),
                name="invoices_deliv_under_way",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            *(
                SameBusiness(name, name=f"invoices_delivery_{name}_in_business")
                for name in ("invoice", "partner", "link", "file")
            ),
            models.UniqueConstraint(
                fields=["business", "invoice", "recipient", "purpose", "attempt_key"],
                condition=Q(invoice__isnull=False),
                name="invoices_delivery_once",
            ),
            models.UniqueConstraint(
                fields=["business", "partner", "recipient", "purpose", "attempt_key"],
                condition=Q(invoice__isnull=True),
                name="invoices_delivery_to_partner_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(DeliveryState)),
                name="invoices_delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(recipient="") & ~Q(attempt_key=""),
                name="invoices_delivery_has_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.recipient}"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths; the Message-ID is made from it."""
        return public_ids.encode("delivery", self.pk)
