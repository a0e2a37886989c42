"""Invitation: a letter that makes whoever holds it a member of a business."""

from __future__ import annotations

import datetime
import hashlib
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partners.access import Role
from partners.tenancy import BusinessRow

VALID_FOR = datetime.timedelta(days=7)


class InvitationState(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


def digest_of(token: str) -> str:
    """What is kept of a token; it has 256 random bits, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(BusinessRow):
    """Somebody asked to join in a role; `invoices.members.inviting` has the deeds.

    The token is made when the letter is written, and only its digest is kept.
    """

    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=[(role.value, role.value.title()) for role in Role],
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)
    language = models.CharField(max_length=10, default="en", editable=False)
    invited_by = models.ForeignKey(
        "partners.User",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta(BusinessRow.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="partners_invitation_one_open",
            ),
            models.UniqueConstraint(
                fields=["business", "digest"],
                condition=~Q(digest=""),
                name="partners_invitation_token",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="partners_invitation_email_is_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="partners_invitation_role_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="partners_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.role}"

    def state(self, now: datetime.datetime) -> InvitationState:
        """What has become of it by now."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        expired = self.expires_at <= now
        return InvitationState.EXPIRED if expired else InvitationState.OPEN
