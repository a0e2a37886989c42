"""ApiKey: a credential of one person for one business, kept only as a digest."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from partners.access import Actor, Capability
from partners.exceptions import Invalid
from partners.models.business import Business
from partners.models.membership import Membership
from partners.models.user import User
from partners.tenancy import BusinessQuerySet, BusinessRow

_PREFIX = "cf_"


def digest_of(key: str) -> str:
    """SHA-256 in hex. A key is 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyQuerySet(BusinessQuerySet["ApiKey"]):
    """Keys, and the one look-up that does not start from a business."""

    def usable(self, now: datetime.datetime) -> Self:
        """Keys neither revoked nor expired, of active people."""
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now),
            revoked_at__isnull=True,
            user__is_active=True,
        )

    def presented(self, key: str, now: datetime.datetime) -> ApiKey | None:
        """The usable key behind this text, with business, user and role; one query.

        None also where the person is no longer a member of the business.
        """
        membership = Membership.objects.filter(
            business=models.OuterRef("business"),
            user=models.OuterRef("user"),
            active=True,
        )
        found = self.usable(now).filter(digest=digest_of(key))
        role = models.Subquery(membership.values("role")[:1])
        known = found.select_related("business", "user").annotate(role=role)
        return known.filter(role__isnull=False).order_by().first()


class ApiKey(BusinessRow):
    """A bearer credential. The text is shown once; here is only its digest."""

    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="api_keys"
    )
    name = models.CharField(max_length=100, blank=True)
    hint = models.CharField("begins with", max_length=12, editable=False)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    scopes = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Capabilities; empty means all that the role allows.",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiKeyQuerySet.as_manager()  # type: ignore[misc]

    class Meta(BusinessRow.Meta):
        verbose_name = "API key"
        constraints = [
            *BusinessRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="partners_apikey_is_hashed",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.hint}…"

    @classmethod
    def create(
        cls,
        business: Business,
        user: User,
        *,
        name: str = "",
        scopes: Iterable[str] = (),
        expires_at: datetime.datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """A saved key and its text, which is not kept; Invalid for unknown scopes."""
        words = sorted(set(scopes))
        unknown = [word for word in words if word not in list(Capability)]
        if unknown:
            raise Invalid(
                f"Unknown scope {', '.join(unknown)}. "
                f"Known scopes: {', '.join(Capability)}.",
                field="scopes",
            )
        key = _PREFIX + secrets.token_urlsafe(32)
        row = cls.objects.create(
            business=business,
            user=user,
            name=name,
            hint=key[:9],
            digest=digest_of(key),
            scopes=words,
            expires_at=expires_at,
        )
        return row, key

    def actor(self) -> Actor:
        """Who acts with this key; only for a key from `presented`, which knows it."""
        role: str = self.role  # type: ignore[attr-defined]
        return Actor.in_role(self.business_id, self.user, role, self.scopes)

    def revoke(self, now: datetime.datetime) -> None:
        """End the key at once; revoking twice keeps the first moment."""
        ApiKey.objects.for_business(self.business_id).filter(
            pk=self.pk, revoked_at__isnull=True
        ).update(revoked_at=now)
        self.refresh_from_db(fields=["revoked_at"])
