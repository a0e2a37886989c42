"""ImportRun: a file that somebody brought to the admin, and what its import came to."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from partners.tenancy import BusinessRow


class ImportKind(StrEnum):
    """What the rows of a file are."""

    PARTNERS = "partners"
    PRODUCTS = "products"
    INVOICES = "invoices"


class ImportState(StrEnum):
    """How far it is: first everything is tried out, then, if confirmed, done."""

    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class ImportRun(BusinessRow):
    """One file on its way into the books, with the counts of its last pass.

    `file` and `report` are names in the storage; the file is deleted when the run is
    over, the report of refused rows stays. `mapping_text` is one's own mapping, else
    `mapping` names a shipped one, and empty takes the one that fits.
    """

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=ImportState.CHECKING)
    user = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor = models.CharField("who", max_length=254)
    capabilities = models.JSONField(default=list, editable=False)
    name = models.CharField("file", max_length=200)
    file = models.CharField(max_length=200, blank=True, editable=False)
    size = models.BigIntegerField("bytes")
    mapping = models.CharField(max_length=100, blank=True)
    mapping_text = models.TextField("own mapping", max_length=20000, blank=True)
    report = models.CharField(max_length=200, blank=True, editable=False)
    problem = models.CharField(max_length=2000, blank=True)
    fraction = models.FloatField("how far", default=0)
    rows = models.BigIntegerField(default=0)
    rows_imported = models.BigIntegerField(default=0)
    rows_known = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    made = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    amounts = models.JSONField(default=dict)
    unread = models.JSONField("columns not read", default=list)
    sample = models.JSONField("first rows", default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta(BusinessRow.Meta):
        ordering = ["-id"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(kind) for kind in ImportKind]),
                name="invoices_importrun_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in ImportState]),
                name="invoices_importrun_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.name}"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in (
            ImportState.DONE,
            ImportState.FAILED,
            ImportState.DROPPED,
        )

    @property
    def is_busy(self) -> bool:
        """Whether a pass is under way, or waits for a worker."""
        return self.state in (ImportState.CHECKING, ImportState.RUNNING)
