"""Prove that the books agree with themselves, and seal their history."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.models import Business
from partners.operators import business_named
from payments.verifying import verify


class Command(BaseCommand):
    """`verify_books [--business S]`: exit status 1 where anything differs."""

    help = (
        "Compare every stored sum with its parts and check the chain of events, after "
        "sealing what is new. Prints what was looked at; ends with an error naming "
        "the rows where anything differs. Changes no document."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", help="Slug of one business; default: all.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify each business in turn."""
        slug = options["business"]
        found = [business_named(slug)] if slug else Business.objects.order_by("id")
        wrong = sum(self._verify(business) for business in found)
        if wrong:
            raise CommandError(f"{wrong} differences; the rows are named above.")

    def _verify(self, business: Business) -> int:
        self.stdout.write(business.slug)
        findings = verify(business)
        for finding in findings:
            verdict = "differ" if finding.wrong else "ok"
            self.stdout.write(f"  {verdict:6} {finding.rows:>10,}  {finding.proof}")
            for name in finding.wrong:
                self.stdout.write(f"         {name}")
        return sum(len(finding.wrong) for finding in findings)
