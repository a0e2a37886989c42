"""SecondFactor and RecoveryCode: what a person has besides the password."""

from __future__ import annotations

from django.db import models

from partners.models.user import User


class SecondFactor(models.Model):
    """The app on a person's phone that shows a code which changes (TOTP, RFC 6238).

    A row exists once the person has proved that the app works. `secret` is encrypted;
    `last_counter` is the time step of the last code taken, so that none is taken twice.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    secret = models.TextField(editable=False)
    last_counter = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes on paper, for the day when the phone is gone; used once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest"], name="partners_recoverycode_once"
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="partners_recoverycode_is_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
