"""DocumentSettings: how a business's papers look and what it demands of them."""

from __future__ import annotations

import hashlib
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from partners import prepared
from partners.constraints import SameBusiness
from partners.models import Business, Partner
from partners.models.languages import LANGUAGES
from partners.tenancy import BusinessRow, same_business_fk

PAGES = [("a4", "A4"), ("letter", "US Letter")]
_BANK = ("holder", "iban", "bic", "bank_name", "account")


class Logo(BusinessRow):
    """A picture for letterheads, by its content; it never changes."""

    sha256 = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()

    class Meta(BusinessRow.Meta):
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "sha256"], name="invoices_logo_once"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @classmethod
    def keep(cls, business_id: int, png: bytes) -> Logo:
        """The row with this picture, made if it is new; `png` must be clean."""
        row, _ = cls._default_manager.get_or_create(
            business_id=business_id,
            sha256=hashlib.sha256(png).hexdigest(),
            defaults={"content": png},
        )
        return row


class DocumentSettings(BusinessRow):
    """One row per business; without a row the defaults hold."""

    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    page = models.CharField("page size", max_length=6, choices=PAGES, default="a4")
    logo = same_business_fk("invoices.Logo", null=True, blank=True)
    footer = models.CharField(max_length=300, blank=True)
    registration = models.CharField(
        "company registration number", max_length=60, blank=True
    )
    holder = models.CharField("account holder", max_length=70, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    account = models.CharField(
        "account number", max_length=60, blank=True, help_text="Where there is no IBAN."
    )
    reply_to = models.EmailField("answers go to", blank=True)
    copy_to = models.EmailField(
        "blind copy of every mail to", blank=True, help_text="Your own archive, say."
    )
    link_days = models.PositiveSmallIntegerField(
        "customers' links hold for days",
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    requires_einvoice = models.BooleanField(
        "refuse to issue what cannot be an e-invoice", default=False
    )
    bounce_secret = models.CharField(max_length=80, blank=True, editable=False)

    class Meta(BusinessRow.Meta):
        verbose_name = verbose_name_plural = "document settings"
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("logo", name="invoices_documentsettings_logo_in_business"),
            models.UniqueConstraint(
                fields=["business"],
                name="invoices_documentsettings_once",
                violation_error_message="This business has document settings already.",
            ),
        ]

    def __str__(self) -> str:
        return f"papers of {self.business}"

    @classmethod
    def of(cls, business: Business | int) -> Self:
        """The business's settings, or unsaved defaults; one query."""
        pk = business if isinstance(business, int) else business.pk
        rows = prepared.select(cls, "business_id = %s", [pk])
        return rows[0] if rows else cls(business_id=pk)

    def printed(self, partner: Partner) -> dict[str, Any]:
        """What a document made final now prints besides its parties and figures.

        The logo is named by its row: its picture never changes.
        """
        bank = {name: getattr(self, name) for name in _BANK}
        return {
            "language": partner.language or self.language,
            "page": self.page,
            "footer": self.footer,
            "registration": self.registration,
            "bank": bank if any(bank.values()) else {},
            "logo": self.logo_id,
        }
