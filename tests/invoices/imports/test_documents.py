"""Imported documents are the documents that the verbs would have made."""

from __future__ import annotations

import datetime
import zoneinfo
from decimal import Decimal

import pytest

from invoices.models import ExchangeRate, Invoice, Product
from invoices.querysets import Kind
from partners.models import Partner
from tests.books import history, parts, row
from tests.factories import (
    BusinessFactory,
    PartnerFactory,
    ProductFactory,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    an_issued_invoice,
)
from tests.importing import a_csv, an_xlsx, run

pytestmark = pytest.mark.django_db

D = Decimal
DATE = datetime.date(2024, 5, 6)
HEADER = [
    "invoice_no",
    "date",
    "due_date",
    "currency",
    "currency_rate",
    "discount",
    "po_so_no",
    "memo",
    "reference",
    "customer_code",
    "product",
    "description",
    "quantity",
    "unit_price",
    "tax",
]
LINE_COLUMNS = [
    "position",
    "product_id",
    "description",
    "quantity",
    "unit_price",
    "tax_id",
    "amount",
    "discount",
    "tax_amount",
    "total",
    "credited_line_id",
]
TAX_COLUMNS = [
    "tax_id",
    "component_id",
    "code",
    "name",
    "rate",
    "compound",
    "base",
    "amount",
]
MINIMAL = ["invoice_no", "date", "customer", "product", "quantity", "unit_price"]
DRAFTS = """
[columns]
document = "no"
date = "date"
partner_name = "customer"
quantity = "quantity"
unit_price = "price"
[formats]
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
decimal = ","
[rules]
arrive_as = "draft"
numbers = "series"
payment_terms_days = 14
"""


def imported(business, number) -> Invoice:
    return Invoice.objects.for_business(business).get(number=number)


def whole(document: Invoice):
    """Everything that is stored of a document, but what is its own."""
    own = ["number", "reference", "import_key", "version", "issued_at"]
    own.append("responsible_id")  # an operator is no person
    stored = {name: str(value) for name, value in row(document, *own).items()}
    lines = [list(map(str, line)) for line in parts(document, "lines", *LINE_COLUMNS)]
    taxes = [list(map(str, tax)) for tax in parts(document, "taxes", *TAX_COLUMNS)]
    return stored, lines, taxes


@pytest.fixture
def books(business):
    """A customer, two products and a tax of two parts."""
    tax = TaxFactory(business=business, code="QC", rate=5)
    a_component(tax, D("9.975"), position=2, compound=True)
    return {
        "business": business,
        "partner": PartnerFactory(business=business, code="C1"),
        "product": ProductFactory(business=business, code="P1"),
        "other": ProductFactory(business=business, code="P2", name="Plain"),
        "tax": tax,
    }


def rows_of(number, **heads):
    """Three lines with taxes, discount and two products, as a file has them."""
    head = {
        "date": "2024-05-06",
        "due_date": "2024-06-05",
        "currency": "EUR",
        "currency_rate": "1.0825",
        "discount": "7.5",
        "po_so_no": "PO 7",
        "memo": "Thanks\tfor \\ buying;\n“soon” again",
        "customer_code": "C1",
    } | heads
    lines = [
        {"product": "P1", "quantity": "3", "unit_price": "19.99", "tax": "QC"},
        {"product": "P2", "description": "", "quantity": "-1", "unit_price": "0.335"},
        {
            "description": "By hand",
            "quantity": "0.25",
            "unit_price": "100",
            "tax": "QC",
        },
    ]
    return [
        [{"invoice_no": number, **head, **line}.get(name, "") for name in HEADER]
        for line in lines
    ]


def the_same_by_hand(books, **overrides):
    return {
        "partner": books["partner"],
        "date": DATE,
        "due_date": datetime.date(2024, 6, 5),
        "currency": "EUR",
        "currency_rate": D("1.0825"),
        "discount_percent": D("7.5"),
        "purchase_order": "PO 7",
        "memo": "Thanks\tfor \\ buying;\n“soon” again",
        "lines": [
            a_line(
                3, "19.99", product=books["product"], tax=books["tax"], description=""
            ),
            a_line(-1, "0.335", product=books["other"], description=""),
            a_line("0.25", 100, tax=books["tax"], description="By hand"),
        ],
    } | overrides


