"""Create an API key and show it, once."""

from __future__ import annotations

import base64
import datetime
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners import history
from partners.access import Actor, Capability
from partners.exceptions import Invalid
from partners.models import ApiKey, User
from partners.models.api_key import DIALECTS
from partners.operators import business_named, membership_of, user_named


class Command(BaseCommand):
    """`create_api_key --business S --user E [--scopes …] [--expires …]`."""

    help = (
        "Create an API key for one user in one business, and show it as each API "
        "dialect wants it sent. The key alone is the last line of standard output; it "
        "is not kept and cannot be shown again. Example: manage.py create_api_key "
        "--business acme --user ann@example.com --scopes view,draft "
        "--dialects finario --expires 2027-12-31"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", required=True, help="Slug of the business.")
        parser.add_argument("--user", required=True, help="E-mail of a member.")
        parser.add_argument("--name", default="", help="What the key is for.")
        parser.add_argument(
            "--scopes",
            help="Comma-separated, of: "
            + ", ".join(Capability)
            + ". Default: all that the user's role allows.",
        )
        parser.add_argument(
            "--dialects",
            help="Comma-separated, of: " + ", ".join(DIALECTS) + ". Default: all.",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="Read the user's password from standard input, to print Nutcache's "
            "credential complete; Nutcache clients send it with every request.",
        )
        parser.add_argument(
            "--expires",
            help="Last day of use (YYYY-MM-DD, in the business's time zone).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, create, print the key on the last line."""
        business = business_named(options["business"])
        membership = membership_of(user_named(options["user"]), business)
        user = membership.user
        password = _password(user) if options["password_stdin"] else None
        expires = options["expires"]
        try:
            row, key = ApiKey.create(
                business,
                user,
                name=options["name"][:100],
                scopes=_words(options, "scopes"),
                dialects=_words(options, "dialects"),
                expires_at=_end_of(expires, business.zone()) if expires else None,
            )
        except Invalid as error:
            raise CommandError(error.message) from error
        history.write(row, None, by=Actor.operator(business, "create_api_key"))
        write = self.stdout.write
        write(f"A key for {user} in {business.slug}:")
        write(f"  scopes: {', '.join(row.scopes) or 'as the role allows'}")
        write(f"  expires: {row.expires_at or 'never'}")
        write("Send it as:")
        for dialect in row.dialects or DIALECTS:
            for line in _credential(dialect, row, key, password):
                write(f"  {line}")
        write(key)


def _words(options: dict[str, Any], name: str) -> list[str]:
    """The words of an option; one that is given and empty would open everything."""
    if options[name] is None:
        return []
    words = [word.strip() for word in options[name].split(",") if word.strip()]
    if not words:
        raise CommandError(f"--{name} is empty: leave it out for all of them.")
    return words


def _password(user: User) -> str:
    """The password from standard input; it must be the user's."""
    password = sys.stdin.readline().rstrip("\n")
    if not user.check_password(password):
        raise CommandError(f"--password-stdin: this is not {user}'s password.")
    return password


def _credential(
    dialect: str, row: ApiKey, key: str, password: str | None
) -> Iterator[str]:
    """How clients of a dialect send the key."""
    business = row.business
    if dialect == "native":
        yield f"native      Authorization: Bearer {key}"
        yield f"            under /businesses/{business.public_id}/"
    elif dialect == "cannlytics":
        yield f"cannlytics  Authorization: Bearer {key}"
        yield f"            with ?organization_id={business.slug}"
    elif dialect == "finario":
        yield f"finario     x-api-token: {key}"
    elif password is None:
        yield "nutcache    Authorization: nut-basic BASE64, where BASE64 is printed by"
        yield f"            printf %s '{key}:{row.user}:PASSWORD' | base64 -w0"
        yield f"            with OrganizationGuid: {business.guid}"
    else:
        text = f"{key}:{row.user}:{password}".encode()
        yield f"nutcache    Authorization: nut-basic {base64.b64encode(text).decode()}"
        yield f"            with OrganizationGuid: {business.guid}"


def _end_of(day: str, zone: datetime.tzinfo) -> datetime.datetime:
    try:
        date = datetime.date.fromisoformat(day)
        end = datetime.datetime.combine(date, datetime.time.max, zone)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"--expires: {day} is no day such as 2027-12-31.") from error
    if end <= timezone.now():
        raise CommandError(f"--expires: {day} lies in the past.")
    return end
