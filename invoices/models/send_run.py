"""SendRun: many drafts to be issued and sent, worked off one by one."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models

from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessRow, same_business_fk


class ItemState(StrEnum):
    """What became of one document of a run."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    SKIPPED = "skipped"


class SendRun(BusinessRow):
    """What one person asked for at once; stopping it leaves the rest untouched.

    `subject` and `body` are the words for all, empty for the template in each
    customer's language. `key` makes a second click the same run.
    """

    user = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor = models.CharField("who", max_length=254)
    capabilities = models.JSONField(default=list, editable=False)
    key = models.UUIDField(default=uuid.uuid4)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField("words", max_length=5000, blank=True)
    copies = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)

    class Meta(BusinessRow.Meta):
        ordering = ["-id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "key"], name="invoices_sendrun_once"
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.actor}"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("run", self.pk)


class SendRunItem(BusinessRow):
    """One document of a run; `recipients` empty for the customer's own address."""

    run = same_business_fk("invoices.SendRun", related_name="items")
    invoice = same_business_fk(
        "invoices.Invoice", null=True, help_text="Null once the draft was deleted."
    )
    position = models.PositiveIntegerField()
    recipients = models.JSONField(default=list)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in ItemState],
        default=ItemState.WAITING,
    )
    code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta(BusinessRow.Meta):
        ordering = ["run_id", "position"]
        indexes = [
            models.Index(
                fields=["business", "run", "state", "position"],
                name="invoices_runitem_by_state",
            ),
            models.Index(
                fields=["business", "invoice"], name="invoices_runitem_by_document"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("run", name="invoices_sendrunitem_run_in_business"),
            SameBusiness("invoice", name="invoices_sendrunitem_invoice_in_business"),
            models.UniqueConstraint(
                fields=["business", "run", "invoice"], name="invoices_sendrunitem_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(ItemState)),
                name="invoices_sendrunitem_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.state}"
