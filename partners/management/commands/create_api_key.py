"""Create an API key and show it, once."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.access import Capability
from partners.exceptions import Invalid
from partners.models import ApiKey
from partners.operators import business_named, membership_of, user_named


class Command(BaseCommand):
    """`create_api_key --business S --user E [--scopes …] [--expires …]`."""

    help = (
        "Create an API key for one user in one business. The key alone is the last "
        "line of standard output; it is not kept and cannot be shown again. Example: "
        "manage.py create_api_key --business acme --user ann@example.com "
        "--scopes view,draft --expires 2027-12-31"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", required=True, help="Slug of the business.")
        parser.add_argument("--user", required=True, help="E-mail of a member.")
        parser.add_argument("--name", default="", help="What the key is for.")
        parser.add_argument(
            "--scopes",
            default="",
            help="Comma-separated, of: "
            + ", ".join(Capability)
            + ". Default: all that the user's role allows.",
        )
        parser.add_argument(
            "--expires",
            help="Last day of use (YYYY-MM-DD, in the business's time zone).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, create, print the key on the last line."""
        business = business_named(options["business"])
        membership = membership_of(user_named(options["user"]), business)
        scopes = [word.strip() for word in options["scopes"].split(",") if word.strip()]
        expires = options["expires"]
        try:
            row, key = ApiKey.create(
                business,
                membership.user,
                name=options["name"][:100],
                scopes=scopes,
                expires_at=_end_of(expires, business.zone()) if expires else None,
            )
        except Invalid as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"A key for {membership.user} in {business.slug}:")
        self.stdout.write(f"  scopes: {', '.join(row.scopes) or 'as the role allows'}")
        self.stdout.write(f"  expires: {row.expires_at or 'never'}")
        self.stdout.write("Use it as: Authorization: Bearer KEY")
        self.stdout.write(key)


def _end_of(day: str, zone: datetime.tzinfo) -> datetime.datetime:
    try:
        date = datetime.date.fromisoformat(day)
        end = datetime.datetime.combine(date, datetime.time.max, zone)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"--expires: {day} is no day such as 2027-12-31.") from error
    if end <= timezone.now():
        raise CommandError(f"--expires: {day} lies in the past.")
    return end
