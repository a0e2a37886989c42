"""Take the second factor of somebody away who lost phone and recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import second_factor, sign_ins
from partners.models import SecondFactor
from partners.operators import user_named


class Command(BaseCommand):
    """`forget_second_factor EMAIL`."""

    help = (
        "Take the second factor and the recovery codes of a person away, who then "
        "signs in with the password alone and sets a new one up where a business "
        "demands it. Make sure first that it is them who asks. Example: manage.py "
        "forget_second_factor ann@example.com"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email", help="The address they sign in with.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget it and end their sign-ins."""
        user = user_named(options["email"])
        if not SecondFactor.objects.filter(user_id=user.pk).exists():
            raise CommandError(f"{user} has no second factor.")
        second_factor.forget(user)
        ended = sign_ins.end_all(user)
        self.stdout.write(
            f"The second factor of {user} is gone; {ended} sign-ins ended."
        )
