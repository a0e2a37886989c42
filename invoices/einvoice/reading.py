"""The figures of an e-invoice, read from its XML in either syntax."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from invoices.money import summed

Category = tuple[str, Decimal]
"""A VAT category's code and rate; the rate is 0 where there is none."""


@dataclass(frozen=True, slots=True)
class VatGroup:
    """One VAT breakdown (BG-23)."""

    category: Category
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Added:
    """An allowance or a charge on the document; always as said, without a sign."""

    category: Category
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line; `adjustments` are its charges, and its allowances negated."""

    number: str
    category: Category
    amount: Decimal
    quantity: Decimal
    price: Decimal
    adjustments: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's totals (BG-22); 0 for those it does not give."""

    lines: Decimal
    allowances: Decimal
    charges: Decimal
    without_vat: Decimal
    vat: Decimal
    with_vat: Decimal
    prepaid: Decimal
    rounding: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """All that sums are made of."""

    currency: str
    lines: tuple[ReadLine, ...]
    allowances: tuple[Added, ...]
    charges: tuple[Added, ...]
    groups: tuple[VatGroup, ...]
    totals: Totals

    def sum(self, amounts: Iterable[Decimal]) -> Decimal:
        """The exact sum, in the document's currency."""
        return summed(amounts, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Syntax:
    """Where a syntax keeps what; paths below `line`, `added` and `group` are theirs."""

    currency: str
    line: str
    number: str
    amount: str
    quantity: str
    price: str
    line_category: str
    added: str
    charge: str
    added_amount: str
    added_category: str
    group: str
    base: str
    tax: str
    group_category: str
    code: str
    rate: str
    totals: tuple[str, ...]


_TRADE = "{*}SupplyChainTradeTransaction"
_PAID = f"{_TRADE}/{{*}}ApplicableHeaderTradeSettlement"
_CII_SUMS = f"{_PAID}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
_SETTLED = "{*}SpecifiedLineTradeSettlement"
_CII = _Syntax(
    currency=f"{_PAID}/{{*}}InvoiceCurrencyCode",
    line=f"{_TRADE}/{{*}}IncludedSupplyChainTradeLineItem",
    number="{*}AssociatedDocumentLineDocument/{*}LineID",
    amount=f"{_SETTLED}/{{*}}SpecifiedTradeSettlementLineMonetarySummation"
    "/{*}LineTotalAmount",
    quantity="{*}SpecifiedLineTradeDelivery/{*}BilledQuantity",
    price="{*}SpecifiedLineTradeAgreement/{*}NetPriceProductTradePrice/{*}ChargeAmount",
    line_category=f"{_SETTLED}/{{*}}ApplicableTradeTax",
    added="{*}SpecifiedTradeAllowanceCharge",
    charge="{*}ChargeIndicator/{*}Indicator",
    added_amount="{*}ActualAmount",
    added_category="{*}CategoryTradeTax",
    group=f"{_PAID}/{{*}}ApplicableTradeTax",
    base="{*}BasisAmount",
    tax="{*}CalculatedAmount",
    group_category=".",
    code="{*}CategoryCode",
    rate="{*}RateApplicablePercent",
    totals=(
        f"{_CII_SUMS}/{{*}}LineTotalAmount",
        f"{_CII_SUMS}/{{*}}AllowanceTotalAmount",
        f"{_CII_SUMS}/{{*}}ChargeTotalAmount",
        f"{_CII_SUMS}/{{*}}TaxBasisTotalAmount",
        f"{_CII_SUMS}/{{*}}TaxTotalAmount",
        f"{_CII_SUMS}/{{*}}GrandTotalAmount",
        f"{_CII_SUMS}/{{*}}TotalPrepaidAmount",
        f"{_CII_SUMS}/{{*}}RoundingAmount",
        f"{_CII_SUMS}/{{*}}DuePayableAmount",
    ),
)
_UBL_SUMS = "{*}LegalMonetaryTotal"


def _ubl(line: str, quantity: str) -> _Syntax:
    return _Syntax(
        currency="{*}DocumentCurrencyCode",
        line=f"{{*}}{line}",
        number="{*}ID",
        amount="{*}LineExtensionAmount",
        quantity=f"{{*}}{quantity}",
        price="{*}Price/{*}PriceAmount",
        line_category="{*}Item/{*}ClassifiedTaxCategory",
        added="{*}AllowanceCharge",
        charge="{*}ChargeIndicator",
        added_amount="{*}Amount",
        added_category="{*}TaxCategory",
        group="{*}TaxTotal/{*}TaxSubtotal",
        base="{*}TaxableAmount",
        tax="{*}TaxAmount",
        group_category="{*}TaxCategory",
        code="{*}ID",
        rate="{*}Percent",
        totals=(
            f"{_UBL_SUMS}/{{*}}LineExtensionAmount",
            f"{_UBL_SUMS}/{{*}}AllowanceTotalAmount",
            f"{_UBL_SUMS}/{{*}}ChargeTotalAmount",
            f"{_UBL_SUMS}/{{*}}TaxExclusiveAmount",
            "{*}TaxTotal/{*}TaxAmount",
            f"{_UBL_SUMS}/{{*}}TaxInclusiveAmount",
            f"{_UBL_SUMS}/{{*}}PrepaidAmount",
            f"{_UBL_SUMS}/{{*}}PayableRoundingAmount",
            f"{_UBL_SUMS}/{{*}}PayableAmount",
        ),
    )


_SYNTAXES = {
    "CrossIndustryInvoice": _CII,
    "Invoice": _ubl("InvoiceLine", "InvoicedQuantity"),
    "CreditNote": _ubl("CreditNoteLine", "CreditedQuantity"),
}


def read(xml: bytes) -> Figures:
    """The figures as the document gives them; ValueError where it is none of ours."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(xml, parser)
    syntax = _SYNTAXES.get(etree.QName(root).localname)
    if syntax is None:
        raise ValueError(f"{root.tag} is neither CII nor UBL.")
    try:
        return _Reader(root, syntax).figures()
    except InvalidOperation as error:
        raise ValueError("An amount in the document is not a number.") from error


class _Reader:
    """One document, read with its syntax's paths."""

    def __init__(self, root: etree._Element, syntax: _Syntax) -> None:
        self._root = root
        self._at = syntax

    def figures(self) -> Figures:
        at, root = self._at, self._root
        header = root if at is not _CII else root.find(_PAID)
        return Figures(
            currency=_text(root, at.currency),
            lines=tuple(self._line(line) for line in root.findall(at.line)),
            allowances=self._added(header, "false"),
            charges=self._added(header, "true"),
            groups=tuple(self._group(group) for group in root.findall(at.group)),
            totals=Totals(*(_number(root, path) for path in at.totals)),
        )

    def _line(self, line: etree._Element) -> ReadLine:
        at = self._at
        holder = line if at is not _CII else line.find(_SETTLED)
        less = (each.copy_negate() for each in self._amounts(holder, "false"))
        return ReadLine(
            number=_text(line, at.number),
            category=self._category(line, at.line_category),
            amount=_number(line, at.amount),
            quantity=_number(line, at.quantity),
            price=_number(line, at.price),
            adjustments=(*self._amounts(holder, "true"), *less),
        )

    def _group(self, group: etree._Element) -> VatGroup:
        at = self._at
        category = self._category(group, at.group_category)
        return VatGroup(category, _number(group, at.base), _number(group, at.tax))

    def _added(self, parent: etree._Element, charge: str) -> tuple[Added, ...]:
        at = self._at
        return tuple(
            Added(
                self._category(each, at.added_category), _number(each, at.added_amount)
            )
            for each in self._marked(parent, charge)
        )

    def _amounts(self, parent: etree._Element, charge: str) -> list[Decimal]:
        at = self._at
        return [_number(each, at.added_amount) for each in self._marked(parent, charge)]

    def _marked(self, parent: etree._Element, charge: str) -> list[etree._Element]:
        """The allowances ("false") or the charges ("true") right below an element."""
        if parent is None:
            return []
        found = parent.findall(self._at.added)
        return [each for each in found if _text(each, self._at.charge) == charge]

    def _category(self, element: etree._Element, path: str) -> Category:
        category = element.find(path)
        if category is None:
            return "", Decimal(0)
        return _text(category, self._at.code), _number(category, self._at.rate)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(element: etree._Element, path: str) -> Decimal:
    return Decimal(_text(element, path) or 0)
