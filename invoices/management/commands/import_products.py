"""Import products from a CSV or XLSX file."""

from __future__ import annotations

from invoices.imports.products import LAYOUT, import_products
from partners.imports.command import ImportCommand
from partners.imports.job import Job


class Command(ImportCommand):
    """`import_products FILE --business S`."""

    help = (
        "Import products from a CSV or XLSX file. A product in the books is found by "
        "code, or else by name, and changed where the file differs."
    )
    layout = LAYOUT

    def book(self, job: Job) -> None:
        """Make or change the products."""
        import_products(job)
