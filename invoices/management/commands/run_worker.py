"""Work the jobs off: mails, runs of drafts, papers, webhooks, reminders."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from procrastinate.contrib.django import app

from invoices import working
from invoices.jobs import follow_books
from invoices.sweeping import sweep

_HELP = """\
Work off what the books have queued: mails, runs of drafts, papers, webhooks, reminders.

Keep one running beside the server (two or more share the work); SIGTERM or Ctrl-C lets
it finish what it has in hand. Killing it harms nothing: a mail that was surely not
handed over is sent by the next worker, one that may have been is asked about.

  manage.py run_worker                      until it is stopped
  manage.py run_worker --concurrency 8      eight jobs at a time
  manage.py run_worker --queues mail        one kind of job only
  manage.py run_worker --once               what is due now, then return (cron);
                                            reminders and schedules have commands of
                                            their own
"""


class Command(BaseCommand):
    """`run_worker [--concurrency N] [--once] [--queues a,b]`."""

    help = _HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """The parser, with the lines of the help kept."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument(
            "--concurrency", type=int, default=4, help="Jobs at a time. Default: 4."
        )
        parser.add_argument(
            "--once", action="store_true", help="Work off what is due and return."
        )
        queues = ", ".join(_queues())
        parser.add_argument(
            "--queues", default="", help=f"Comma-separated; default: all ({queues})."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, work, say so."""
        if not 1 <= options["concurrency"] <= 64:
            raise CommandError("--concurrency: use 1 to 64.")
        queues = [name.strip() for name in options["queues"].split(",") if name.strip()]
        unknown = sorted(set(queues) - set(_queues()))
        if unknown:
            raise CommandError(
                f"--queues: {', '.join(unknown)} is unknown; "
                f"there are {', '.join(_queues())}."
            )
        if options["verbosity"]:
            self.stdout.write(_where_mails_go())
        if options["once"]:
            sweep(timezone.now())
            follow_books(0)
        elif options["verbosity"]:
            self.stdout.write("The worker is at work; Ctrl-C stops it.")
            self.stdout.flush()
        shift = working.Shift(options["concurrency"], queues or None)
        working.run(shift, once=options["once"])


def _where_mails_go() -> str:
    kind = settings.EMAIL_BACKEND.split(".")[-2]
    if kind == "filebased":
        return (
            f"Mails go to files in {settings.EMAIL_FILE_PATH}: "
            "set EMAIL_URL to send them."
        )
    if kind == "smtp":
        return f"Mails go to {settings.EMAIL_HOST}:{settings.EMAIL_PORT}."
    return f"Mails are taken by {kind}."


def _queues() -> list[str]:
    tasks = app.tasks.values()
    return sorted({task.queue for task in tasks} - {"builtin"})
