"""CAMT.053: what is read of it, and what is refused before anything is kept."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest

from payments.bank.files.camt import read_camt
from payments.bank.files.kinds import kind_of
from payments.bank.files.movement import Movement
from payments.exceptions import BadStatement
from tests.payments.bank.camt import (
    IBAN,
    OTHER_IBAN,
    a_file,
    balance,
    details,
    document,
    entry,
    statement,
)

DAY = datetime.date(2026, 3, 10)
NEXT_DAY = datetime.date(2026, 3, 11)


def movement(**values: Any) -> dict[str, Any]:
    """A movement of 100.00 EUR that came in, with these differences."""
    usual: dict[str, Any] = {
        "position": 1,
        "date": DAY,
        "amount": Decimal("100.00"),
        "currency": "EUR",
    }
    return asdict(Movement(**usual | values))


def movements(*entries: str) -> list[dict[str, Any]]:
    return [asdict(one) for one in read_camt(a_file(*entries), "a.xml").movements]


def refusal(content: bytes) -> BadStatement:
    with pytest.raises(BadStatement) as caught:
        kind_of(content, "a.xml")
        read_camt(content, "a.xml")
    assert caught.value.field == "file"
    return caught.value


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "10", "13"])
def test_a_whole_file_of_any_version_is_read(version: str) -> None:
    about = details(
        "Buyer & Sons",
        ["INV-7", "March  rent"],
        iban=OTHER_IBAN,
        end_to_end="E2E-1",
        pty=version >= "08",
    )
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= "08" else "<Sts>BOOK</Sts>"
    paid = details("Landlord", "Rent", party="Cdtr", end_to_end="NOTPROVIDED")
    file = read_camt(
        document(
            statement(
                entry(
                    status=status,
                    details=about,
                    reference="REF-1",
                    more="<AddtlNtryInf>SEPA credit</AddtlNtryInf>",
                    booked="<BookgDt><DtTm>2026-03-10T23:59:00+02:00</DtTm></BookgDt>"
                    "<ValDt><Dt>2026-03-11</Dt></ValDt>",
                ),
                entry("30.5", "DBIT", status=status, details=paid),
                entry(status=status.replace("BOOK", "PDNG")),
                entry("0.00", status=status),
                balances=balance("OPBD", "10.00", "DBIT") + balance("CLBD", "59.50"),
            ),
            version=version,
        ),
        "a.xml",
    )
    assert [asdict(one) for one in file.movements] == [
        movement(
            value_date=NEXT_DAY,
            counterparty="Buyer & Sons",
            iban=OTHER_IBAN,
            text="INV-7 March rent SEPA credit",
            end_to_end="E2E-1",
            bank_reference="REF-1",
        ),
        movement(
            position=2,
            amount=Decimal("-30.50"),
            counterparty="Landlord",
            text="Rent",
        ),
    ]
    assert (file.iban, file.currency, file.left_out) == (IBAN, "EUR", 2)
    assert (file.identification, file.account_number) == ("2026-1", "")
    assert (file.opening, file.closing) == (Decimal("-10.00"), Decimal("59.50"))


def part(amount: str, name: str, currency: str = "EUR") -> str:
    return details(name, more=f'<Amt Ccy="{currency}">{amount}</Amt>')


def test_a_batch_becomes_its_parts_where_they_make_the_whole() -> None:
    assert movements(entry(details=part("60", "Ann") + part("40", "Bob"))) == [
        movement(amount=Decimal("60.00"), counterparty="Ann"),
        movement(amount=Decimal("40.00"), counterparty="Bob"),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        part("60", "Ann") + part("41", "Bob"),
        part("60", "Ann") + part("40", "Bob", "USD"),
        part("100", "Ann") + part("0", "Bob"),
        details("Ann", "one") + details("Bob", "two"),
    ],
)
def test_any_other_batch_is_one_movement(parts: str) -> None:
    [only] = movements(entry(details=parts))
    assert only["amount"] == 100
    assert only["counterparty"] == ""


def test_a_batch_in_the_earlier_nesting() -> None:
    def old(amount: str) -> str:
        inner = f'<TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt>'
        return details(more=f"<AmtDtls>{inner}</AmtDtls>")

    amounts = [one["amount"] for one in movements(entry(details=old("99") + old("1")))]
    assert amounts == [99, 1]


def test_a_reversal_says_so_and_names_the_first_receiver() -> None:
    back = details("Landlord", "Rent", party="Cdtr")
    [only] = movements(entry(details=back, more="<RvslInd>true</RvslInd>"))
    assert only == movement(counterparty="Landlord", text="Reversal Rent")


def test_structured_remittance_and_charges_are_told() -> None:
    told = (
        "<TxDtls><RltdPties><UltmtDbtr><Nm>Group</Nm></UltmtDbtr></RltdPties><RmtInf>"
        "<Strd><RfrdDocInf><Nb>INV-8</Nb></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
        '<Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt></Rcrd></Chrgs></TxDtls>'
    )
    [only] = movements(entry(details=told))
    assert only == movement(
        counterparty="Group", text="RF18539007547034 INV-8 Charges 1.50 EUR"
    )


def test_what_was_ordered_in_another_currency_is_told() -> None:
    ordered = "<AmtDtls><InstdAmt><Amt Ccy='{}'>3774.00</Amt></InstdAmt></AmtDtls>"
    for currency, words in (("USD", "Rent 3,774.00 USD instructed"), ("EUR", "Rent")):
        more = ordered.format(currency)
        [only] = movements(entry(details=details("Payer", "Rent", more=more)))
        assert only == movement(counterparty="Payer", text=words)


def test_statements_that_follow_each_other_are_one_file() -> None:
    first = balance("OPBD", "0") + balance("CLBD", "100")
    second = balance("OPBD", "100") + balance("CLBD", "200")
    file = read_camt(
        document(
            statement(entry(), number="1", balances=first),
            statement(entry(), number="2", balances=second),
        ),
        "a.xml",
    )
    assert (file.opening, file.closing) == (Decimal(0), Decimal(200))
    assert file.identification == "1 – 2"
    assert [one.position for one in file.movements] == [1, 2]


def test_statements_with_a_gap_between_them_have_no_balances_together() -> None:
    first = balance("OPBD", "0") + balance("CLBD", "100")
    second = balance("OPBD", "150") + balance("CLBD", "250")
    parts = [statement(entry(), balances=each) for each in (first, second)]
    file = read_camt(document(*parts), "a.xml")
    assert (file.opening, file.closing) == (None, None)


def test_what_does_not_add_up_is_refused_with_both_figures() -> None:
    sums = balance("OPBD", "10") + balance("CLBD", "111.00")
    said = refusal(a_file(entry(), balances=sums)).message
    assert "10.00 EUR at the beginning" in said
    assert "make 110.00, but the closing balance says 111.00" in said


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">'
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    "<BkToCstmrStmt><Stmt><Id>&i;</Id></Stmt></BkToCstmrStmt></Document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<Document xmlns='urn:x'>&x;</Document>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB.encode(), "declares a document type"),
        (BOMB.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"), "document type"),
        (OUTSIDE.encode(), "declares a document type"),
        (b"<Document>" * 500 + b"</Document>" * 500, "no proper XML"),
        (a_file(entry())[:-40], "is not whole"),
        (document(statement(entry()), kind="052"), "camt.052"),
        (document(statement(entry()), kind="054"), "camt.054"),
        (document(), "no statement (Stmt)"),
        (b'<?xml version="1.0"?><rss xmlns="x"><channel/></rss>', "“rss”"),
        (document(statement()).replace(b"camt.053", b"camt.099"), "camt.099"),
        (
            document(
                statement(), statement(account=f"<IBAN>{OTHER_IBAN}</IBAN>")
            ),
            "several accounts",
        ),
        (document(statement(), statement(currency="USD")), "EUR and USD"),
        (a_file(currency="ABC"), "“ABC”"),
        (a_file(entry(currency="XXX"), currency="XXX"), "“XXX”"),
        (a_file(entry(), account="<IBAN>XX</IBAN>"), "of the account “XX”"),
        (a_file(account=f"<IBAN>{IBAN[:-1]}1</IBAN>"), "check digits"),
        (a_file(balances=balance("OPBD", "x")), "“x” is not an amount"),
        (a_file(balances=balance("OPBD", "1", currency="USD")), "balance is in USD"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content).message


def test_all_entries_that_are_wrong_are_told_with_place_and_remedy() -> None:
    refused = refusal(
        a_file(
            entry(currency="USD"),
            entry("1.005"),
            entry("-1"),
            entry(side="BOTH"),
            entry(booked=""),
            entry(booked="<BookgDt><Dt>9999-01-01</Dt></BookgDt>"),
            entry(booked="<BookgDt><Dt>soon</Dt></BookgDt>"),
            entry(),
        )
    )
    assert refused.facts["count"] == 7
    assert [str(one) for one in refused.facts["problems"]] == [  # type: ignore[attr-defined]
        "Row 1, Amt “USD”: is not the account's EUR.",
        "Row 2, Amt “1.005”: has too many decimals; EUR has 2.",
        "Row 3, Amt “-1”: has a sign; CdtDbtInd says the direction.",
        "Row 4, CdtDbtInd “BOTH”: is neither CRDT nor DBIT.",
        "Row 5, BookgDt: is missing, and so is ValDt.",
        "Row 6, BookgDt “9999-01-01”: The date lies after 2199-12-31.",
        "Row 7, BookgDt “soon”: is not a date such as 2026-12-31.",
    ]
