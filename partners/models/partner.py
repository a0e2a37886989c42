"""Partner: a customer, a vendor or both."""

from __future__ import annotations

from typing import Literal

from django.db import models

from partners import public_ids
from partners.models.business import country_code, currency_code
from partners.models.languages import LANGUAGES
from partners.tenancy import BusinessQuerySet, BusinessRow

_ADDRESS = ("line1", "line2", "city", "province", "postal_code", "country")


class PartnerQuerySet(BusinessQuerySet["Partner"]):
    """Questions about partners."""

    def in_use(self) -> PartnerQuerySet:
        """Partners that have not been archived."""
        return self.filter(archived_at__isnull=True)


class Partner(BusinessRow):
    """Someone the business sells to, buys from, or both."""

    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    is_customer = models.BooleanField("customer", default=False)
    is_vendor = models.BooleanField("vendor", default=False)
    default_selling_currency = models.CharField(
        max_length=3, blank=True, validators=[currency_code]
    )
    default_buying_currency = models.CharField(
        max_length=3, blank=True, validators=[currency_code]
    )
    contact_name = models.CharField(max_length=200, blank=True)
    tax_number = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    fax = models.CharField(max_length=60, blank=True)
    website = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    note = models.TextField(max_length=5000, blank=True)
    head_quarter = models.BooleanField("is the head office", default=False)
    billing_site_number = models.CharField(max_length=60, blank=True)
    billing_line1 = models.CharField(max_length=200, blank=True)
    billing_line2 = models.CharField(max_length=200, blank=True)
    billing_city = models.CharField(max_length=100, blank=True)
    billing_province = models.CharField(max_length=100, blank=True)
    billing_postal_code = models.CharField(max_length=20, blank=True)
    billing_country = models.CharField(
        max_length=2, blank=True, validators=[country_code]
    )
    shipping_contact_name = models.CharField(max_length=200, blank=True)
    shipping_line1 = models.CharField(max_length=200, blank=True)
    shipping_line2 = models.CharField(max_length=200, blank=True)
    shipping_city = models.CharField(max_length=100, blank=True)
    shipping_province = models.CharField(max_length=100, blank=True)
    shipping_postal_code = models.CharField(max_length=20, blank=True)
    shipping_country = models.CharField(
        max_length=2, blank=True, validators=[country_code]
    )
    vendor_line1 = models.CharField(max_length=200, blank=True)
    vendor_line2 = models.CharField(max_length=200, blank=True)
    vendor_city = models.CharField(max_length=100, blank=True)
    vendor_province = models.CharField(max_length=100, blank=True)
    vendor_postal_code = models.CharField(max_length=20, blank=True)
    vendor_country = models.CharField(
        max_length=2, blank=True, validators=[country_code]
    )
    language = models.CharField(
        max_length=2,
        blank=True,
        choices=LANGUAGES,
        help_text="Of documents and mails; empty: the business's own.",
    )
    wants_ubl = models.BooleanField("wants the e-invoice as UBL too", default=False)
    no_reminders = models.BooleanField("is never reminded", default=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PartnerQuerySet.as_manager()  # type: ignore[misc]

    class Meta(BusinessRow.Meta):
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["business", "name", "id"], name="partners_partner_by_name"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "code"],
                condition=~models.Q(code=""),
                name="partners_partner_code_taken",
                violation_error_message="Another partner has this code.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="partners_partner_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("partner", self.pk)

    def snapshot(self, role: Literal["billing", "vendor"]) -> dict[str, str]:
        """The partner as printed on a document made final now, buying or selling.

        A vendor without an address of that kind is shown at the billing address.
        """
        if not any(getattr(self, f"{role}_{part}") for part in _ADDRESS):
            role = "billing"
        return {
            "name": self.name,
            "code": self.code,
            "contact_name": self.contact_name,
            "tax_number": self.tax_number,
            "email": self.email,
            "phone": self.phone,
            **{part: getattr(self, f"{role}_{part}") for part in _ADDRESS},
        }
