"""A document as UBL 2.1, an Invoice or a CreditNote."""

from __future__ import annotations

from decimal import Decimal

from invoices.documents.facts import DocumentFacts
from invoices.einvoice.mapping import terms
from invoices.einvoice.terms import (
    Allowance,
    Category,
    Group,
    Item,
    Participant,
    Terms,
    Transfer,
)
from invoices.einvoice.writing import Branch, money, plain

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd"
INVOICE = f"{_SCHEMA}:Invoice-2"
CREDIT_NOTE = f"{_SCHEMA}:CreditNote-2"
_NAMES: dict[str | None, str] = {
    "cac": f"{_SCHEMA}:CommonAggregateComponents-2",
    "cbc": f"{_SCHEMA}:CommonBasicComponents-2",
}
PROFILE = "urn:cen.eu:en16931:2017"


def ubl(facts: DocumentFacts) -> bytes:
    """The document as Invoice or CreditNote; equal facts give equal bytes."""
    return write(terms(facts))


def write(said: Terms) -> bytes:
    """The terms in UBL's order."""
    if said.credit_note:
        root = Branch.root("CreditNote", {None: CREDIT_NOTE, **_NAMES})
    else:
        root = Branch.root("Invoice", {None: INVOICE, **_NAMES})
    _head(root, said)
    _references(root, said)
    _party(root.branch("cac:AccountingSupplierParty", "cac:Party"), said.seller)
    _party(root.branch("cac:AccountingCustomerParty", "cac:Party"), said.buyer)
    if said.delivery:
        _delivery(root.branch("cac:Delivery"), said)
    if said.transfer:
        _transfer(root.branch("cac:PaymentMeans"), said.transfer)
    root.leaf("cac:PaymentTerms", "cbc:Note", text=said.payment_terms)
    for allowance in said.allowances:
        _allowance(root.branch("cac:AllowanceCharge"), allowance, said.currency)
    _vat(root.branch("cac:TaxTotal"), said)
    _sums(root.branch("cac:LegalMonetaryTotal"), said)
    line = "cac:CreditNoteLine" if said.credit_note else "cac:InvoiceLine"
    for item in said.items:
        _item(root.branch(line), item, said)
    return root.document()


def _head(root: Branch, said: Terms) -> None:
    root.leaf("cbc:CustomizationID", text=PROFILE)
    root.leaf("cbc:ID", text=said.number)
    root.leaf("cbc:IssueDate", text=said.date.isoformat())
    if said.credit_note:
        root.leaf("cbc:CreditNoteTypeCode", text="381")
    else:
        root.leaf(
            "cbc:DueDate", text=said.due_date.isoformat() if said.due_date else ""
        )
        root.leaf("cbc:InvoiceTypeCode", text="380")
    for note in said.notes:
        root.leaf("cbc:Note", text=note)
    root.leaf("cbc:DocumentCurrencyCode", text=said.currency)
    root.leaf("cbc:BuyerReference", text=said.buyer_reference)


def _references(root: Branch, said: Terms) -> None:
    """A credit note has no project; there it is a document of type 50."""
    root.leaf("cac:OrderReference", "cbc:ID", text=said.order)
    if said.preceding:
        preceding = root.branch("cac:BillingReference", "cac:InvoiceDocumentReference")
        preceding.leaf("cbc:ID", text=said.preceding)
        if said.preceding_date:
            preceding.leaf("cbc:IssueDate", text=said.preceding_date.isoformat())
    if not said.credit_note:
        root.leaf("cac:ProjectReference", "cbc:ID", text=said.project)
    elif said.project:
        project = root.branch("cac:AdditionalDocumentReference")
        project.leaf("cbc:ID", text=said.project)
        project.leaf("cbc:DocumentTypeCode", text="50")


def _party(party: Branch, said: Participant) -> None:
    party.leaf("cbc:EndpointID", text=said.email, schemeID="EM")
    party.leaf("cac:PartyIdentification", "cbc:ID", text=said.identifier)
    _address(party.branch("cac:PostalAddress"), said)
    if said.vat_number:
        _registered(party, said.vat_number, "VAT")
    if said.tax_number:
        _registered(party, said.tax_number, "FC")
    legal = party.branch("cac:PartyLegalEntity")
    legal.leaf("cbc:RegistrationName", text=said.name)
    legal.leaf("cbc:CompanyID", text=said.registration)
    contact = party.branch("cac:Contact")
    contact.leaf("cbc:Name", text=said.contact_name)
    contact.leaf("cbc:Telephone", text=said.phone)
    contact.leaf("cbc:ElectronicMail", text=said.email)


