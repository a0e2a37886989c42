"""An invoice or a credit note as the text that its template places."""

from __future__ import annotations

from collections.abc import Mapping

from . import numbers
from .facts import DocumentFacts, TaxLine
from .letterhead import (
    Sheet,
    banking,
    letterhead,
    pairs,
    running,
    scan_to_pay,
    tax_number_word,
)
from .printable import one_line, paragraphs
from .tax_names import tax_name
from .words import words

# Their law wants these words on a taxed invoice.
_TAX_INVOICES = frozenset({"AE", "AU", "BH", "NZ", "OM", "SA", "SG", "TH", "ZA"})
# More taxes than this stand in a table of their own, which may break over pages.
_MOST_TAXES = 8


def document_sheet(facts: DocumentFacts) -> Sheet:
    """Return all that the document's template needs."""
    word = words(facts.look.language)
    title = word[_title(facts)]
    number = one_line(facts.number)
    return letterhead(facts.seller, facts.buyer, facts.look) | {
        "kind": "document",
        "title": title,
        "number": number,
        "name": f"{title} {number}".strip(),
        "running_title": running(f"{title} {facts.number}"),
        "subject": one_line(facts.description),
        "meta": _meta(facts),
        "headline": [_headline(facts, word), _money(facts)],
        "columns": _columns(facts, word),
        "lines": _lines(facts),
        "empty": word["no_lines"],
        "totals": _totals(facts, word),
        "taxes": _tax_table(facts, word) if len(facts.taxes) > _MOST_TAXES else {},
        "reasons": _reasons(facts, word),
        "payment": _payment(facts, word),
        "notes": {"title": word["notes"], "text": paragraphs(facts.memo)},
    }


def _is_note(facts: DocumentFacts) -> bool:
    return facts.kind == "credit_note"


def _title(facts: DocumentFacts) -> str:
    if _is_note(facts):
        return "credit_note"
    taxed = facts.seller.country in _TAX_INVOICES and facts.seller.tax_number
    return "tax_invoice" if taxed and facts.taxes else "invoice"


def _headline(facts: DocumentFacts, word: Mapping[str, str]) -> str:
    return word["amount_credited" if _is_note(facts) else "amount_due"]


def _money(facts: DocumentFacts) -> str:
    return numbers.money(facts.total, facts.currency, facts.look.language)


def _meta(facts: DocumentFacts) -> list[tuple[str, str]]:
    language = facts.look.language
    credited = facts.credited_date
    return pairs(
        language,
        [
            ("number", facts.number),
            ("date", numbers.day(facts.date, language)),
            *([] if _is_note(facts) else [_due(facts)]),
            ("credits_invoice", facts.credited_number),
            ("credited_date", numbers.day(credited, language) if credited else ""),
            ("customer_number", facts.buyer.code),
            (f"your_{tax_number_word(facts.buyer)}", facts.buyer.tax_number),
            ("purchase_order", facts.purchase_order),
            ("reference", facts.reference),
            ("project", facts.project),
        ],
    )


def _due(facts: DocumentFacts) -> tuple[str, str]:
    return ("due_date", numbers.day(facts.due_date, facts.look.language))


def _columns(facts: DocumentFacts, word: Mapping[str, str]) -> list[str]:
    keys = ["position", "description", "quantity", "unit_price"]
    keys += ["tax"] if _several_taxes(facts) else []
    return [*(word[key] for key in keys), f"{word['amount']} ({facts.currency})"]


def _several_taxes(facts: DocumentFacts) -> bool:
    """Tell whether lines differ in their tax; where not, the totals say it."""
    return len({line.tax for line in facts.lines}) > 1


def _lines(facts: DocumentFacts) -> list[Sheet]:
    language, currency = facts.look.language, facts.currency
    rates = _rates(facts)
    quantities = [numbers.quantity(line.quantity, language) for line in facts.lines]
    prices = [
        numbers.amount(line.unit_price, currency, language) for line in facts.lines
    ]
    columns = zip(
        facts.lines,
        numbers.aligned(quantities, language),
        numbers.aligned(prices, language),
        strict=True,
    )
    return [
        {
            "position": str(line.position),
            "description": paragraphs(line.description),
            "quantity": quantity,
            "price": price,
            "tax": rates.get(line.tax, "") if _several_taxes(facts) else None,
            "amount": numbers.amount(line.amount, currency, language),
        }
        for line, quantity, price in columns
    ]


