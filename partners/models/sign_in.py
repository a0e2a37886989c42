"""SignIn and Attempts: who came in from where, and how often somebody tried.

Both are written by machines that answer requests and by nobody else; they hold no
reference to rows of a business.
"""

from __future__ import annotations

from django.db import models

from partners.models.user import User


class SignIn(models.Model):
    """One browser in which a person signed in; `partners.sign_ins` keeps it."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="sign_ins", db_index=False
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    user_agent = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "began_at"], name="partners_signin_of_user")
        ]

    def __str__(self) -> str:
        return f"sign-in of {self.user_id}"


class Attempts(models.Model):
    """How often something was tried in the window that ends at `ends_at`.

    `name` is an HMAC: addresses that strangers type are not kept.
    """

    name = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
