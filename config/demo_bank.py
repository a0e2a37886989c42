"""What the demo's first business finds in the file of its bank: lines to be matched."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from invoices.models import Invoice
from payments.bank.reading import read_statement
from payments.models import CsvLayout

if TYPE_CHECKING:
    from config.demo_books import Books

_COLUMNS = {
    "date": "Date",
    "amount": "Amount",
    "counterparty": "Name",
    "text": "Details",
}


def create(books: Books) -> None:
    """A layout of the bank's CSV, and a file of six lines of every kind."""
    assert books.bank is not None  # noqa: S101 - narrows
    CsvLayout.objects.create(
        business=books.business, account=books.bank, columns=_COLUMNS
    )
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS.values())
    for amount, name, text in _movements(books):
        writer.writerow([books.today.isoformat(), f"{amount:.2f}", name, text])
    content = file.getvalue().encode()
    read_statement(books.bank, content, "november.csv", by=books.actor)


def _movements(books: Books) -> Iterator[tuple[Decimal, str, str]]:
    owed = (
        Invoice.objects.for_business(books.business).sales().select_related("partner")
    )
    found = owed.filter(balance__gt=0, currency=books.business.currency)
    issued = list(found.filter(state="issued", kind="invoice").order_by("pk")[:3])
    for number, invoice in enumerate(issued):
        name, whole = invoice.partner.name, invoice.balance
        if number == 0:
            yield whole, name.upper(), f"INVOICE {invoice.number} THANK YOU"
        elif number == 1:
            yield whole - Decimal("2.50"), name, f"{invoice.number} less your charges"
        else:
            yield whole, name[:18], "November"
    yield Decimal("412.00"), "Mrs O. Pemberton", "Deposit for two stools"
    yield Decimal("-18.00"), "River Bank plc", "Account fee"
    yield Decimal("-64.90"), "Thames Broadband", "Direct debit 2026-11"
