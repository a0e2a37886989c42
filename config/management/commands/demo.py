"""`demo`: from nothing to a running system with believable books, in one command."""

from __future__ import annotations

import datetime
import json
from argparse import ArgumentParser
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from config import demo_books, demo_mail, demo_server
from config.demo_keys import keys
from invoices.models import Invoice, Product
from partners.models import Business, Partner

_FIRST_PORT, _LAST_PORT = 1, 65535


class Command(BaseCommand):
    """Database, migrations, two businesses, and the server."""

    help = (
        "Start Counterfoil with two small businesses to play with. The first run "
        "makes them, later runs keep what you did; --reset starts over. Ctrl-C stops "
        "everything that was started."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--port", type=int, default=8000, help="Default: 8000.")
        parser.add_argument(
            "--no-server", action="store_true", help="Prepare the data and return."
        )
        parser.add_argument(
            "--reset", action="store_true", help="Delete all books and start over."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve."""
        port = options["port"]
        if not _FIRST_PORT <= port <= _LAST_PORT:
            raise CommandError(f"--port: use {_FIRST_PORT} to {_LAST_PORT}.")
        serving = not options["no_server"]
        if serving and not demo_server.is_free(port):
            raise CommandError(f"Port {port} is in use; choose another with --port.")
        self._prepare(options["reset"])
        if not serving:
            self._explain(port)
            return
        status = demo_server.serve(port, lambda: self._explain(port))
        if status:
            raise CommandError(f"The server ended with status {status}.")

    def _prepare(self, reset: bool) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demo is not for production: its password is public."
            )
        self.stdout.write("Preparing the database …")
        self.stdout.flush()
        call_command("migrate", verbosity=0, interactive=False)
        if reset:
            self._reset()
        if demo_books.exist():
            self.stdout.write("The demo's books are there; they are kept as they are.")
            return
        if Business.objects.filter(slug__in=demo_books.SLUGS).exists():
            raise CommandError("One of the demo's businesses is missing: use --reset.")
        demo_books.create(timezone.now())
        self.stdout.write("Two businesses have been written.")

    def _reset(self) -> None:
        embedded = "EMBEDDED" in settings.DATABASES["default"]
        others = Business.objects.exclude(slug__in=demo_books.SLUGS)
        if not embedded and others.exists():
            raise CommandError(
                "The database of DATABASE_URL holds other businesses than the demo's; "
                "nothing has been deleted. Point DATABASE_URL to another database."
            )
        call_command("flush", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            # Not a table of Django's: `flush` leaves the jobs of rows that are gone.
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        demo_mail.clear()
        self.stdout.write("All books have been deleted.")

    def _explain(self, port: int) -> None:
        base = f"http://{demo_server.HOST}:{port}"
        write = self.stdout.write
        write("")
        write(f"  Send      {base}/send/   (drafts, issued and mailed)")
        write(f"  Admin     {base}/admin/")
        write(f"  Login     {demo_books.OWNER}  {demo_books.PASSWORD}   (owner)")
        write(f"            {demo_books.CLERK}  {demo_books.PASSWORD}   (clerk)")
        write(f"  Mail      {base}/demo/mail/   (caught here, nothing leaves)")
        write(f"  API       {base}/docs/   (four dialects, commands to paste)")
        for slug, key in keys().items():
            self._curl_lines(base, Business.objects.get(slug=slug), key)
        write("")
        self.stdout.flush()

    def _curl_lines(self, base: str, business: Business, key: str) -> None:
        here = f"{base}/businesses/{business.public_id}"
        curl = f"curl -H 'Authorization: Bearer {key}'"
        invoice = Invoice.objects.for_business(business).sales().order_by("id").first()
        partner = Partner.objects.for_business(business).order_by("id").first()
        write = self.stdout.write
        write("")
        write(f"  {business.name}")
        for dialect, line in _other_dialects(base, business, key):
            write(f"    # {dialect}")
            write(f"    {line}")
        write("    # native")
        write(f"    {curl} '{here}/invoices?per_page=50&page=0'")
        if invoice is not None:
            write(f"    {curl} {here}/invoices/{invoice.public_id}/")
        if partner is not None:
            body = json.dumps(_new_invoice(business))
            write(
                f"    {curl} -H 'Content-Type: application/json' -d '{body}' "
                f"{here}/partners/{partner.public_id}/invoices/"
            )


def _other_dialects(
    base: str, business: Business, key: str
) -> Iterator[tuple[str, str]]:
    """A list of invoices as the clients of the other three dialects ask for it."""
    query = f"organization_id={business.slug}"
    bearer = f"-H 'Authorization: Bearer {key}'"
    yield "Cannlytics", f"curl {bearer} '{base}/api/invoices?{query}'"
    yield "Finario", f"curl -H 'x-api-token: {key}' {base}/api/invoices"
    secret = f"{key}:{demo_books.OWNER}:{demo_books.PASSWORD}".encode()
    yield (
        "Nutcache",
        (
            f"curl -H 'Authorization: nut-basic {b64encode(secret).decode()}' "
            f"-H 'OrganizationGuid: {business.guid}' {base}/webapi/invoices"
        ),
    )


def _new_invoice(business: Business) -> dict[str, Any]:
    """A body for `POST …/partners/{id}/invoices/`, as the contract prints it."""
    today = business.today(timezone.now())
    product = Product.objects.for_business(business).order_by("id").first()
    return {
        "invoice_no": f"WEB-{timezone.now():%H%M%S}",
        "date": today.isoformat(),
        "due_date": (today + datetime.timedelta(days=30)).isoformat(),
        "currency": {"code": business.currency},
        "currency_rate": 1,
        "details": [
            {
                "product": {"id": product.public_id if product else ""},
                "quantity": 20,
                "unit_price": 100,
            }
        ],
    }
