"""What cannot be booked is reported by row and reason, and keeps nothing else back."""

from __future__ import annotations

import datetime

import pytest
from django.core.management.base import CommandError

from invoices.imports import grouping
from invoices.models import Invoice, Product
from partners.models import Partner
from tests.books import contents
from tests.factories import BusinessFactory, PartnerFactory, TaxFactory
from tests.importing import a_csv, reported, run

pytestmark = pytest.mark.django_db

HEADER = ["invoice_no", "date", "customer", "product", "quantity", "unit_price"]
RETAIL = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]
WHOLE = "another row of this document is refused"


def good(number, *, date="2024-05-06", customer="Ann"):
    return [number, date, customer, "P1", "1", "5"]


def importing(tmp_path, business, rows, **options):
    """Import rows; returns the summary and the report."""
    file = a_csv(tmp_path / "f.csv", rows)
    report = tmp_path / "report.csv"
    said = run("import_invoices", file, business, report=report, **options)
    return said, reported(report)


def numbers(business):
    found = Invoice.objects.for_business(business).order_by("pk")
    return list(found.values_list("number", flat=True))


def test_a_bad_row_refuses_its_document_and_no_other(tmp_path, business):
    rows = [
        HEADER,
        good("A"),
        ["B", "2024-05-06", "New", "P7", "1", "5"],
        ["B", "2024-05-06", "New", "P8", "1,5", "five"],
        ["B", "2024-05-06", "Old", "P8", "1", "5"],
        good("C"),
    ]
    said, report = importing(tmp_path, business, rows)
    assert said[:5] == [
        "5 rows read",
        "  2 imported",
        "  0 already in the books",
        "  3 refused",
        "    3 customer differs from the document's first row",
    ]
    number = "is not a number; write it as 1234.50"
    assert report == [
        ("3", "B", "", "", WHOLE),
        ("4", "B", "quantity", "1,5", f"{number}; {number}"),
        ("5", "B", "customer", "Old", "differs from the document's first row"),
    ]
    assert numbers(business) == ["A", "C"]
    assert [p.name for p in Partner.objects.for_business(business)] == ["Ann"]
    assert [p.code for p in Product.objects.for_business(business)] == ["P1"]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("date", "", "is empty; write it as 2024-12-31"),
        ("date", "31.12.2024", "is not a date; write it as 2024-12-31"),
        ("date", "1066-10-14", "The date lies before 1900-01-01."),
        ("due_date", "2024-05-05", "The due date lies before the date."),
        ("quantity", "1e3", "is not a number; write it as 1234.50"),
        ("quantity", "", "is empty; write it as 1234.50"),
        (
            "quantity",
            "0.0000001",
            "Use a number below 1000000000000 with at most 6 deci",
        ),
        (
            "unit_price",
            "9" * 13,
            "Use a number below 1000000000000 with at most 6 deci",
        ),
        ("unit_price", "NaN", "is not a number; write it as 1234.50"),
        ("currency", "XXY", "is no ISO 4217 currency code"),
        ("discount", "101", "The discount is 0 to 100 percent."),
        ("kind", "receipt", "is none of invoice, credit_note"),
        ("tax", "NONE", "is no tax of this business"),
        ("tax", "LATE", "LATE has no rate on 2024-05-06."),
        ("currency_rate", "2", "The rate of the base currency USD is 1."),
        ("memo", "x" * 2001, "has more than 2000 characters"),
        ("product", "x" * 61, "has more than 60 characters"),
        ("customer", "", "the document names no customer"),
        ("customer", "x" * 201, "Ensure this value has at most 200 characters"),
        ("country", "Germany", "Use an ISO 3166 code such as DE."),
        ("customer_email", "nobody", "Enter a valid email address."),
        ("credited_invoice_no", "Z", "is not in the books; its rows must come before"),
    ],
)
def test_a_cell_that_will_not_do_is_told_with_its_reason(
    tmp_path, business, column, value, reason
):
    TaxFactory(business=business, code="LATE", rate=0)
    header = dict.fromkeys([*HEADER, "due_date", "kind", column], "")
    row = dict(zip(HEADER, good("A"), strict=True)) | {column: value}
    if column == "credited_invoice_no":
        row["kind"] = "credit_note"
    rows = [list(header), [row.get(name, "") for name in header]]
    before = contents()
    _, ((number, document, told_column, told_value, told),) = importing(
        tmp_path, business, rows
    )
    assert (number, document) == ("2", "A")
    assert told.startswith(reason)
    if told_column:
        expected = (
            "customer_code" if reason == "the document names no customer" else column
        )
        assert told_column in (expected, "partner_code")
        assert told_value == value
    assert _without_masters(contents()) == _without_masters(before)


