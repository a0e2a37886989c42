"""Create a business with its owner."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from moneyed import CURRENCIES

from partners import history
from partners.access import Actor, Role
from partners.models import Business, Membership
from partners.operators import user_named

_DETAILS = {
    "tax-number": "The number under which the business pays tax.",
    "email": "The address that customers may answer to.",
    "line1": "First address line.",
    "line2": "Second address line.",
    "city": "City.",
    "province": "Province or state.",
    "postal-code": "Postal code.",
    "country": "ISO 3166 code such as DE.",
    "time-zone": "Zone name such as Europe/London; default UTC.",
    "invoice-template": "Number template; default INV-{year}-{seq:05}.",
    "credit-note-template": "Number template; default CN-{year}-{seq:05}.",
}


class Command(BaseCommand):
    """`create_business NAME --slug S --currency USD --owner EMAIL …`."""

    help = (
        "Create a business and make a user its owner. Example: manage.py "
        "create_business 'Acme Ltd' --slug acme --currency USD --owner ann@example.com"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("name", help="The name printed on documents.")
        parser.add_argument("--slug", required=True, help="Short name, as in acme.")
        parser.add_argument(
            "--currency", required=True, help="Base currency, such as USD."
        )
        parser.add_argument("--owner", required=True, help="An existing user's e-mail.")
        for name, text in _DETAILS.items():
            parser.add_argument(f"--{name}", default=None, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, create both rows in one transaction, say so."""
        owner = user_named(options["owner"])
        business = Business(
            name=options["name"], slug=options["slug"], currency=options["currency"]
        )
        for name in _DETAILS:
            field = name.replace("-", "_")
            if options[field] is not None:
                setattr(business, field, options[field])
        self._check(business)
        with transaction.atomic():
            business.save()
            member = Membership.objects.create(
                business=business, user=owner, role=Role.OWNER
            )
            by = Actor.operator(business, "create_business")
            history.write_made([business], by=by)
            history.write_made([member], by=by)
        self.stdout.write(
            f"Created {business.slug} ({business.public_id}), owned by {owner}."
        )

    def _check(self, business: Business) -> None:
        if business.currency not in CURRENCIES:
            raise CommandError(f"{business.currency} is no ISO 4217 currency code.")
        try:
            business.full_clean()
        except ValidationError as error:
            lines = [
                f"--{field.replace('_', '-')}: {' '.join(messages)}"
                for field, messages in error.message_dict.items()
            ]
            raise CommandError("\n".join(lines)) from error
