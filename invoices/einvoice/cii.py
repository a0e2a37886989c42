"""A document as CrossIndustryInvoice, the e-invoice inside a Factur-X PDF."""

from __future__ import annotations

import datetime
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

_STANDARD = "urn:un:unece:uncefact:data:standard"
NAMES: dict[str | None, str] = {
    "rsm": f"{_STANDARD}:CrossIndustryInvoice:100",
    "ram": f"{_STANDARD}:ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_STANDARD}:QualifiedDataType:100",
    "udt": f"{_STANDARD}:UnqualifiedDataType:100",
}
PROFILE = "urn:cen.eu:en16931:2017"
_DELIVERY = "ram:ApplicableHeaderTradeDelivery"


def cii(facts: DocumentFacts) -> bytes:
    """The document in the Factur-X profile EN 16931; equal facts give equal bytes."""
    return write(terms(facts))


def write(said: Terms) -> bytes:
    """The terms in CII's order. The delivery must be there even if it says nothing."""
    root = Branch.root("rsm:CrossIndustryInvoice", NAMES)
    context = root.branch("rsm:ExchangedDocumentContext")
    context.leaf(
        "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID", text=PROFILE
    )
    _head(root.branch("rsm:ExchangedDocument"), said)
    trade = root.branch("rsm:SupplyChainTradeTransaction")
    for item in said.items:
        _item(trade.branch("ram:IncludedSupplyChainTradeLineItem"), item, said.currency)
    _agreement(trade.branch("ram:ApplicableHeaderTradeAgreement"), said)
    _delivery(trade.branch(_DELIVERY), said)
    _settlement(trade.branch("ram:ApplicableHeaderTradeSettlement"), said)
    return root.document(kept=_DELIVERY)


def _head(head: Branch, said: Terms) -> None:
    head.leaf("ram:ID", text=said.number)
    head.leaf("ram:TypeCode", text="381" if said.credit_note else "380")
    _date(head, "ram:IssueDateTime", day=said.date)
    for note in said.notes:
        head.leaf("ram:IncludedNote", "ram:Content", text=note)


def _item(line: Branch, item: Item, currency: str) -> None:
    line.leaf("ram:AssociatedDocumentLineDocument", "ram:LineID", text=item.position)
    product = line.branch("ram:SpecifiedTradeProduct")
    product.leaf("ram:Name", text=item.name)
    product.leaf("ram:Description", text=item.description)
    agreement = line.branch("ram:SpecifiedLineTradeAgreement")
    agreement.leaf(
        "ram:NetPriceProductTradePrice", "ram:ChargeAmount", text=plain(item.price)
    )
    delivery = line.branch("ram:SpecifiedLineTradeDelivery")
    delivery.leaf("ram:BilledQuantity", text=plain(item.quantity), unitCode="C62")
    settlement = line.branch("ram:SpecifiedLineTradeSettlement")
    _category(settlement.branch("ram:ApplicableTradeTax"), item.category)
    if item.adjustment:
        _adjustment(settlement, item.adjustment, currency)
    settlement.leaf(
        "ram:SpecifiedTradeSettlementLineMonetarySummation",
        "ram:LineTotalAmount",
        text=money(item.amount, currency),
    )


def _adjustment(settlement: Branch, adjustment: Decimal, currency: str) -> None:
    added = settlement.branch("ram:SpecifiedTradeAllowanceCharge")
    charge = "true" if adjustment > 0 else "false"
    added.leaf("ram:ChargeIndicator", "udt:Indicator", text=charge)
    added.leaf("ram:ActualAmount", text=money(adjustment.copy_abs(), currency))
    added.leaf("ram:Reason", text="Rounding")


def _category(tax: Branch, category: Category) -> None:
    tax.leaf("ram:TypeCode", text="VAT")
    tax.leaf("ram:CategoryCode", text=category.code)
    _rate(tax, category)


def _rate(tax: Branch, category: Category) -> None:
    if category.rate is not None:
        tax.leaf("ram:RateApplicablePercent", text=plain(category.rate))


def _agreement(agreement: Branch, said: Terms) -> None:
    agreement.leaf("ram:BuyerReference", text=said.buyer_reference)
    _party(agreement.branch("ram:SellerTradeParty"), said.seller)
    _party(agreement.branch("ram:BuyerTradeParty"), said.buyer)
    agreement.leaf(
        "ram:BuyerOrderReferencedDocument", "ram:IssuerAssignedID", text=said.order
    )
    project = agreement.branch("ram:SpecifiedProcuringProject")
    project.leaf("ram:ID", text=said.project)
    project.leaf("ram:Name", text=said.project)