def _rates(facts: DocumentFacts) -> dict[str, str]:
    """Return each tax's rates as a line shows them: `5% + 9.975%`."""
    rates: dict[str, list[str]] = {}
    for tax in facts.taxes:
        written = numbers.percent(tax.rate, facts.look.language)
        components = rates.setdefault(tax.tax, [])
        if written not in components:
            components.append(written)
    return {tax: " + ".join(components) for tax, components in rates.items()}


def _totals(facts: DocumentFacts, word: Mapping[str, str]) -> list[Sheet]:
    language, currency = facts.look.language, facts.currency

    def row(label: str, value: str, detail: str = "") -> Sheet:
        return {"label": label, "detail": detail, "value": value}

    rows = []
    if facts.discount_total:
        off = numbers.amount(-facts.discount_total, currency, language)
        before = numbers.amount(facts.line_total, currency, language)
        rows = [row(word["line_total"], before), row(_discount(facts, word), off)]
    if facts.taxes or rows:
        net = numbers.amount(facts.subtotal, currency, language)
        rows.append(row(word["subtotal"], net))
    if len(facts.taxes) > _MOST_TAXES:
        taxes = numbers.amount(facts.tax_total, currency, language)
        rows.append(row(word["tax_total"], taxes))
    else:
        rows += [row(*_tax(facts, tax, word)) for tax in facts.taxes]
    taxed = any(tax.amount for tax in facts.taxes)
    return [*rows, row(word["total" if taxed else "total_untaxed"], _money(facts))]


def _discount(facts: DocumentFacts, word: Mapping[str, str]) -> str:
    if not facts.discount_percent:
        return word["discount_plain"]
    percent = numbers.percent(facts.discount_percent, facts.look.language)
    return word["discount"].format(percent=percent)


def _tax(
    facts: DocumentFacts, tax: TaxLine, word: Mapping[str, str]
) -> tuple[str, str, str]:
    language, currency = facts.look.language, facts.currency
    base = numbers.amount(tax.base, currency, language)
    detail = word["tax_compound" if tax.compound else "tax_on"].format(base=base)
    amount = numbers.amount(tax.amount, currency, language)
    return _tax_name(facts, tax), amount, detail


def _tax_name(facts: DocumentFacts, tax: TaxLine) -> str:
    return tax_name(tax.name or tax.code, tax.rate, facts.look.language)


def _tax_table(facts: DocumentFacts, word: Mapping[str, str]) -> Sheet:
    columns = [word["tax"], word["tax_base"], word["tax_amount"]]
    rows = []
    for tax in facts.taxes:
        name, amount, _ = _tax(facts, tax, word)
        base = numbers.amount(tax.base, facts.currency, facts.look.language)
        rows.append([name, base, amount])
    return {"title": word["tax_summary"], "columns": columns, "rows": rows}


def _reasons(facts: DocumentFacts, word: Mapping[str, str]) -> list[str]:
    """Return why a tax is not charged, each reason once, after the taxes it is for."""
    reasons: dict[str, dict[str, None]] = {}
    for tax in facts.taxes:
        if reason := _reason(tax, word):
            reasons.setdefault(reason, {}).setdefault(_tax_name(facts, tax))
    return [f"{', '.join(names)} – {reason}" for reason, names in reasons.items()]


def _reason(tax: TaxLine, word: Mapping[str, str]) -> str:
    """Return the category's words and the business's own; at a zero rate only these."""
    told = one_line(tax.exemption)
    if tax.category == "Z" and told:
        return told
    general = word.get(f"category_{tax.category}", "")
    return " ".join(filter(None, dict.fromkeys((general, told))))


def _payment(facts: DocumentFacts, word: Mapping[str, str]) -> Sheet:
    """Return how to pay; of a credit note only that the amount is credited."""
    language = facts.look.language
    if _is_note(facts):
        sentence = word["credited"].format(total=_money(facts))
        return {"title": "", "text": [sentence], "rows": [], "qr": {}}
    asked = word["pay_by"].format(
        total=_money(facts),
        date=numbers.day(facts.due_date, language),
        number=one_line(facts.number),
    )
    bank, total = facts.bank, facts.total
    return {
        "title": word["payment"],
        "text": [*([asked] if total > 0 else []), *paragraphs(facts.terms)],
        "rows": banking(bank, language) if total > 0 else [],
        "qr": scan_to_pay(bank, facts.currency, total, facts.number, language),
    }
