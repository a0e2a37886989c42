"""Import invoices and credit notes from a CSV or XLSX file."""

from __future__ import annotations

from invoices.imports.layout import LAYOUT
from invoices.imports.running import import_invoices
from partners.imports.command import ImportCommand
from partners.imports.job import Job


class Command(ImportCommand):
    """`import_invoices FILE --business S`."""

    help = (
        "Import invoices and credit notes from a CSV or XLSX file with a row for every "
        "line. Customers and products are found by code, or made. Issued documents "
        "keep their numbers and dates. A document is booked whole or not at all."
    )
    layout = LAYOUT

    def book(self, job: Job) -> None:
        """Book the documents."""
        import_invoices(job)
