"""ApiKey: a credential of one person for one business, kept only as a digest."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from partners.access import Capability
from partners.exceptions import Invalid
from partners.models.business import Business
from partners.models.user import User
from partners.tenancy import BusinessRow

_PREFIX = "cf_"
DIALECTS = ("native", "cannlytics", "finario", "nutcache")
"""The languages that the API is spoken in; each is a folder in `invoices/api`."""


def digest_of(key: str) -> str:
    """SHA-256 in hex. A key is 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def _known(kind: str, words: Iterable[str], known: Iterable[str]) -> list[str]:
    """The words, each once; Invalid where one is not known."""
    asked = sorted(set(words))
    unknown = [word for word in asked if word not in set(known)]
    if unknown:
        raise Invalid(
            f"Unknown {kind} {', '.join(unknown)}. Known {kind}s: {', '.join(known)}.",
            field=f"{kind}s",
        )
    return asked


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
    dialects = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="API dialects that may be spoken with it; empty means all.",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    seen_on = models.DateField(
        "last used on",
        null=True,
        editable=False,
        help_text="The day, by UTC, on which it was last used, or was made.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

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
        dialects: Iterable[str] = (),
        expires_at: datetime.datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """A saved key and its text, which is not kept.

        Raises Invalid for unknown scopes or dialects.
        """
        words = _known("scope", scopes, Capability)
        key = _PREFIX + secrets.token_urlsafe(32)
        row = cls.objects.create(
            business=business,
            user=user,
            name=name,
            hint=key[:9],
            digest=digest_of(key),
            scopes=words,
            dialects=_known("dialect", dialects, DIALECTS),
            expires_at=expires_at,
            seen_on=timezone.now().date(),
        )
        return row, key

    def revoke(self, now: datetime.datetime) -> None:
        """End the key at once; revoking twice keeps the first moment."""
        ApiKey.objects.for_business(self.business_id).filter(
            pk=self.pk, revoked_at__isnull=True
        ).update(revoked_at=now)
        self.refresh_from_db(fields=["revoked_at"])
