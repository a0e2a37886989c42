"""Create a user who may sign in to the admin."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from partners.models import User


class Command(BaseCommand):
    """`create_user EMAIL [--name N] [--password-stdin] [--operator]`."""

    help = (
        "Create a user. Without --password-stdin the user cannot sign in with a "
        "password and can only hold API keys. Example: "
        "echo 'a long secret' | manage.py create_user ann@example.com --name Ann "
        "--password-stdin"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("email", help="The address to sign in with.")
        parser.add_argument("--name", default="", help="The person's name.")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="Read the password from the first line of standard input.",
        )
        parser.add_argument(
            "--operator",
            action="store_true",
            help="Let the user see every business in the admin.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, create, say so."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        if len(email) > 254 or len(options["name"]) > 200:
            raise CommandError("Use at most 254 characters of address, 200 of name.")
        if User.objects.filter(email=email).exists():
            raise CommandError(f"A user with the address {email} exists already.")
        password = self._password(email) if options["password_stdin"] else None
        User.objects.create_user(
            email,
            password,
            name=options["name"],
            is_staff=True,
            is_superuser=options["operator"],
        )
        self.stdout.write(f"Created {email}.")

    def _password(self, email: str) -> str:
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