@pytest.mark.parametrize("make", [a_csv, an_xlsx])
def test_an_imported_document_is_the_one_the_verbs_make(tmp_path, books, make):
    business = books["business"]
    file = make(tmp_path / "file", [HEADER, *rows_of("OLD-1")])
    said = run("import_invoices", file, business)
    issued = an_issued_invoice(business, **the_same_by_hand(books, number="X"))
    document = imported(business, "OLD-1")
    assert whole(document) == whole(issued)
    issued.number = "OLD-1"
    issued.index()
    assert set(document.search.split()) == set(issued.search.split())
    assert said[4:] == [
        "1 invoices",
        "0 credit notes",
        "3 lines",
        "0 new partners",
        "0 new products",
        "84.63 EUR sum of the line amounts, credit notes taken off",
    ]


def test_a_credit_note_of_the_native_columns_stands_by_itself(tmp_path, books):
    business = books["business"]
    rows = [[*HEADER, "kind"], *[[*line, "credit_note"] for line in rows_of("CN-1")]]
    run("import_invoices", a_csv(tmp_path / "f.csv", rows), business)
    by_hand = the_same_by_hand(books, kind=Kind.CREDIT_NOTE)
    issued = an_issued_invoice(business, **by_hand)
    assert whole(imported(business, "CN-1")) == whole(issued)


def test_issued_documents_have_their_own_moment_and_a_history(tmp_path):
    business = BusinessFactory(time_zone="America/New_York")
    rows = [
        MINIMAL,
        ["A", "2024-05-06 08:26:00", "Ann", "P1", "2", "1.50"],
        ["A", "2024-05-06 08:27:00", "Ann", "P2", "1", "1"],
        ["B", "2024-05-06", "Ann", "P2", "1", "1"],
        ["A", "2024-05-06", "Ann", "P1", "1", "1"],
        ["C", "2024-05-07T01:00:00+00:00", "Ann", "P1", "1", "1"],
    ]
    run("import_invoices", a_csv(tmp_path / "old.csv", rows), business)
    zone = zoneinfo.ZoneInfo("America/New_York")
    first, second, third = (imported(business, number) for number in "ABC")
    assert first.issued_at == datetime.datetime(2024, 5, 6, 8, 26, tzinfo=zone)
    assert second.issued_at == datetime.datetime(2024, 5, 6, tzinfo=zone)
    assert (third.date, third.due_date) == (DATE, DATE)
    ((verb, facts),) = history(first)
    assert verb == "invoice.imported"
    assert len(facts.pop("fingerprint")) == 32
    assert facts == {
        "number": "A",
        "total": "5.00",
        "currency": "USD",
        "file": "old.csv",
        "rows": "2-3, 5",
    }


def test_drafts_arrive_as_the_verb_drafts_them(tmp_path, business):
    mapping = tmp_path / "ours.toml"
    mapping.write_text(DRAFTS)
    rows = [
        ["no", "date", "customer", "quantity", "price"],
        ["7", "06/05/2024", "Ann", "2", "1,505"],
        ["8", "06/05/2024 17:00", "Ann", "1", "9"],
    ]
    file = a_csv(tmp_path / "f.csv", rows, delimiter=";")
    run("import_invoices", file, business, mapping=mapping)
    first, second = Invoice.objects.for_business(business).order_by("pk")
    by_hand = a_draft(
        business,
        partner=first.partner,
        date=DATE,
        due_date=datetime.date(2024, 5, 20),
        lines=[a_line(2, "1.505", description="")],
    )
    assert whole(first) == whole(by_hand)
    assert (first.number, first.issued_at) == ("", None)
    assert (second.import_key, second.total) == ("ours:8", D(9))