def _address(address: Branch, said: Participant) -> None:
    address.leaf("cbc:StreetName", text=said.line1)
    address.leaf("cbc:AdditionalStreetName", text=said.line2)
    address.leaf("cbc:CityName", text=said.city)
    address.leaf("cbc:PostalZone", text=said.postal_code)
    address.leaf("cbc:CountrySubentity", text=said.province)
    address.leaf("cac:Country", "cbc:IdentificationCode", text=said.country)


def _registered(party: Branch, number: str, scheme: str) -> None:
    registration = party.branch("cac:PartyTaxScheme")
    registration.leaf("cbc:CompanyID", text=number)
    registration.leaf("cac:TaxScheme", "cbc:ID", text=scheme)


def _delivery(delivery: Branch, said: Terms) -> None:
    if said.delivery is None:
        return
    delivery.leaf("cbc:ActualDeliveryDate", text=said.delivery.date.isoformat())
    delivery.leaf(
        "cac:DeliveryLocation",
        "cac:Address",
        "cac:Country",
        "cbc:IdentificationCode",
        text=said.delivery.country,
    )


def _transfer(means: Branch, transfer: Transfer) -> None:
    means.leaf("cbc:PaymentMeansCode", text=transfer.code)
    means.leaf("cbc:PaymentID", text=transfer.reference)
    account = means.branch("cac:PayeeFinancialAccount")
    account.leaf("cbc:ID", text=transfer.iban or transfer.account)
    account.leaf("cbc:Name", text=transfer.holder)
    account.leaf("cac:FinancialInstitutionBranch", "cbc:ID", text=transfer.bic)


def _allowance(added: Branch, allowance: Allowance, currency: str) -> None:
    added.leaf("cbc:ChargeIndicator", text="false")
    added.leaf("cbc:AllowanceChargeReasonCode", text="95")
    added.leaf("cbc:AllowanceChargeReason", text=allowance.reason)
    _money(added, "cbc:Amount", allowance.amount, currency)
    _category(added.branch("cac:TaxCategory"), allowance.category)


def _vat(total: Branch, said: Terms) -> None:
    _money(total, "cbc:TaxAmount", said.sums.vat, said.currency)
    for group in said.groups:
        _group(total.branch("cac:TaxSubtotal"), group, said.currency)


def _group(subtotal: Branch, group: Group, currency: str) -> None:
    _money(subtotal, "cbc:TaxableAmount", group.base, currency)
    _money(subtotal, "cbc:TaxAmount", group.amount, currency)
    _category(subtotal.branch("cac:TaxCategory"), group.category, group.reason)


def _category(tax: Branch, category: Category, reason: str = "") -> None:
    tax.leaf("cbc:ID", text=category.code)
    if category.rate is not None:
        tax.leaf("cbc:Percent", text=plain(category.rate))
    tax.leaf("cbc:TaxExemptionReason", text=reason)
    tax.leaf("cac:TaxScheme", "cbc:ID", text="VAT")


def _sums(total: Branch, said: Terms) -> None:
    sums, currency = said.sums, said.currency
    _money(total, "cbc:LineExtensionAmount", sums.lines, currency)
    _money(total, "cbc:TaxExclusiveAmount", sums.without_vat, currency)
    _money(total, "cbc:TaxInclusiveAmount", sums.with_vat, currency)
    if said.allowances:
        _money(total, "cbc:AllowanceTotalAmount", sums.allowances, currency)
    _money(total, "cbc:PayableAmount", sums.due, currency)


def _item(line: Branch, item: Item, said: Terms) -> None:
    quantity = "cbc:CreditedQuantity" if said.credit_note else "cbc:InvoicedQuantity"
    line.leaf("cbc:ID", text=item.position)
    line.leaf(quantity, text=plain(item.quantity), unitCode="C62")
    _money(line, "cbc:LineExtensionAmount", item.amount, said.currency)
    if item.adjustment:
        _adjustment(line.branch("cac:AllowanceCharge"), item.adjustment, said.currency)
    product = line.branch("cac:Item")
    product.leaf("cbc:Description", text=item.description)
    product.leaf("cbc:Name", text=item.name)
    _category(product.branch("cac:ClassifiedTaxCategory"), item.category)
    line.leaf(
        "cac:Price",
        "cbc:PriceAmount",
        text=plain(item.price),
        currencyID=said.currency,
    )


def _adjustment(added: Branch, adjustment: Decimal, currency: str) -> None:
    added.leaf("cbc:ChargeIndicator", text="true" if adjustment > 0 else "false")
    added.leaf("cbc:AllowanceChargeReason", text="Rounding")
    _money(added, "cbc:Amount", adjustment.copy_abs(), currency)


def _money(parent: Branch, name: str, amount: Decimal, currency: str) -> None:
    parent.leaf(name, text=money(amount, currency), currencyID=currency)
