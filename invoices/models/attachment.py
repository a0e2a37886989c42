"""Attachment: a file that somebody put to a document, such as a receipt or an order."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.files.storage import storages
from django.db import models

from invoices.models.guarded import GuardedQuerySet, WrittenOnce, frozen
from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessRow, same_business_fk

if TYPE_CHECKING:
    from django.core.files.storage import Storage


def storage() -> Storage:
    """Where the files are: outside the database, and under no address."""
    return storages["attachments"]


def random_name(attachment: Attachment, name: str) -> str:
    """A name that tells nothing of the file and cannot be guessed."""
    return f"{attachment.business_id}/{uuid.uuid4().hex}"


class Attachment(WrittenOnce):
    """A file of a document; the row says what it is, the storage has its bytes.

    `name` is what the person called it, `content_type` what its bytes are.
    """

    invoice = same_business_fk("invoices.Invoice", related_name="attachments")
    file = models.FileField(storage=storage, upload_to=random_name, max_length=200)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GuardedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "invoice", "id"], name="invoices_attachments"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_attachment_invoice_in_business"),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(file=""),
                name="invoices_attachment_has_name",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="invoices_attachment_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused; `attaching.detach` removes row and file together."""
        frozen()

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("attachment", self.pk)

    def content(self) -> bytes:
        """The bytes; raises OSError where the storage cannot give them."""
        with self.file.open("rb") as file:
            found: bytes = file.read()
        return found

    def intact(self) -> bool:
        """Whether the file is there and still has its hash."""
        try:
            return hashlib.sha256(self.content()).hexdigest() == self.sha256
        except OSError:
            return False
