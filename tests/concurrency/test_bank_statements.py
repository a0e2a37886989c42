"""Bank files read by several at once: no line twice, and whoever loses is told."""

from __future__ import annotations

from functools import partial

import pytest

from payments.bank.reading import read_statement
from payments.models import BankLine, BankStatement
from tests.concurrency.racing import race, refusals
from tests.factories import AccountFactory, BusinessFactory, CsvLayoutFactory, actor

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


def csv(first: int, count: int) -> bytes:
    rows = [f"2026-03-10,{n},A,x" for n in range(first, first + count)]
    return "\n".join(["date,amount,counterparty,text", *rows]).encode()


def test_one_file_uploaded_by_many_is_read_once() -> None:
    business = BusinessFactory()
    account = CsvLayoutFactory(account__business=business, currency="EUR").account
    by = actor(business)
    deed = partial(read_statement, account, csv(1, 50), "a.csv", by=by)

    outcomes = race(*[[deed]] * THREADS)

    assert refusals(outcomes) == ["StatementKnown"] * (THREADS - 1)
    assert BankStatement.objects.for_business(business).count() == 1
    assert BankLine.objects.for_business(business).count() == 50


def test_files_that_overlap_bring_no_line_twice() -> None:
    business = BusinessFactory()
    account = AccountFactory(business=business)
    CsvLayoutFactory(account=account, currency="EUR")
    by = actor(business)
    deeds = [
        partial(read_statement, account, csv(1 + n * 10, 50), f"{n}.csv", by=by)
        for n in range(THREADS)
    ]

    outcomes = race(*[[deed] for deed in deeds])

    assert refusals(outcomes) == []
    lines = BankLine.objects.for_business(business)
    assert sorted(lines.values_list("amount", flat=True)) == list(range(1, 81))
    read = BankStatement.objects.for_business(business)
    assert sum(one.lines_read for one in read) == 80
    assert sum(one.repeated for one in read) == 120