def test_new_partners_and_products_are_made_as_the_first_row_says(tmp_path, business):
    rows = [
        [*MINIMAL, "customer_code", "customer_email", "country", "description"],
        [
            "A",
            "2024-05-06",
            "Ann",
            "P1",
            "1",
            "5",
            "C1",
            "ann@example.com",
            "DE",
            "Cup",
        ],
        ["A", "2024-05-06", "Ann", "P2", "1", "-5", "C1", "", "", ""],
        [
            "B",
            "2024-05-06",
            "Other",
            "P1",
            "1",
            "7",
            "C1",
            "b@example.com",
            "FR",
            "Mug",
        ],
        ["C", "2024-05-06", "Bob", "", "1", "7", "", "", "", "No product"],
    ]
    said = run("import_invoices", a_csv(tmp_path / "f.csv", rows), business)
    assert said[7:9] == ["2 new partners", "2 new products"]
    ann, bob = Partner.objects.for_business(business).order_by("pk")
    expected = PartnerFactory(
        code="C1",
        name="Ann",
        email="ann@example.com",
        billing_line1="",
        billing_city="",
        billing_country="DE",
    )
    assert row(ann) == row(expected)
    assert (bob.name, bob.code, bob.is_customer) == ("Bob", "", True)
    cup, other = Product.objects.for_business(business).order_by("pk")
    made = ProductFactory(
        code="P1", name="Cup", selling_price=D(5), price_currency="USD"
    )
    assert row(cup) == row(made)
    assert (other.name, other.selling_price.amount) == ("P2", 0)
    words = [line.description for line in imported(business, "A").lines.all()]
    assert words == ["Cup", "P2"]


def test_the_rate_of_a_foreign_currency_is_looked_up(tmp_path, business):
    ExchangeRate.objects.create(
        business=business, currency="EUR", date=DATE, rate=D("1.25"), source="Test"
    )
    rows = [
        [*MINIMAL, "currency"],
        ["A", "2024-05-06", "Ann", "P1", "1", "5", "eur"],
        ["B", "2024-05-05", "Ann", "P1", "1", "5", "EUR"],
    ]
    said = run("import_invoices", a_csv(tmp_path / "f.csv", rows), business)
    assert imported(business, "A").currency_rate == D("1.25")
    assert said[3:5] == ["  1 refused", "    1 no exchange rate"]


def test_a_linked_credit_note_counts_against_its_invoice(tmp_path, business):
    header = [*MINIMAL, "kind", "credited_invoice_no"]
    first = ["A", "2024-05-06", "Ann", "P1", "10", "5", "invoice", ""]
    run("import_invoices", a_csv(tmp_path / "1.csv", [header, first]), business)
    rows = [
        header,
        ["N1", "2024-05-07", "Ann", "P1", "4", "5", "credit_note", "A"],
        ["B", "2024-05-07", "Ann", "P1", "1", "5", "invoice", ""],
        ["N2", "2024-05-08", "Ann", "P1", "1", "5", "Credit note", "B"],
        ["N3", "2024-05-08", "Ann", "P1", "7", "5", "credit_note", "A"],
        ["N4", "2024-05-08", "Bob", "P1", "1", "5", "credit_note", "A"],
        ["N5", "2024-05-05", "Ann", "P1", "1", "5", "credit_note", "A"],
        ["N6", "2024-05-08", "Ann", "P1", "1", "5", "credit_note", "Z"],
        ["N7", "2024-05-08", "Ann", "P1", "1", "5", "invoice", "A"],
    ]
    said = run("import_invoices", a_csv(tmp_path / "2.csv", rows), business)
    assert said[1:4] == [
        "  3 imported",
        "  0 already in the books",
        "  5 refused",
    ]
    a, b, n1, n2 = (imported(business, number) for number in ("A", "B", "N1", "N2"))
    assert (a.amount_credited, a.credit_applied, a.balance) == (20, 20, 30)
    assert (b.amount_credited, b.credit_applied, b.balance) == (5, 5, 0)
    assert (n1.credited_invoice, n1.credit_applied, n1.balance) == (a, 20, 0)
    assert (n2.credited_invoice, n2.balance) == (b, 0)
    assert [verb for verb, _ in history(a)] == ["invoice.imported", "invoice.credited"]
    assert [verb for verb, _ in history(b)] == ["invoice.imported", "invoice.credited"]