def _without_masters(tables):
    # A refusal at the last step leaves the partner and the product it was about.
    masters = {"partners.Partner", "invoices.Product", "partners.Change"}
    return {name: rows for name, rows in tables.items() if name not in masters}


def test_rows_of_the_wrong_width_and_without_a_number_are_told(tmp_path, business):
    rows = [HEADER, good("A")[:4], ["", *good("")[1:]], [*good("B"), "more"], good("C")]
    said, report = importing(tmp_path, business, rows)
    assert report == [
        ("3", "", "", "", "no document number"),
        ("2", "A", "", "", report[1][4]),
        ("4", "B", "", "", "not as many cells as the header"),
    ]
    assert said[3:6] == [
        "  3 refused",
        "    2 not as many cells as the header",
        "    1 no document number",
    ]
    assert numbers(business) == ["C"]


def test_a_closed_period_is_respected(tmp_path):
    business = BusinessFactory(closed_through=datetime.date(2024, 5, 31))
    rows = [HEADER, good("A"), good("B", date="2024-06-01")]
    said, report = importing(tmp_path, business, rows)
    assert said[4] == "    1 period closed"
    assert report[0][:4] == ("2", "A", "date", "2024-05-06")
    assert numbers(business) == ["B"]


def test_a_partner_to_whom_nothing_is_sold_is_refused(tmp_path, business):
    PartnerFactory(business=business, name="Ann", is_customer=False)
    said, _ = importing(
        tmp_path, business, [HEADER, good("A"), good("B", customer="Bob")]
    )
    assert said[4] == "    1 not a customer"
    assert numbers(business) == ["B"]


def test_rows_that_return_after_their_document_was_closed_are_refused(
    tmp_path, business, monkeypatch
):
    monkeypatch.setattr(grouping, "_OPEN_DOCUMENTS", 3)
    monkeypatch.setattr(grouping, "CHUNK_ROWS", 2)
    rows = [good(number) for number in ["A", "B", "A", "C", "D", "E", "A", "F", "A"]]
    _, report = importing(tmp_path, business, [HEADER, *rows])
    assert [line[:2] for line in report] == [("8", "A"), ("10", "A")]
    assert "sort the file by invoice_no" in report[0][4]
    assert numbers(business) == ["A", "B", "C", "D", "E", "F"]
    assert Invoice.objects.for_business(business).get(number="A").lines.count() == 2


def test_a_document_of_too_many_rows_is_refused(tmp_path, business, monkeypatch):
    monkeypatch.setattr(grouping, "MOST_LINES", 3)
    rows = [good("A") for _ in range(5)]
    said, report = importing(tmp_path, business, [HEADER, *rows, good("B")])
    assert said[:5] == [
        "6 rows read",
        "  1 imported",
        "  0 already in the books",
        "  5 refused",
        "    5 the document has more than 3 rows",
    ]
    assert len(report) == 5
    assert numbers(business) == ["B"]


def test_the_same_number_with_another_content_is_refused(tmp_path, business):
    importing(tmp_path, business, [HEADER, good("A")])
    before = contents()
    changed = [*good("A")[:-1], "6"]
    said, report = importing(tmp_path, business, [HEADER, changed])
    assert said[4] == "    1 number taken by a different document"
    assert report[0][:4] == ("2", "A", "invoice_no", "A")
    assert contents() == before


