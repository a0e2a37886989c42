"""Send all drafts of a business that are ready."""

from __future__ import annotations

import sys
import uuid
from argparse import ArgumentParser
from itertools import count
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from invoices import readiness, send_runs
from invoices.models import Invoice, SendRun, SendRunItem
from invoices.models.send_run import ItemState
from partners.access import Actor
from partners.imports.progress import showing
from partners.models import Business
from partners.operators import business_named


class Command(BaseCommand):
    """`send_drafts --business S [--dry-run]`."""

    help = (
        "Issue every draft that is ready and queue a mail to its customer; run_worker "
        "takes the mails to the server. Drafts that are not ready are listed with the "
        "reason and stay as they are. Stopped half-way, what is left is untouched: "
        "call it again. --dry-run does it all and takes it back: no number is used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--business", required=True, help="Its slug.")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say what would happen; send nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """List what is in the way, then send the rest."""
        business = business_named(options["business"])
        by = Actor.operator(business, "send_drafts")
        self._list_obstacles(business)
        ready = readiness.ready(business).select_related("business", "partner")
        drafts = list(ready.order_by("date", "id")[: send_runs.MOST_DOCUMENTS])
        if not drafts:
            self.stdout.write("No draft is ready to be sent.")
        elif options["dry_run"]:
            self._rehearse(drafts, by)
        else:
            self._send(business, drafts, by)

    def _list_obstacles(self, business: Business) -> None:
        held = readiness.drafts(business).filter(obstacle__isnull=False)
        for draft in held.select_related("partner").order_by("date", "id"):
            reason = readiness.REASONS[draft.obstacle]
            self.stdout.write(f"not ready  {_line(draft)}  {reason}")

    def _rehearse(self, drafts: list[Invoice], by: Actor) -> None:
        refused = 0
        for draft in drafts:
            line = _line(draft)
            refusal = send_runs.rehearse(draft, by=by, now=timezone.now())
            refused += refusal is not None
            word = f"refused    {line}  {refusal}" if refusal else f"would go   {line}"
            self.stdout.write(word)
        self.stdout.write(
            f"{len(drafts) - refused} would be sent, {refused} refused. Nothing was."
        )

    def _send(self, business: Business, drafts: list[Invoice], by: Actor) -> None:
        run = send_runs.start(
            business, drafts, by=by, now=timezone.now(), key=uuid.uuid4()
        )
        numbers = count(1)
        with showing(sys.stderr, "Sending", "documents") as step:

            def done() -> None:
                number = next(numbers)
                step(number, number / len(drafts))

            send_runs.work(business.pk, run.pk, done)
        self._sum_up(run)

    def _sum_up(self, run: SendRun) -> None:
        items = SendRunItem.objects.for_business(run.business_id).filter(run=run)
        refused = items.filter(state=ItemState.REFUSED).select_related(
            "invoice__partner"
        )
        for item in refused.order_by("position"):
            line = _line(item.invoice) if item.invoice else "a draft"
            self.stdout.write(f"refused    {line}  {item.reason}")
        told = send_runs.progress(run).items
        sent = told.get(ItemState.DONE, 0)
        self.stdout.write(
            f"{sent} issued, their mails queued; "
            f"{told.get(ItemState.REFUSED, 0)} refused. run_worker sends the mails."
        )


def _line(draft: Invoice) -> str:
    return f"{draft}  {draft.date}  {draft.partner}  {draft.total} {draft.currency}"
