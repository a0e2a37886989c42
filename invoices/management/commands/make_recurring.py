"""Make the recurring invoices that are due, or show which they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from invoices.recurrence import due, make_due, missed
from partners.models import Business
from partners.operators import business_named

_MOST_SHOWN = 12


class Command(BaseCommand):
    """`make_recurring [--business S] [--dry-run]`."""

    help = (
        "Make what the schedules of recurring invoices say is due: drafts, issued "
        "invoices, or invoices that run_worker then mails. The worker does the same "
        "every hour by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", help="Slug of one business; default: all.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Make nothing; list what is due."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work through each business in turn."""
        slug = options["business"]
        found = [business_named(slug)] if slug else Business.objects.order_by("id")
        work = self._show if options["dry_run"] else self._make
        for business in found:
            self.stdout.write(business.slug)
            work(business)

    def _show(self, business: Business) -> None:
        today = business.today(timezone.now())
        found = due(business, today)
        total = 0
        for one in found:
            dates = [str(date) for date in missed(one, today)]
            total += len(dates)
            shown = ", ".join(
                [*dates[:_MOST_SHOWN], *["…"] * (len(dates) > _MOST_SHOWN)]
            )
            told = f"{one.partner}, {one.makes}, {len(dates)} to make: {shown}"
            self.stdout.write(f"  {one.name}  {told}")
        self.stdout.write(f"  {total} to make, of {len(found)} schedules.")

    def _make(self, business: Business) -> None:
        found = make_due(business, now=timezone.now())
        for one in found:
            told = f"refused: {one.reason}" if one.invoice is None else one.invoice
            self.stdout.write(f"  {one.recurring.name}  {one.date}  {told}")
        made = sum(one.invoice is not None for one in found)
        self.stdout.write(f"  {made} made, {len(found) - made} refused.")