def retail(number, quantity, price, *, words="CUP", customer="17850.0", country="EIRE"):
    return [
        number,
        "P1",
        words,
        quantity,
        "2010-12-01 08:26:00",
        price,
        customer,
        country,
    ]


def test_the_rules_of_the_retail_mapping(tmp_path, business):
    rows = [
        RETAIL,
        retail("536365", "2", "2.555"),
        retail("536365", "1", "0", words=""),
        retail("536366", "1", "3", customer=""),
        retail("C536367", "-2", "2.50"),
        retail("536368", "-5", "0", words="", customer=""),
        retail("A536369", "1", "-100", customer="", words="Adjust bad debt"),
        retail("536370", "3", "0", customer=""),
    ]
    said, report = importing(tmp_path, business, rows)
    assert report == [
        ("6", "536368", "", "", "a stock movement: below nought and without a price")
    ]
    found = Invoice.objects.for_business(business).order_by("pk")
    assert [
        (doc.number, doc.kind, doc.partner.name, str(doc.total)) for doc in found
    ] == [
        ("536365", "invoice", "Customer 17850", "5.11"),
        ("536366", "invoice", "Cash sales", "3.00"),
        ("C536367", "credit_note", "Customer 17850", "5.00"),
        ("A536369", "credit_note", "Cash sales", "100.00"),
        ("536370", "invoice", "Cash sales", "0.00"),
    ]
    customer = Partner.objects.for_business(business).get(code="17850")
    assert customer.billing_country == "IE"
    assert said[-2] == ("-96.89 USD sum of the line amounts, credit notes taken off")


def test_a_mapping_can_decide_otherwise(tmp_path, business):
    own = tmp_path / "own.toml"
    own.write_text(
        """
        [columns]
        document = "InvoiceNo"
        date = "InvoiceDate"
        quantity = "Quantity"
        unit_price = "UnitPrice"
        description = "Description"
        partner_code = "CustomerID"
        partner_country = "Country"
        [values.partner_country]
        EIRE = "IE"
        [rules]
        without_partner = "Cash {partner_country}"
        below_zero = "refuse"
        stock_movements = "import"
        price_nought = "refuse"
        without_description = "refuse"
        """
    )
    rows = [
        RETAIL,
        retail("1", "2", "2", customer=""),
        retail("2", "-5", "0"),
        retail("3", "-1", "5"),
        retail("4", "1", "0"),
        retail("5", "1", "1", words=""),
    ]
    _, report = importing(tmp_path, business, rows, mapping=own)
    assert [line[1:] for line in report] == [
        ("3", "", "", "the document sums up below nought"),
        ("4", "UnitPrice", "0", "is nought"),
        ("5", "Description", "", "is empty"),
    ]
    assert numbers(business) == ["1", "2"]
    cash = Partner.objects.for_business(business).get(code="")
    assert (cash.name, cash.billing_country) == ("Cash IE", "IE")


def test_what_cannot_begin_changes_nothing(tmp_path, business):
    issued = tmp_path / "issued.toml"
    issued.write_text(
        '[columns]\ndocument = "invoice_no"\ndate = "date"\nquantity = "quantity"\n'
        'unit_price = "unit_price"\n[rules]\nnumbers = "series"\n'
    )
    before = contents()
    for rows, options, said in [
        ([["Foo"], ["1"]], {}, "No shipped mapping fits"),
        ([HEADER[1:]], {"mapping": "native"}, "no column invoice_no"),
        ([HEADER, good("A")], {"mapping": issued}, "only drafts leave them out"),
        ([HEADER, good("A")], {"encoding": "ascii7"}, "no encoding ascii7"),
    ]:
        with pytest.raises(CommandError, match=said):
            run("import_invoices", a_csv(tmp_path / "f.csv", rows), business, **options)
    assert contents() == before