def _party(party: Branch, said: Participant) -> None:
    party.leaf("ram:ID", text=said.identifier)
    party.leaf("ram:Name", text=said.name)
    party.leaf("ram:SpecifiedLegalOrganization", "ram:ID", text=said.registration)
    contact = party.branch("ram:DefinedTradeContact")
    contact.leaf("ram:PersonName", text=said.contact_name)
    contact.leaf(
        "ram:TelephoneUniversalCommunication", "ram:CompleteNumber", text=said.phone
    )
    contact.leaf("ram:EmailURIUniversalCommunication", "ram:URIID", text=said.email)
    address = party.branch("ram:PostalTradeAddress")
    address.leaf("ram:PostcodeCode", text=said.postal_code)
    address.leaf("ram:LineOne", text=said.line1)
    address.leaf("ram:LineTwo", text=said.line2)
    address.leaf("ram:CityName", text=said.city)
    address.leaf("ram:CountryID", text=said.country)
    address.leaf("ram:CountrySubDivisionName", text=said.province)
    party.leaf(
        "ram:URIUniversalCommunication", "ram:URIID", text=said.email, schemeID="EM"
    )
    registration = ("ram:SpecifiedTaxRegistration", "ram:ID")
    party.leaf(*registration, text=said.vat_number, schemeID="VA")
    party.leaf(*registration, text=said.tax_number, schemeID="FC")


def _delivery(delivery: Branch, said: Terms) -> None:
    if said.delivery is None:
        return
    delivery.leaf(
        "ram:ShipToTradeParty",
        "ram:PostalTradeAddress",
        "ram:CountryID",
        text=said.delivery.country,
    )
    _date(
        delivery,
        "ram:ActualDeliverySupplyChainEvent",
        "ram:OccurrenceDateTime",
        day=said.delivery.date,
    )


def _settlement(settlement: Branch, said: Terms) -> None:
    if said.transfer:
        settlement.leaf("ram:PaymentReference", text=said.transfer.reference)
    settlement.leaf("ram:InvoiceCurrencyCode", text=said.currency)
    if said.transfer:
        _transfer(
            settlement.branch("ram:SpecifiedTradeSettlementPaymentMeans"), said.transfer
        )
    for group in said.groups:
        _group(settlement.branch("ram:ApplicableTradeTax"), group, said.currency)
    for allowance in said.allowances:
        _allowance(
            settlement.branch("ram:SpecifiedTradeAllowanceCharge"),
            allowance,
            said.currency,
        )
    payment = settlement.branch("ram:SpecifiedTradePaymentTerms")
    payment.leaf("ram:Description", text=said.payment_terms)
    if said.due_date:
        _date(payment, "ram:DueDateDateTime", day=said.due_date)
    _sums(
        settlement.branch("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), said
    )
    _preceding(settlement.branch("ram:InvoiceReferencedDocument"), said)


def _transfer(means: Branch, transfer: Transfer) -> None:
    means.leaf("ram:TypeCode", text=transfer.code)
    account = means.branch("ram:PayeePartyCreditorFinancialAccount")
    account.leaf("ram:IBANID", text=transfer.iban)
    account.leaf("ram:AccountName", text=transfer.holder)
    if not transfer.iban:
        account.leaf("ram:ProprietaryID", text=transfer.account)
    means.leaf(
        "ram:PayeeSpecifiedCreditorFinancialInstitution",
        "ram:BICID",
        text=transfer.bic,
    )


def _group(tax: Branch, group: Group, currency: str) -> None:
    tax.leaf("ram:CalculatedAmount", text=money(group.amount, currency))
    tax.leaf("ram:TypeCode", text="VAT")
    tax.leaf("ram:ExemptionReason", text=group.reason)
    tax.leaf("ram:BasisAmount", text=money(group.base, currency))
    tax.leaf("ram:CategoryCode", text=group.category.code)
    _rate(tax, group.category)


def _allowance(added: Branch, allowance: Allowance, currency: str) -> None:
    added.leaf("ram:ChargeIndicator", "udt:Indicator", text="false")
    added.leaf("ram:ActualAmount", text=money(allowance.amount, currency))
    added.leaf("ram:ReasonCode", text="95")
    added.leaf("ram:Reason", text=allowance.reason)
    _category(added.branch("ram:CategoryTradeTax"), allowance.category)


def _sums(summation: Branch, said: Terms) -> None:
    sums, currency = said.sums, said.currency
    summation.leaf("ram:LineTotalAmount", text=money(sums.lines, currency))
    if said.allowances:
        summation.leaf(
            "ram:AllowanceTotalAmount", text=money(sums.allowances, currency)
        )
    summation.leaf("ram:TaxBasisTotalAmount", text=money(sums.without_vat, currency))
    summation.leaf(
        "ram:TaxTotalAmount", text=money(sums.vat, currency), currencyID=currency
    )
    summation.leaf("ram:GrandTotalAmount", text=money(sums.with_vat, currency))
    summation.leaf("ram:DuePayableAmount", text=money(sums.due, currency))


def _preceding(reference: Branch, said: Terms) -> None:
    if not said.preceding:
        return
    reference.leaf("ram:IssuerAssignedID", text=said.preceding)
    if said.preceding_date:
        reference.leaf(
            "ram:FormattedIssueDateTime",
            "qdt:DateTimeString",
            text=_day(said.preceding_date),
            format="102",
        )


def _date(parent: Branch, *path: str, day: datetime.date) -> None:
    parent.leaf(*path, "udt:DateTimeString", text=_day(day), format="102")


def _day(day: datetime.date) -> str:
    return day.isoformat().replace("-", "")
