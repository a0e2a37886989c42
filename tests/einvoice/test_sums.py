"""A figure changed by one cent anywhere is found, by its rule, in both syntaxes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree

from invoices.einvoice.cii import cii
from invoices.einvoice.problem import Problem
from invoices.einvoice.sums import differences
from invoices.einvoice.ubl import ubl
from tests.einvoice.samples import note, plain, rich

CENT = Decimal("0.01")
SETTLED = "{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTradeSettlement"
SUMMED = f"{SETTLED}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
LINE = "{*}SupplyChainTradeTransaction/{*}IncludedSupplyChainTradeLineItem"
LINE_SETTLED = f"{LINE}/{{*}}SpecifiedLineTradeSettlement"
PLANTED = {
    "line": (
        f"{LINE_SETTLED}//{{*}}LineTotalAmount",
        "{*}InvoiceLine/{*}LineExtensionAmount",
        ["BR-CO-10", "BR-S-08", "BT-131"],
    ),
    "unit price": (
        f"{LINE}//{{*}}NetPriceProductTradePrice/{{*}}ChargeAmount",
        "{*}InvoiceLine/{*}Price/{*}PriceAmount",
        ["BT-131"],
    ),
    "discount": (
        f"{SETTLED}/{{*}}SpecifiedTradeAllowanceCharge/{{*}}ActualAmount",
        "{*}AllowanceCharge/{*}Amount",
        ["BR-CO-11", "BR-S-08"],
    ),
    "base": (
        f"{SETTLED}/{{*}}ApplicableTradeTax/{{*}}BasisAmount",
        "{*}TaxTotal/{*}TaxSubtotal/{*}TaxableAmount",
        ["BR-S-08"],
    ),
    "tax": (
        f"{SETTLED}/{{*}}ApplicableTradeTax/{{*}}CalculatedAmount",
        "{*}TaxTotal/{*}TaxSubtotal/{*}TaxAmount",
        ["BR-CO-14", "BR-CO-17"],
    ),
    "sum of lines": (
        f"{SUMMED}/{{*}}LineTotalAmount",
        "{*}LegalMonetaryTotal/{*}LineExtensionAmount",
        ["BR-CO-10", "BR-CO-13"],
    ),
    "sum of discounts": (
        f"{SUMMED}/{{*}}AllowanceTotalAmount",
        "{*}LegalMonetaryTotal/{*}AllowanceTotalAmount",
        ["BR-CO-11", "BR-CO-13"],
    ),
    "total without VAT": (
        f"{SUMMED}/{{*}}TaxBasisTotalAmount",
        "{*}LegalMonetaryTotal/{*}TaxExclusiveAmount",
        ["BR-CO-13", "BR-CO-15"],
    ),
    "total VAT": (
        f"{SUMMED}/{{*}}TaxTotalAmount",
        "{*}TaxTotal/{*}TaxAmount",
        ["BR-CO-14", "BR-CO-15"],
    ),
    "total with VAT": (
        f"{SUMMED}/{{*}}GrandTotalAmount",
        "{*}LegalMonetaryTotal/{*}TaxInclusiveAmount",
        ["BR-CO-15", "BR-CO-16"],
    ),
    "amount due": (
        f"{SUMMED}/{{*}}DuePayableAmount",
        "{*}LegalMonetaryTotal/{*}PayableAmount",
        ["BR-CO-16"],
    ),
}


def planted(xml: bytes, path: str, by: Decimal) -> bytes:
    root = etree.fromstring(xml)
    found = root.find(path)
    assert found is not None
    found.text = str(Decimal(found.text) + by)
    return etree.tostring(root)


@pytest.mark.parametrize("by", [CENT, -CENT])
@pytest.mark.parametrize("where", PLANTED)
@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_a_cent_more_or_less_is_found(syntax, where, by):
    in_cii, in_ubl, rules = PLANTED[where]
    path, xml = (in_cii, cii(rich())) if syntax == "cii" else (in_ubl, ubl(rich()))
    assert [each.rule for each in differences(planted(xml, path, by))] == rules


@pytest.mark.parametrize("facts", [rich(), note(), plain()])
@pytest.mark.parametrize("write", [cii, ubl])
def test_nothing_is_found_where_nothing_is_wrong(write, facts):
    assert differences(write(facts)) == []


@pytest.mark.parametrize("write", [cii, ubl])
def test_what_is_found_is_said_in_figures(write):
    xml = (
        write(plain()).replace(b">19.00<", b">19.01<").replace(b">119.00<", b">119.01<")
    )
    assert differences(xml) == [
        Problem(
            "BR-CO-17",
            "The VAT of VAT category S at 19 % should be 19.00, but the document says"
            " 19.01. The document may be right: an e-invoice computes the VAT of a rate"
            " once, on the whole of its base, and cannot say anything else.",
        )
    ]


@pytest.mark.parametrize("write", [cii, ubl])
def test_a_line_of_another_category_is_missed_in_the_summary(write):
    xml = write(plain())
    root = etree.fromstring(xml)
    path = (
        f"{LINE_SETTLED}/{{*}}ApplicableTradeTax/{{*}}RateApplicablePercent"
        if b"CrossIndustryInvoice" in xml
        else "{*}InvoiceLine/{*}Item/{*}ClassifiedTaxCategory/{*}Percent"
    )
    root.find(path).text = "7"
    found = [each.rule for each in differences(etree.tostring(root))]
    assert found == ["BR-S-08", "BR-S-08"]


@pytest.mark.parametrize("write", [cii, ubl])
def test_a_summary_is_owed(write):
    root = etree.fromstring(write(plain()))
    for name in ("ApplicableTradeTax", "TaxSubtotal"):
        for group in root.findall(f".//{{*}}{name}"):
            group.getparent().remove(group)
    assert "BR-CO-18" in [each.rule for each in differences(etree.tostring(root))]


def test_other_documents_are_refused():
    with pytest.raises(ValueError, match="html is neither CII nor UBL"):
        differences(b"<html/>")


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        differences(ubl(plain()).replace(b">19.00<", b">much<"))
