"""`import_statement`: files from the command line, by the same verb as the admin."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from payments.models import BankLine, CsvLayout
from tests.books import contents
from tests.factories import AccountFactory
from tests.payments.bank.camt import IBAN, a_file, balance, entry

pytestmark = pytest.mark.django_db
CAMT = a_file(entry(), balances=balance("OPBD", "0") + balance("CLBD", "100"))
GERMAN = "Buchungstag;Betrag;Verwendungszweck\n24.03.26;1.000,00;INV-1\n"


class Run:
    """What a command printed, and its error."""

    def __init__(self, *args: object, **options: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.error = ""
        try:
            call_command(
                "import_statement", *map(str, args), stdout=out, stderr=err, **options
            )
        except CommandError as error:
            self.error = str(error)
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def account(business) -> Any:
    business.currency = "EUR"
    business.save()
    return AccountFactory(business=business, code="1200", iban=IBAN)


@pytest.fixture
def given(business, account, tmp_path) -> Any:
    """Runs the command over files with these contents, named in order."""

    def run(*files: bytes | str, **options: Any) -> Run:
        paths = []
        for number, content in enumerate(files, start=1):
            paths.append(tmp_path / f"{number}.txt")
            raw = content.encode() if isinstance(content, str) else content
            paths[-1].write_bytes(raw)
        named = {"business": business.slug, "account": "1200"} | options
        return Run(*paths, **named)

    return run


def test_files_are_read_one_by_one_and_told(given):
    run = given(CAMT, CAMT, b"%PDF", GERMAN)
    assert run.out.splitlines()[0] == (
        "[1/4] 1.txt: 1 lines read, 0 known already, 0 left out, 2026-03-10 to "
        "2026-03-10, 100.00 EUR at the end"
    )
    assert run.out.splitlines()[1].startswith("[2/4] 2.txt was read already, on ")
    assert run.out.splitlines()[2:] == [
        (
            "[4/4] 4.txt: read by this guess, which is kept: date = “Buchungstag”, "
            "amount = “Betrag”, text = “Verwendungszweck”; dates as %d.%m.%y, decimal "
            "mark ,, utf-8"
        ),
        (
            "[4/4] 4.txt: 1 lines read, 0 known already, 0 left out, 2026-03-24 to "
            "2026-03-24"
        ),
    ]
    assert run.err.startswith("[3/4] 3.txt: 3.txt is a PDF")
    assert run.error == "Nothing was read of 3.txt; see above."
    assert BankLine.objects.count() == 2
    assert CsvLayout.objects.get().delimiter == ";"


def test_a_dry_run_says_the_same_and_changes_nothing(given):
    before = contents()
    run = given(GERMAN, dry_run=True)
    assert "1 lines read" in run.out
    assert run.out.endswith("This was a dry run: nothing has been changed.\n")
    assert (run.error, contents()) == ("", before)


def test_mistakes_are_listed_and_counted(given):
    rows = "".join(f"24.03.26;ten;{n}\n" for n in range(30))
    before = contents()
    run = given(GERMAN + rows)
    said = run.err.splitlines()
    assert "30 mistakes, so nothing was read. Row 3, Betrag “ten”" in said[0]
    assert (len(said), said[-1]) == (21, "  … and 10 more")
    assert contents() == before


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("Date,Amount\n01/02/2026,5\n", {}, "Day and month could be the other way"),
        (a_file(entry(), account="<IBAN>GB29NWBK60161331926819</IBAN>"), {}, "GB29"),
        (CAMT, {"account": "9"}, "no account with the code 9. Accounts for payments:"),
        (CAMT, {"business": "no"}, "No business has the slug no"),
    ],
)
def test_what_cannot_begin_says_the_remedy(given, content, options, words):
    before = contents()
    run = given(content, **options)
    assert words in run.err + run.error
    assert contents() == before


def test_a_file_that_is_not_there_and_one_that_is_too_large(
    business, account, tmp_path
):
    large = tmp_path / "large.csv"
    with Path(large).open("wb") as file:
        file.truncate(21 << 20)
    run = Run(tmp_path / "no.xml", large, business=business.slug, account="1200")
    assert "No such file" in run.err
    assert "larger than 20 MB" in run.err


def test_the_iban_is_learned_on_request(given, account):
    type(account).objects.filter(pk=account.pk).update(iban="")
    assert "has no IBAN" in given(CAMT).err
    assert given(CAMT, keep_iban=True).error == ""
    account.refresh_from_db()
    assert account.iban == IBAN
