"""Reading a bank's file into the books: each line once, all of it or nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from partners.exceptions import NotAllowed
from payments.bank.reading import keep_layout, layout_of, look, read_statement
from payments.exceptions import BadStatement, StatementKnown
from payments.models import BankLine, BankStatement, CsvLayout
from tests.books import contents, history, refused, row
from tests.factories import (
    AccountFactory,
    BusinessFactory,
    CsvLayoutFactory,
    actor,
)
from tests.payments.bank.camt import IBAN, OTHER_IBAN, a_file, balance, details, entry

DAY = datetime.date(2026, 3, 10)
FILE = a_file(
    entry("100.00", details=details("Buyer", "INV-1")),
    entry("40.00", "DBIT", details=details("Shop", "Tape", party="Cdtr")),
    entry(status="<Sts>PDNG</Sts>"),
    balances=balance("OPBD", "5") + balance("CLBD", "65"),
)


@pytest.fixture
def account(business) -> Any:
    return AccountFactory(business=business, name="Giro", code="1200", iban=IBAN)


@pytest.fixture
def cash(business) -> Any:
    """An account with a layout and no IBAN."""
    account = AccountFactory(business=business, name="Card", code="1300")
    CsvLayoutFactory(account=account, currency="EUR")
    return account


def csv(*rows: str) -> bytes:
    return "\n".join(["date,amount,counterparty,text", *rows]).encode()


def lines(account: Any) -> list[tuple[Any, ...]]:
    found = BankLine.objects.for_business(account.business_id).filter(account=account)
    return list(found.order_by("id").values_list("date", "amount", "text"))


def test_a_file_becomes_a_statement_with_open_lines(account, owner):
    statement = read_statement(account, FILE, "march.xml", by=owner)
    assert row(statement, "sha256") == {
        "account_id": account.pk,
        "format": "camt.053",
        "name": "march.xml",
        "identification": "2026-1",
        "currency": "EUR",
        "opening_balance": Decimal(5),
        "closing_balance": Decimal(65),
        "lines_read": 2,
        "repeated": 0,
        "left_out": 1,
        "first_day": DAY,
        "last_day": DAY,
        "actor": owner.name,
    }
    first = statement.lines.get(position=1)
    assert row(first, "fingerprint") == {
        "statement_id": statement.pk,
        "account_id": account.pk,
        "position": 1,
        "date": DAY,
        "value_date": None,
        "amount": Decimal("100.00"),
        "currency": "EUR",
        "counterparty": "Buyer",
        "iban": "",
        "text": "INV-1",
        "end_to_end": "",
        "bank_reference": "",
        "state": "open",
        "payment_id": None,
        "payment_made": False,
        "charge": Decimal(0),
        "reason": "",
        "decided_by": "",
        "decided_at": None,
        "version": 1,
    }
    facts = {
        "file": "march.xml",
        "sha256": statement.sha256,
        "lines": 2,
        "repeated": 0,
        "came_in": "100.00",
        "went_out": "-40.00",
        "currency": "EUR",
    }
    assert history(statement) == [("statement.read", facts)]


def test_the_same_file_again_is_refused_with_the_earlier_statement(account, owner):
    earlier = read_statement(account, FILE, "march.xml", by=owner)
    with refused(StatementKnown, "file") as caught:
        read_statement(account, FILE, "again.xml", by=owner)
    assert caught.value.facts["statement"] == earlier
    assert "its 2 lines are there" in caught.value.message


def test_statements_that_share_days_bring_each_line_once(cash, owner):
    one, same, two = "2026-03-10,5,A,x", "2026-03-10,7,B,y", "2026-03-11,5,A,x"
    read_statement(cash, csv(one, same, same), "1.csv", by=owner)
    second = read_statement(cash, csv(two, same, one, same, same), "2.csv", by=owner)
    assert (second.lines_read, second.repeated) == (2, 3)
    assert sorted(lines(cash)) == [
        (DAY, 5, "x"),
        (DAY, 7, "y"),
        (DAY, 7, "y"),
        (DAY, 7, "y"),
        (datetime.date(2026, 3, 11), 5, "x"),
    ]


def test_the_banks_own_reference_knows_a_line_however_it_is_worded(account, owner):
    words = [details("Buyer", text) for text in ("INV-1", "INV-1 EREF")]
    first, second = (a_file(entry(details=w, reference="R1")) for w in words)
    read_statement(account, first, "1.xml", by=owner)
    again = read_statement(account, second, "2.xml", by=owner)
    assert (again.lines_read, again.repeated) == (0, 1)
    other = a_file(entry("99", details=words[0], reference="R1"))
    assert read_statement(account, other, "3.xml", by=owner).lines_read == 1


def test_two_accounts_may_have_the_same_line(cash, owner):
    other = CsvLayoutFactory(account__business=cash.business, currency="EUR").account
    for account in (cash, other):
        read = read_statement(account, csv("2026-03-10,5,A,x"), "1.csv", by=owner)
        assert read.lines_read == 1


def test_a_file_of_another_account_is_refused(account, owner):
    foreign = a_file(entry(), account=f"<IBAN>{OTHER_IBAN}</IBAN>")
    numbered = a_file(entry(), account="<Othr><Id>0099887766</Id></Othr>")
    for content in (foreign, numbered):
        with refused(BadStatement, "account") as caught:
            read_statement(account, content, "a.xml", by=owner)
        assert IBAN in caught.value.message
    own = a_file(entry(), account="<Othr><Id>00532013000</Id></Othr>")
    assert read_statement(account, own, "a.xml", by=owner).lines_read == 1


def test_an_account_without_iban_learns_it_only_when_told_to(cash, owner):
    with refused(BadStatement, "keep_iban") as caught:
        read_statement(cash, FILE, "a.xml", by=owner)
    assert f"the file is of {IBAN}" in caught.value.message
    statement = read_statement(cash, FILE, "a.xml", by=owner, keep_iban=True)
    cash.refresh_from_db()
    assert cash.iban == IBAN
    assert history(statement)[0][1]["learned_iban"] == IBAN


def test_whoever_may_not_pay_reads_nothing(account, business):
    stranger = actor(BusinessFactory())
    for by in (actor(business, "clerk"), actor(business, "viewer"), stranger):
        with refused(NotAllowed):
            read_statement(account, FILE, "a.xml", by=by)
        with refused(NotAllowed):
            keep_layout(CsvLayout(business=business, account=account), by=by)


def test_an_account_that_takes_no_payments_is_refused(business, owner):
    account = AccountFactory(business=business, payment_account=False)
    with refused(BadStatement, "account"):
        read_statement(account, FILE, "a.xml", by=owner)


def test_a_csv_file_needs_a_layout_and_all_of_its_rows(account, cash, owner):
    with refused(BadStatement, "layout"):
        read_statement(account, csv("2026-03-10,5,A,x"), "a.csv", by=owner)
    with refused(BadStatement, "file") as caught:
        content = csv("2026-03-10,5,A,x", "soon,5,A,x")
        read_statement(cash, content, "a.csv", by=owner)
    assert caught.value.facts["count"] == 1


def test_looking_changes_nothing_and_says_what_reading_would_do(cash, owner):
    read_statement(cash, csv("2026-03-10,5,A,x"), "1.csv", by=owner)
    before = contents()
    sight = look(cash, csv("2026-03-10,5,A,x", "2026-03-10,6,A,x"), "2", by=owner)
    assert (len(sight.fresh), sight.repeated, sight.learns_iban) == (1, 1, False)
    assert contents() == before


def test_a_layout_is_kept_in_place_of_the_one_before(cash, business, owner):
    columns = {"date": "D", "amount": "A"}
    new = CsvLayout(business=business, account=cash, delimiter=";", columns=columns)
    keep_layout(new, by=owner)
    kept = layout_of(cash)
    assert kept is not None
    assert (kept.delimiter, kept.columns, kept.currency) == (";", columns, "")
    assert CsvLayout.objects.for_business(business).count() == 1


def test_ten_thousand_lines_are_one_copy(cash, owner, django_assert_max_num_queries):
    rows = [f"2026-03-10,{n}.50,Buyer {n},INV-{n}" for n in range(1, 10_001)]
    with django_assert_max_num_queries(12):
        statement = read_statement(cash, csv(*rows), "big.csv", by=owner)
    assert statement.lines_read == BankLine.objects.for_business(cash.business).count()
    assert BankStatement.objects.get(pk=statement.pk).repeated == 0
