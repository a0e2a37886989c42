"""DocumentFile: a paper as it left the house, by its SHA-256."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from django.db import models

from invoices.models.guarded import WrittenOnce
from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessQuerySet, BusinessRow, same_business_fk


class FileKind(StrEnum):
    """What the file is."""

    PDF = "pdf"
    UBL = "ubl"
    REMINDER = "reminder"
    STATEMENT = "statement"


MEDIA_TYPES = {FileKind.UBL: "application/xml"}


class DocumentFileQuerySet(BusinessQuerySet["DocumentFile"]):
    """Files; `heads` leaves the content in the database."""

    def heads(self) -> DocumentFileQuerySet:
        """The rows without their content."""
        return self.defer("content")


class DocumentFile(WrittenOnce):
    """Written once, with what it says of itself; what is mailed, shown and downloaded.

    The document's own PDF and UBL exist once each; reminders may be many. `problems`
    say why there is no e-invoice, in the PDF's row: `[{"rule", "message"}]`.
    """

    invoice = same_business_fk(
        "invoices.Invoice", null=True, related_name="files", on_delete=models.PROTECT
    )
    partner = same_business_fk("partners.Partner")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in FileKind]
    )
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    problems = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentFileQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "invoice", "kind"], name="invoices_file_by_document"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_documentfile_invoice_in_business"),
            SameBusiness("partner", name="invoices_documentfile_partner_in_business"),
            models.UniqueConstraint(
                fields=["business", "invoice", "kind"],
                condition=models.Q(kind__in=["pdf", "ubl"]),
                name="invoices_documentfile_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="statement") | models.Q(invoice__isnull=False),
                name="invoices_documentfile_has_document",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="invoices_documentfile_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def holding(cls, content: bytes, **values: Any) -> DocumentFile:
        """An unsaved row with this content, its size and its hash."""
        return cls(
            content=content,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            **values,
        )

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("file", self.pk)

    @property
    def media_type(self) -> str:
        """The content type it is served and mailed with."""
        return MEDIA_TYPES.get(FileKind(self.kind), "application/pdf")

    def intact(self) -> bool:
        """Whether the content still has its hash."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256
