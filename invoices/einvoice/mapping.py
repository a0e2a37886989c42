"""What a document says in the terms of EN 16931, decided once for both syntaxes."""

from __future__ import annotations

from decimal import Decimal

from invoices.documents.facts import Bank, DocumentFacts, Line, Party
from invoices.documents.words import words
from invoices.einvoice.identifiers import squeeze, vat_number
from invoices.einvoice.terms import (
    Category,
    Delivery,
    Group,
    Item,
    Participant,
    Sums,
    Terms,
    Transfer,
)
from invoices.einvoice.vat import INSIDE_EU, OUTSIDE, Categories
from invoices.einvoice.writing import clean
from invoices.money import multiply, rounded, subtract

SEPA, CREDIT_TRANSFER = "58", "30"


def terms(facts: DocumentFacts) -> Terms:
    """The document's terms; its taxes have one component each, as `refusals` asks."""
    categories = Categories(facts)
    groups = categories.groups()
    credit_note = facts.kind == "credit_note"
    word = words(facts.look.language)
    return Terms(
        credit_note=credit_note,
        number=clean(facts.number),
        date=facts.date,
        due_date=None if credit_note else facts.due_date,
        currency=facts.currency,
        buyer_reference=clean(facts.reference),
        project=clean(facts.project),
        order=clean(facts.purchase_order),
        payment_terms=clean(facts.terms)
        or (word["xml_credited"] if credit_note else ""),
        notes=tuple(filter(None, map(clean, (facts.memo, facts.description)))),
        preceding=clean(facts.credited_number),
        preceding_date=facts.credited_date,
        seller=_seller(facts.seller, groups),
        buyer=_buyer(facts.buyer, groups),
        delivery=_delivery(facts, groups),
        transfer=None if credit_note else _transfer(facts),
        allowances=categories.allowances(),
        groups=groups,
        items=tuple(
            _item(line, categories.of(line), facts.currency) for line in facts.lines
        ),
        sums=_sums(facts),
    )


def _seller(party: Party, groups: tuple[Group, ...]) -> Participant:
    """A number that is no VAT identifier, or may not be one here, is the tax number."""
    vat = _vat_number(party, groups)
    tax = "" if vat else squeeze(clean(party.tax_number))
    return _participant(party, vat_number=vat, tax_number=tax, identifier="")


def _buyer(party: Party, groups: tuple[Group, ...]) -> Participant:
    """The customer's code is the buyer's identifier; a tax number has no term."""
    vat = _vat_number(party, groups)
    return _participant(
        party, vat_number=vat, tax_number="", identifier=clean(party.code)
    )


def _vat_number(party: Party, groups: tuple[Group, ...]) -> str:
    """Nobody gives a VAT identifier where something is outside VAT (BR-O-02)."""
    if OUTSIDE in {group.category.code for group in groups}:
        return ""
    return vat_number(clean(party.tax_number))


def _participant(
    party: Party, *, vat_number: str, tax_number: str, identifier: str
) -> Participant:
    return Participant(
        name=clean(party.name),
        identifier=identifier,
        registration=clean(party.registration),
        vat_number=vat_number,
        tax_number=tax_number,
        contact_name=clean(party.contact_name),
        phone=clean(party.phone),
        email=clean(party.email),
        line1=clean(party.line1),
        line2=clean(party.line2),
        city=clean(party.city),
        postal_code=clean(party.postal_code),
        province=clean(party.province),
        country=clean(party.country).upper(),
    )


def _delivery(facts: DocumentFacts, groups: tuple[Group, ...]) -> Delivery | None:
    """Owed for a supply inside the EU alone (BR-IC-11, BR-IC-12)."""
    if INSIDE_EU not in {group.category.code for group in groups}:
        return None
    return Delivery(date=facts.date, country=clean(facts.buyer.country).upper())


def _transfer(facts: DocumentFacts) -> Transfer | None:
    """How to pay, where the business told an account; SEPA is for euro and an IBAN."""
    bank: Bank = facts.bank
    iban, account = squeeze(clean(bank.iban)), clean(bank.account)
    if not iban and not account:
        return None
    return Transfer(
        code=SEPA if iban and facts.currency == "EUR" else CREDIT_TRANSFER,
        reference=clean(facts.number),
        iban=iban,
        account=account,
        holder=clean(bank.holder),
        bic=squeeze(clean(bank.bic)),
    )


def _item(line: Line, category: Category, currency: str) -> Item:
    """A price below 0 turns the quantity's sign instead of its own (BR-27)."""
    name, description = _called(line)
    negative = line.unit_price < 0
    exact = rounded(multiply(line.quantity, line.unit_price), currency)
    return Item(
        position=str(line.position),
        name=name,
        description=description,
        quantity=_negated(line.quantity) if negative else line.quantity,
        price=_negated(line.unit_price) if negative else line.unit_price,
        adjustment=subtract(line.amount, exact),
        amount=line.amount,
        category=category,
    )


def _called(line: Line) -> tuple[str, str]:
    """An item's name, which it must have, and what more there is to say of it."""
    text = clean(line.description)
    first = text.partition("\n")[0].rstrip()
    return first or f"Position {line.position}", text if text != first else ""


def _negated(number: Decimal) -> Decimal:
    return number.copy_negate() if number else number


def _sums(facts: DocumentFacts) -> Sums:
    """Nothing is paid when a document is issued, so the whole total is due."""
    return Sums(
        lines=facts.line_total,
        allowances=facts.discount_total,
        without_vat=facts.subtotal,
        vat=facts.tax_total,
        with_vat=facts.total,
        due=facts.total,
    )
