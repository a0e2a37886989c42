"""Business: a tenant, the one who issues and receives documents."""

from __future__ import annotations

import datetime
import uuid
import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from partners import public_ids
from partners.number_templates import validate_template

currency_code = RegexValidator(r"\A[A-Z]{3}\Z", "Use an ISO 4217 code such as USD.")
country_code = RegexValidator(r"\A[A-Z]{2}\Z", "Use an ISO 3166 code such as DE.")


def validate_time_zone(name: str) -> None:
    """Refuse a zone that the system's time zone database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Use a zone name such as Europe/London.")


class Business(models.Model):
    """A tenant: it has books, a base currency and a name to print on documents."""

    slug = models.SlugField(max_length=60, unique=True)
    guid = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    currency = models.CharField(
        "base currency", max_length=3, validators=[currency_code]
    )
    tax_number = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=60, blank=True)
    line1 = models.CharField("address line 1", max_length=200, blank=True)
    line2 = models.CharField("address line 2", max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    province = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True, validators=[country_code])
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[validate_time_zone]
    )
    invoice_template = models.CharField(
        "invoice number template",
        max_length=40,
        default="INV-{year}-{seq:05}",
        validators=[validate_template],
    )
    credit_note_template = models.CharField(
        "credit note number template",
        max_length=40,
        default="CN-{year}-{seq:05}",
        validators=[validate_template],
    )
    closed_through = models.DateField(
        "books closed through",
        null=True,
        blank=True,
        help_text="Nothing dated on or before this day can change.",
    )
    demands_totp = models.BooleanField(
        "demands a second factor",
        default=False,
        help_text=(
            "Members must also enter a code from an app when they sign in. "
            "API keys are not touched."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "businesses"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="partners_business_currency_is_iso",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="partners_business_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The id that clients put into paths, eight hex digits."""
        return public_ids.encode("business", self.pk)

    def today(self, now: datetime.datetime) -> datetime.date:
        """The date at this moment where the business is."""
        return now.astimezone(self.zone()).date()

    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone in which the business counts days."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def snapshot(self) -> dict[str, str]:
        """The seller as printed on a document issued now."""
        return {
            "name": self.name,
            "tax_number": self.tax_number,
            "email": self.email,
            "phone": self.phone,
            "line1": self.line1,
            "line2": self.line2,
            "city": self.city,
            "province": self.province,
            "postal_code": self.postal_code,
            "country": self.country,
        }
