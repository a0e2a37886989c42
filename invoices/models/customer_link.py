"""CustomerLink: the secret address of a document's own page."""

from __future__ import annotations

import datetime
import secrets
from typing import Self

from django.db import models
from django.db.models import Q

from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessQuerySet, BusinessRow, same_business_fk

_BYTES = 24


def _token() -> str:
    return secrets.token_urlsafe(_BYTES)


class CustomerLinkQuerySet(BusinessQuerySet["CustomerLink"]):
    """Links, by the questions asked of them."""

    def open(self, now: datetime.datetime) -> Self:
        """Those that still lead somewhere."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class CustomerLink(BusinessRow):
    """192 random bits that show one document to whoever has them.

    The address carries the business and the row, so that it is looked up inside one
    business; the token is compared in constant time.
    """

    invoice = same_business_fk("invoices.Invoice", related_name="links")
    token = models.CharField(max_length=60, default=_token, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta(BusinessRow.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "invoice", "id"], name="invoices_link_by_document"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("invoice", name="invoices_customerlink_invoice_in_business"),
            models.CheckConstraint(
                condition=~Q(token=""), name="invoices_customerlink_has_token"
            ),
        ]

    def __str__(self) -> str:
        return f"link to {self.invoice_id}"

    @property
    def public_id(self) -> str:
        """The id that stands in the address before the token."""
        return public_ids.encode("link", self.pk)

    def path(self) -> str:
        """The page's path on this server; the document's business must be loaded."""
        business = public_ids.encode("business", self.business_id)
        return f"/i/{business}/{self.public_id}/{self.token}/"

    def opens_with(self, token: str) -> bool:
        """Whether this is the token, in constant time."""
        return secrets.compare_digest(self.token.encode(), token.encode())
