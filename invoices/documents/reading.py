"""From a document's rows to the plain facts that are printed."""

from __future__ import annotations

import copy
import datetime
from typing import Any, NamedTuple

from invoices.documents.facts import Bank, DocumentFacts, Line, Look, Party, TaxLine
from invoices.models import DocumentSettings, Invoice, InvoiceLine, InvoiceTax, Logo
from invoices.querysets import State
from partners.models import Partner

_BANK = {"bank_name": "name"}


def facts_of(invoice: Invoice) -> DocumentFacts:
    """What a binding document says, from what was frozen with it; five queries at most.

    A document that was imported, and so never frozen, is shown with its seller and
    buyer as they stand; once its PDF is stored, that no longer changes.
    """
    taxes = list(
        InvoiceTax.objects.for_business(invoice.business_id)
        .filter(invoice_id=invoice.pk)
        .order_by("position")
    )
    lines = (
        InvoiceLine.objects.for_business(invoice.business_id)
        .filter(invoice_id=invoice.pk)
        .order_by("position")
    )
    codes = _codes(taxes)
    printed = invoice.printed
    seller = invoice.seller or invoice.business.snapshot()
    return DocumentFacts(
        kind="credit_note" if invoice.kind == "credit_note" else "invoice",
        number=invoice.number,
        date=invoice.date,
        due_date=invoice.due_date,
        currency=invoice.currency,
        seller=party(seller, registration=printed.get("registration", "")),
        buyer=party(invoice.buyer or invoice.partner.snapshot("billing")),
        lines=tuple(_line(line, codes) for line in lines),
        taxes=tuple(_tax_line(tax) for tax in taxes),
        line_total=invoice.line_total,
        discount_percent=invoice.discount_percent,
        discount_total=invoice.discount_total,
        subtotal=invoice.subtotal,
        tax_total=invoice.tax_total,
        total=invoice.total,
        issued_at=invoice.issued_at or _midnight(invoice.date),
        bank=bank(printed.get("bank", {})),
        look=look(invoice.business_id, printed),
        memo=invoice.memo,
        description=invoice.description,
        terms=invoice.terms,
        purchase_order=invoice.purchase_order,
        reference=invoice.reference,
        **_credited(invoice),
    )


def draft_facts(invoice: Invoice, now: datetime.datetime) -> DocumentFacts:
    """The same of a draft, as it would be if it were issued now; nothing is written."""
    shown = copy.copy(invoice)
    if shown.state == State.DRAFT:
        shown.freeze(now)
        shown.number = invoice.number or "—"
    return facts_of(shown)


class Between(NamedTuple):
    """Who writes to whom, where to pay, and how that is laid out."""

    seller: Party
    buyer: Party
    bank: Bank
    look: Look


def between(partner: Partner) -> Between:
    """The same for a letter that is written today, which no document has frozen.

    One query, two where there is a logo; the partner's business must be loaded.
    """
    business = partner.business
    printed = DocumentSettings.of(business).printed(partner)
    return Between(
        seller=party(business.snapshot(), registration=printed["registration"]),
        buyer=party(partner.snapshot("billing")),
        bank=bank(printed["bank"]),
        look=look(business.pk, printed),
    )


def party(snapshot: dict[str, str], **more: str) -> Party:
    """A frozen party; words that a paper does not show are left out."""
    known = {name: snapshot.get(name, "") for name in Party.__dataclass_fields__}
    return Party(**known | more)


def bank(printed: dict[str, str]) -> Bank:
    """Frozen bank details."""
    return Bank(**{_BANK.get(name, name): value for name, value in printed.items()})


def look(business_id: int, printed: dict[str, Any]) -> Look:
    """Frozen layout, with the logo's picture; one query where there is a logo."""
    logo = b""
    if printed.get("logo"):
        row = Logo.objects.for_business(business_id).get(pk=printed["logo"])
        logo = bytes(row.content)
    return Look(
        language=printed.get("language", "en"),
        page=printed.get("page", "a4"),
        footer=printed.get("footer", ""),
        logo=logo,
    )


def _codes(taxes: list[InvoiceTax]) -> dict[int, str]:
    """What stands for each tax in the lines' column: its components' codes."""
    codes: dict[int, str] = {}
    for tax in taxes:
        known = codes.get(tax.tax_id)
        codes[tax.tax_id] = f"{known} + {tax.code}" if known else tax.code
    return codes


def _line(line: InvoiceLine, codes: dict[int, str]) -> Line:
    return Line(
        position=line.position,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        discount=line.discount,
        net=line.amount - line.discount,
        tax_amount=line.tax_amount,
        tax="" if line.tax_id is None else str(line.tax_id),
        code="" if line.tax_id is None else codes.get(line.tax_id, ""),
    )


def _tax_line(tax: InvoiceTax) -> TaxLine:
    return TaxLine(
        tax=str(tax.tax_id),
        code=tax.code,
        name=tax.name,
        rate=tax.rate,
        compound=tax.compound,
        base=tax.base,
        amount=tax.amount,
        category=tax.category,
        exemption=tax.exemption,
    )


def _credited(invoice: Invoice) -> dict[str, Any]:
    if invoice.credited_invoice_id is None:
        return {}
    rows = Invoice.objects.for_business(invoice.business_id)
    number, date = rows.values_list("number", "date").get(
        pk=invoice.credited_invoice_id
    )
    return {"credited_number": number, "credited_date": date}


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
