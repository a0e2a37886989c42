"""Queue the reminders that are due, or show what would go and what would not."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from invoices.reminding import remind, standings
from partners.access import Actor
from partners.models import Business
from partners.operators import business_named

_MOST_NAMED = 5


class Command(BaseCommand):
    """`send_reminders [--business S] [--dry-run]`."""

    help = (
        "Queue one reminder for each open invoice for which a rule of its business is "
        "due; run_worker mails them. The worker does the same every hour by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", help="Slug of one business; default: all.")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Queue nothing; list what would go, and how many are left alone and why.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Remind each business in turn."""
        slug = options["business"]
        found = [business_named(slug)] if slug else Business.objects.order_by("id")
        work = self._show if options["dry_run"] else self._remind
        for business in found:
            self.stdout.write(business.slug)
            work(business)

    def _show(self, business: Business) -> None:
        found = standings(business, business.today(timezone.now()))
        left: dict[str, list[str]] = defaultdict(list)
        for one in found:
            if one.rule is None:
                left[one.reason].append(str(one.invoice))
            else:
                self.stdout.write(f"  {one.invoice}  would go: {one.rule}")
        for reason, names in left.items():
            some = [*names[:_MOST_NAMED], *["…"] * (len(names) > _MOST_NAMED)]
            self.stdout.write(f"  {len(names)} left: {reason} {', '.join(some)}")
        due = len(found) - sum(map(len, left.values()))
        self.stdout.write(
            f"  {due} of {len(found)} open invoices would be reminded of."
        )

    def _remind(self, business: Business) -> None:
        operator = Actor.operator(business, "send_reminders")
        done = remind(business, now=timezone.now(), by=operator)
        for one in done:
            to = ", ".join(mail.recipient for mail in one.deliveries)
            told = f"to {to}" if one.deliveries else f"left: {one.reason}"
            self.stdout.write(f"  {one.invoice}  {told}")
        count = sum(bool(one.deliveries) for one in done)
        self.stdout.write(f"  {count} reminders queued.")
