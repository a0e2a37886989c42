"""CSV files of banks: what is read by a layout, and everything that is refused."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.imports.exceptions import BadCell
from payments.bank.files.amounts import amount_reader
from payments.bank.files.csv_files import read_csv
from payments.bank.files.guessing import guess_layout
from payments.bank.files.kinds import kind_of
from payments.bank.files.movement import FileRead, Movement
from payments.exceptions import BadStatement
from payments.models import CsvLayout
from tests.factories import AccountFactory

GERMAN = (
    "Umsatzanzeige;Datei erstellt am: 11.03.2026\n"
    "\n"
    "Buchungstag;Valutadatum;Auftraggeber/Empfänger;IBAN;Verwendungszweck;Betrag;Währung\n"
    '10.03.26;11.03.26;Müller GmbH;DE89 3704 0044 0532 0130 00;"INV-7; März";1.234,50;EUR\n'
    "10.03.26;;Bank;;Gebühren;-5,00;EUR\n"
    "10.03.26;;Bank;;Abschluss;0,00;EUR\n"
)
ENGLISH = (
    "Posting Date,Description,Debit,Credit,Reference Number\n"
    '03/25/2026,"Card, shop",12.00,,R1\n'
    '03/26/2026,Deposit,,"1,000.00",NONREF\n'
    "03/26/2026,Back,-3,,R3\n"
)


def layout(**values: Any) -> CsvLayout:
    columns = {"date": "Date", "amount": "Amount", "text": "Text"}
    return CsvLayout(**{"columns": columns} | values)


def read(content: str | bytes, **values: Any) -> FileRead:
    content = content.encode() if isinstance(content, str) else content
    return read_csv(content, "a.csv", layout(**values), "EUR")


def guessed(content: str | bytes, currency: str = "EUR") -> tuple[FileRead, Any]:
    content = content.encode() if isinstance(content, str) else content
    guess = guess_layout(content, AccountFactory.build(business_id=1))
    return read_csv(content, "a.csv", guess.layout, currency), guess


def movement(position: int, day: int, amount: str, **values: Any) -> dict[str, Any]:
    date = datetime.date(2026, 3, day)
    usual: dict[str, Any] = {"currency": "EUR", "amount": Decimal(amount), "date": date}
    return asdict(Movement(position=position, **usual | values))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_file_is_guessed_and_read(encoding: str) -> None:
    file, guess = guessed(GERMAN.encode(encoding))
    assert [asdict(one) for one in file.movements] == [
        movement(
            4,
            10,
            "1234.50",
            value_date=datetime.date(2026, 3, 11),
            counterparty="Müller GmbH",
            iban="DE89370400440532013000",
            text="INV-7; März",
        ),
        movement(5, 10, "-5.00", counterparty="Bank", text="Gebühren"),
    ]
    assert (file.left_out, guess.doubts, guess.layout.lines_before) == (1, (), 2)
    assert (guess.layout.delimiter, guess.layout.decimal_mark) == (";", ",")
    assert guess.layout.date_format == "%d.%m.%y"


def test_an_english_file_with_two_columns_of_amounts_is_guessed_and_read() -> None:
    file, guess = guessed(ENGLISH)
    assert [asdict(one) for one in file.movements] == [
        movement(2, 25, "-12.00", text="Card, shop", bank_reference="R1"),
        movement(3, 26, "1000.00", text="Deposit"),
        movement(4, 26, "-3.00", text="Back", bank_reference="R3"),
    ]
    assert guess.layout.columns == {
        "date": "Posting Date",
        "credit": "Credit",
        "debit": "Debit",
        "text": "Description",
        "bank_reference": "Reference Number",
    }
    assert (guess.layout.date_format, guess.doubts) == ("%m/%d/%Y", ())


@pytest.mark.parametrize(
    ("content", "doubts"),
    [
        (
            "Date,Amount\n01/02/2026,1.00\n",
            ("Day and month could be the other way round.",),
        ),
        ("Date,Amount\n24.12.2026,1.00\nsoon,1.00\n", ()),
        (
            "When,How much\n1,2\n",
            (
                "No column was recognised as the date.",
                "No column was recognised as the amount.",
                "The dates are in no format that was recognised.",
            ),
        ),
    ],
)
def test_what_cannot_be_told_is_a_doubt(content: str, doubts: tuple[str]) -> None:
    guess = guess_layout(content.encode(), AccountFactory.build(business_id=1))
    assert guess.doubts == doubts


def test_the_header_may_stand_on_another_line_than_before() -> None:
    rows = "Bank\nfrom,to\nText,Date,Amount\nx,2026-03-10,5\n"
    [only] = read(rows, lines_before=0).movements
    assert asdict(only) == movement(4, 10, "5.00", text="x")


HEADER = "Date,Amount,Text\n"
WEB_PAGE = "<!DOCTYPE html><html><body>Please sign in</body></html>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf  \n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04...", "Excel workbook"),
        (b"\x1f\x8b...", "compressed"),
        (b":20:STARTUMS\n:25:1/2\n", "MT940"),
        (WEB_PAGE.encode(), "web page"),
        (f"\n <html><head>{'x' * 99}".encode(), "web page"),
        (b"a" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(BadStatement, match=words) as caught:
        kind_of(content, "a.csv")
    assert caught.value.field == "file"


@pytest.mark.parametrize(
    ("content", "values", "field", "words"),
    [
        (HEADER.encode() + b"2026-03-10,1,\xff", {}, "encoding", "not written in utf-8"),
        (HEADER + "2026-03-10,1,\0", {}, "file", "null characters"),
        (HEADER, {}, "file", "a header and no rows"),
        ("Date,Text\n1,2\n", {}, "columns", "“Amount” not at all"),
        ("Date,Amount,Text,text\n1,2,3,4\n", {}, "columns", "“Text” 2 times"),
        ("\n\n", {}, "lines_before", "no header in line 1"),
        (HEADER, {"delimiter": "x"}, "delimiter", "'x' is none"),
        (HEADER, {"encoding": "rot13"}, "encoding", "'rot13' is none"),
        (HEADER, {"decimal_mark": "'"}, "decimal_mark", "is none"),
        (HEADER, {"lines_before": 51}, "lines_before", "Between 0 and 50"),
        (HEADER, {"date_format": "%d.%m"}, "date_format", "a month and a year"),
        (HEADER, {"date_format": "%"}, "date_format", "a month and a year"),
        (HEADER, {"currency": "XX"}, "currency", "ISO 4217"),
        (HEADER, {"columns": []}, "columns", "Columns are named for"),
        (HEADER, {"columns": {"colour": "x"}}, "columns", "Columns are named for"),
        (HEADER, {"columns": {"amount": "x"}}, "columns", "which column has the date"),
        (HEADER, {"columns": {"date": "x"}}, "columns", "which column has the amount"),
        (HEADER, {"columns": {"date": "x", "amount": "X"}}, "columns", "two things"),
        (HEADER + "1,2,3\n" * 100_100, {}, "file", "more than 100,000 rows"),
        (HEADER + '1,2,"' + "x" * 132_000, {}, "file", "quotation mark"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_a_whole_is_refused(
    content: Any, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(BadStatement, match=words) as caught:
        read(content, **values)
    assert caught.value.field == field


def test_all_rows_that_are_wrong_are_told_with_place_and_remedy() -> None:
    rows = [
        "2026-03-10,1.00,ok,EUR",
        "2026-03-10,1.005,,EUR",
        "10.03.2026,1.00,,EUR",
        "9999-12-31,1.00,,EUR",
        "2026-03-10,ten,,EUR",
        "2026-03-10,,,EUR",
        "2026-03-10,1.00,,USD",
        "2026-03-10,1.00",
        "2026-03-10,1.00,a,EUR,b",
        "2026-03-10,99999999999999,,EUR",
        "2026-03-10,1.00,fine,EUR,",
    ]
    columns = {"date": "Date", "amount": "Amount", "text": "T", "currency": "Ccy"}
    with pytest.raises(BadStatement) as caught:
        read("Date,Amount,T,Ccy\n" + "\n".join(rows), columns=columns)
    assert caught.value.facts["count"] == 9
    assert [str(one) for one in caught.value.facts["problems"]] == [  # type: ignore[attr-defined]
        "Row 3, Amount “1.005”: has too many decimals; EUR has 2.",
        "Row 4, Date “10.03.2026”: is not a date; dates look like 2026-12-31.",
        "Row 5, Date “9999-12-31”: The date lies after 2199-12-31.",
        "Row 6, Amount “ten”: is not an amount; write it as 1234.50.",
        "Row 7, Amount: is empty; write the amount of the row.",
        (
            "Row 8, Ccy “USD”: is not EUR, which the account is kept in; export the "
            "movements of each currency by themselves."
        ),
        (
            "Row 9, the row: has 2 cells, the header 4; look for a delimiter in a text "
            "without quotation marks, or a closing line."
        ),
        (
            "Row 10, the row: has 5 cells, the header 4; look for a delimiter in a text "
            "without quotation marks, or a closing line."
        ),
        (
            "Row 11, Amount “99999999999999”: is too large; an amount stays below "
            "10,000,000,000,000."
        ),
    ]


def test_of_many_mistakes_the_first_hundred_are_told_and_all_are_counted() -> None:
    with pytest.raises(BadStatement) as caught:
        read(HEADER + "soon,1,x\n" * 250)
    assert caught.value.facts["count"] == 250
    assert len(caught.value.facts["problems"]) == 100  # type: ignore[arg-type]
    assert caught.value.message.startswith("The file has 250 mistakes, so nothing")


@given(
    st.integers(-(10**14), 10**14),
    st.sampled_from([".", ","]),
    st.sampled_from(["", "same", " ", "\u00a0", "'", "\u2019"]),
    st.sampled_from(["-{}", "{}-", "\u2212{}", "- {}"]),
    st.sampled_from(["{}", "{} EUR", "EUR {}", "€ {}", "{} €", " {} "]),
)
def test_every_spelling_of_an_amount_is_that_amount(
    cents: int, mark: str, group: str, minus: str, around: str
) -> None:
    group = {".": ",", ",": "."}[mark] if group == "same" else group
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", group) + f"{mark}{rest:02}"
    text = around.format(minus.format(text) if cents < 0 else text)
    assert amount_reader(mark, "EUR")(text) == Decimal(cents) / 100


@given(st.text(max_size=12) | st.from_regex(r"[0-9.,' +-]{1,12}", fullmatch=True))
def test_no_text_is_read_as_an_amount_that_it_is_not(text: str) -> None:
    try:
        amount = amount_reader(",", "EUR")(text)
    except BadCell:
        return
    assert amount == round(amount, 2)
    digits = "".join(sign for sign in text if sign.isdigit())
    assert digits.strip("0") in f"{abs(amount):f}".replace(".", "")


@pytest.mark.parametrize(
    "text",
    ["1.23", "12.34,00", "1.2345", "1,234,5", "--1", "-1-", "1e3", "NaN", "1 23", "٣"],
)
def test_a_wrong_mark_or_group_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        amount_reader(",", "EUR")(text)
