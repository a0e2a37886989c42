"""The page that reads a bank's file: choose, look, correct, read."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from payments.bank.reading import layout_of
from payments.bank.waiting import hold
from payments.models import BankLine, BankStatement, WaitingFile
from tests.admin_cast import said, signed_in, staff
from tests.books import contents
from tests.factories import AccountFactory, BusinessFactory, actor
from tests.payments.bank.camt import IBAN, OTHER_IBAN, a_file, balance, details, entry

pytestmark = pytest.mark.django_db
CHOOSE, CHECK = "admin:bank_read", "admin:bank_read_check"
CAMT = a_file(
    entry(details=details("Buyer <b>", "INV-1")),
    balances=balance("OPBD", "0") + balance("CLBD", "100"),
)
AMBIGUOUS = b"Date;Amount;Memo\n01/02/2026;1,50;rent\n01/03/2026;-2,00;tape\n"


class Page:
    """Somebody at the page, with one account."""

    def __init__(self, role: str = "accountant") -> None:
        self.business = BusinessFactory(currency="EUR")
        self.account: Any = AccountFactory(business=self.business, iban=IBAN)
        self.user = staff(self.business, role)
        self.client = signed_in(self.user)

    def upload(self, content: bytes, name: str = "march.xml", **data: Any) -> Any:
        file = SimpleUploadedFile(name, content)
        data = {"account": self.account.pk, "file": file} | data
        return self.client.post(reverse(CHOOSE), data, follow=True)

    def post(self, **data: Any) -> Any:
        waiting = WaitingFile.objects.get(user=self.user)
        data = {"sha256": waiting.sha256} | data
        return self.client.post(reverse(CHECK), data, follow=True)

    def layout(self, **data: Any) -> dict[str, Any]:
        """What the form of the layout posts."""
        form = self.client.get(reverse(CHECK)).context["form"]
        return {name: form[name].value() for name in form.fields} | data


def text_of(response: Any) -> str:
    assert response.status_code == 200
    words = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(unescape(words).split())


def test_a_file_is_looked_at_and_then_read() -> None:
    page = Page()
    looked = page.upload(CAMT)
    assert looked.redirect_chain == [(reverse(CHECK), 302)]
    text = text_of(looked)
    assert "New lines 1 Known already 0" in text
    assert "Closing balance 100.00 EUR" in text
    assert "2026-03-10 100.00 EUR Buyer <b> INV-1" in text
    assert "Read 1 line" in text
    assert BankLine.objects.count() == 0

    read = page.post(read="1")

    statement = BankStatement.objects.get()
    assert read.redirect_chain == [
        (f"{reverse('admin:bank')}?statement={statement.pk}", 302)
    ]
    assert said(read) == ["1 line was read."]
    assert "Buyer <b>" in text_of(read)
    assert (statement.actor, WaitingFile.objects.count()) == (page.user.email, 0)


def test_a_csv_file_is_guessed_corrected_read_and_known_the_next_time() -> None:
    page = Page()
    text = text_of(page.upload(AMBIGUOUS, "march.csv"))
    assert "Day and month could be the other way round." in text
    assert "2026-02-01 1.50 EUR rent" in text
    given = page.layout(date_format="%m/%d/%Y", column_counterparty="Memo")
    again = page.post(look="1", **given)
    assert "One column cannot be two things." in text_of(again)
    given |= {"column_counterparty": ""}
    assert "2026-01-02 1.50 EUR rent" in text_of(page.post(look="1", **given))
    assert BankLine.objects.count() == 0
    assert said(page.post(read="1", **given)) == ["2 lines were read."]
    kept = layout_of(page.account)
    assert kept is not None
    assert (kept.date_format, kept.columns) == (
        "%m/%d/%Y",
        {"date": "Date", "amount": "Amount", "text": "Memo"},
    )
    text = text_of(page.upload(AMBIGUOUS + b"01/04/2026;3,00;x\n", "april.csv"))
    assert "As it is kept for this account." in text
    assert "New lines 1 Known already 2" in text
    assert "2026-01-02 1.50 EUR rent already" in text


def test_a_corrected_layout_outlives_a_file_with_wrong_rows() -> None:
    page = Page()
    page.upload(AMBIGUOUS + b"01/14/2026;x;y\n", "march.csv")
    given = page.layout(date_format="%m/%d/%Y")
    assert "Nothing can be read" in text_of(page.post(look="1", **given))
    text = text_of(page.upload(AMBIGUOUS, "better.csv"))
    assert "2026-01-02 1.50 EUR rent" in text
    assert "Day and month" not in text


def test_a_unit_behind_a_heading_is_left_aside() -> None:
    page = Page()
    text = text_of(page.upload(b"Datum;Betrag (GBP)\n10.03.2026;1,50\n", "a.csv"))
    assert "2026-03-10 1.50 EUR" in text


def test_a_delimiter_that_is_corrected_brings_other_columns() -> None:
    page = Page()
    page.upload(b"Date|Amount\n2026-03-10|5\n", "a.csv")
    given = page.layout(delimiter=",", column_date="", column_amount="")
    text = text_of(page.post(look="1", **given))
    assert "Say which column has the date." in text
    assert "Date|Amount" in text


def test_mistakes_are_shown_in_their_rows_and_nothing_is_read() -> None:
    page = Page()
    content = b"Date;Amount\n2026-03-10;<b>\n2026-03-10;1,00\n"
    text = text_of(page.upload(content, "a.csv"))
    assert "Nothing can be read like this" in text
    assert "2 Amount <b> is not an amount; write it as 1234,50" in text
    before = contents()
    assert "Nothing can be read" in text_of(page.post(read="1", **page.layout()))
    assert contents() == before


def test_a_known_file_leads_to_its_statement() -> None:
    page = Page()
    page.upload(CAMT)
    page.post(read="1")
    again = page.upload(CAMT)
    assert "was read already" in text_of(again)
    statement = BankStatement.objects.get()
    there = reverse("admin:payments_bankstatement_change", args=[statement.pk])
    assert there in again.content.decode()


def test_the_iban_of_an_account_is_learned_with_a_tick() -> None:
    page = Page()
    type(page.account).objects.filter(pk=page.account.pk).update(iban="")
    looked = page.upload(CAMT)
    assert f"{IBAN} is the IBAN of" in text_of(looked)
    assert 'id="keep_iban" checked' in looked.content.decode()
    refused = text_of(page.post(read="1"))
    assert "enter it at the account first" in refused
    assert "tick the box beneath the first lines" in refused
    page.post(read="1", keep_iban="on")
    page.account.refresh_from_db()
    assert (page.account.iban, BankLine.objects.count()) == (IBAN, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "is a PDF"),
        (b"", "The submitted file is empty"),
        (b"<html><body>Sign in</body></html>", "is a web page"),
        (b"x" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_banks_file_is_refused_at_once(content: bytes, words: str) -> None:
    page = Page()
    before = contents()
    refused = page.upload(content, "march.csv")
    assert refused.redirect_chain == []
    assert words in text_of(refused)
    assert contents() == before


@pytest.mark.parametrize(
    "content", [a_file(entry(), account=f"<IBAN>{OTHER_IBAN}</IBAN>"), b"\x81\xff\x9d;"]
)
def test_what_cannot_be_read_is_told_on_the_second_page(content: bytes) -> None:
    assert "Nothing can be read like this" in text_of(Page().upload(content))


def test_another_account_or_another_persons_file_is_out_of_reach() -> None:
    page = Page()
    stranger: Any = AccountFactory()
    refused = page.upload(CAMT, account=stranger.pk)
    assert "Select a valid choice" in text_of(refused)
    hold(stranger, CAMT, "a.xml", by=actor(stranger.business))
    assert page.client.get(reverse(CHECK)).headers["Location"] == reverse(CHOOSE)


def test_a_file_that_was_replaced_meanwhile_is_not_read_unseen() -> None:
    page = Page()
    page.upload(CAMT)
    first = WaitingFile.objects.get().sha256
    page.upload(a_file(entry("7")))
    again = page.post(read="1", sha256=first)
    assert "Another file was chosen meanwhile" in said(again)[0]
    assert BankLine.objects.count() == 0


def test_a_file_that_nobody_came_back_for_is_let_go() -> None:
    page = Page()
    page.upload(CAMT)
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    WaitingFile.objects.update(created_at=long_ago)
    by = actor(page.business)
    hold(page.account, CAMT, "mine.xml", by=by)
    assert [file.user_id for file in WaitingFile.objects.all()] == [by.user_id]


@pytest.mark.parametrize("role", ["viewer", "clerk", "approver"])
def test_whoever_may_not_pay_has_no_such_page(role: str) -> None:
    page = Page(role)
    before = contents()
    for name in (CHOOSE, CHECK):
        assert page.client.get(reverse(name)).status_code == 403
        assert page.client.post(reverse(name), {"read": "1"}).status_code == 403
    statements = page.client.get(reverse("admin:payments_bankstatement_changelist"))
    assert "Read a bank's file" not in text_of(statements)
    assert contents() == before


def test_without_an_account_the_page_says_what_to_do() -> None:
    page = Page()
    type(page.account).objects.update(payment_account=False)
    text = text_of(page.client.get(reverse(CHOOSE)))
    assert "No account takes payments yet" in text


def test_lines_are_found_by_words_amount_and_direction() -> None:
    page = Page()
    page.upload(
        a_file(
            entry("1234.50", details=details("Ann", "first")),
            entry("7.00", "DBIT", details=details("Bob", "second", party="Cdtr")),
        )
    )
    page.post(read="1")
    there = reverse("admin:payments_bankline_changelist")
    for query, name in {
        "q=1,234.50": "Ann",
        "q=second": "Bob",
        "q=7": "Bob",
        "q=INFINITY": "",
        "direction=in": "Ann",
        "direction=out": "Bob",
        "state__exact=matched": "",
    }.items():
        found = page.client.get(f"{there}?{query}").context["cl"].result_list
        names = [line.counterparty for line in found]
        assert names == ([name] if name else []), query
