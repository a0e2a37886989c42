"""User: a person who signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users with a hashed password and a lower-case address."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """A saved user; without a password they cannot sign in, only hold keys."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """An operator who sees every business in the admin."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in looks the address up without regard to case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Never deleted, only deactivated; what they may do is a Membership."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may use the admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    # A shared row is not written on every sign-in (scale-out rule 10).
    last_login = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="partners_user_email_taken",
                violation_error_message="A user with this e-mail address exists.",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="partners_user_email_is_lower_case",
                violation_error_message="Write the address in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def business_ids(self) -> models.QuerySet[Any, Any]:
        """A subquery of the primary keys of the businesses this person works for."""
        from partners.models.membership import Membership

        return Membership.objects.filter(user=self, active=True).values("business_id")
