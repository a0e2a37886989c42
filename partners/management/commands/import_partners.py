"""Import partners from a CSV or XLSX file."""

from __future__ import annotations

from partners.imports.command import ImportCommand
from partners.imports.job import Job
from partners.imports.partners import LAYOUT, import_partners


class Command(ImportCommand):
    """`import_partners FILE --business S`."""

    help = (
        "Import customers and vendors from a CSV or XLSX file. A partner in the books "
        "is found by code, or else by name, and changed where the file differs."
    )
    layout = LAYOUT

    def book(self, job: Job) -> None:
        """Make or change the partners."""
        import_partners(job)
