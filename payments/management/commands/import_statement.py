"""Read banks' files into the books from the command line."""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.db import transaction

from invoices.models import Account
from partners.access import Actor
from partners.exceptions import BookError
from partners.models import Business
from partners.operators import business_named
from payments.bank.files.guessing import Guess, guess_layout
from payments.bank.files.kinds import kind_of
from payments.bank.files.movement import MOST_BYTES
from payments.bank.reading import keep_layout, layout_of, read_statement
from payments.exceptions import BadStatement, StatementKnown
from payments.models import BankStatement, CsvLayout, StatementFormat

_MOST_TOLD = 20
_ABOUT = """\
FILE is a bank's statement: CAMT.053 (XML), or CSV. The kind is told by the content.

The same file can be read again at any time, and files may share days: what the
account has already is left alone and counted as such. A file with any mistake brings
nothing; its mistakes are printed with row, column and remedy. The other files are
read all the same, and the command ends with exit status 1.

A CSV file is read by the layout that is kept for the account (see it in the admin
under CSV layouts). Where none is kept yet, it is guessed from the headings, printed,
and kept. A guess that leaves a doubt is refused: read that file once on the admin's
page “Read a bank's file”, where the layout can be corrected.

A file that says which account it is of is refused for another one: it is compared
with the account's IBAN. --keep-iban writes down the file's IBAN at an account that
has none.

The lines then wait in the admin, under Bank statements, to be matched.

  import_statement --business acme --account 1200 2026-03.xml
  import_statement --business acme --account 1200 --dry-run downloads/*.csv"""


class _Help(DjangoHelpFormatter):
    """Keeps the lines of the text as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return textwrap.indent(text, indent)


class Command(BaseCommand):
    """`import_statement --business S --account CODE FILE...`: exit status 1 where a
    file could not be read."""

    help = "Read bank statements (CAMT.053 or CSV) of one account, each line once."

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """The parser, with all that is to be known below the options."""
        return super().create_parser(
            prog_name, subcommand, formatter_class=_Help, epilog=_ABOUT, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument(
            "files", type=Path, nargs="+", metavar="FILE", help="What to read."
        )
        parser.add_argument("--business", required=True, help="The business's slug.")
        parser.add_argument(
            "--account", required=True, metavar="CODE", help="The account's code."
        )
        parser.add_argument(
            "--keep-iban",
            action="store_true",
            help="Write down the file's IBAN at an account that has none.",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Do it all, say what would happen, and undo it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read each file by itself; CommandError at the end where any failed."""
        business = business_named(options["business"])
        account = _account(business, options["account"])
        paths: list[Path] = options["files"]
        failed = []
        for number, path in enumerate(paths, start=1):
            place = f"[{number}/{len(paths)}] " if len(paths) > 1 else ""
            try:
                for line in self._read(account, path, options):
                    self.stdout.write(f"{place}{path.name}: {line}")
            except StatementKnown as known:
                self.stdout.write(f"{place}{known.message}")
            except BookError as refusal:
                failed.append(path.name)
                self._tell(f"{place}{path.name}", refusal)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing has been changed.")
        if failed:
            raise CommandError(f"Nothing was read of {', '.join(failed)}; see above.")

    def _read(
        self, account: Account, path: Path, options: dict[str, Any]
    ) -> Iterator[str]:
        content = _content(path)
        by = Actor.operator(account.business, "import_statement")
        guess = _guess(account, content, path.name)
        layout = None if guess is None else guess.layout
        with transaction.atomic():
            statement = read_statement(
                account,
                content,
                path.name,
                by=by,
                layout=layout,
                keep_iban=options["keep_iban"],
            )
            if layout is not None:
                keep_layout(layout, by=by)
            transaction.set_rollback(options["dry_run"])
        if layout is not None:
            yield f"read by this guess, which is kept: {_told(layout)}"
        yield _counts(statement)

    def _tell(self, name: str, refusal: BookError) -> None:
        self.stderr.write(f"{name}: {refusal.message}")
        problems: Any = refusal.facts.get("problems", ())
        for problem in problems[1:_MOST_TOLD]:
            self.stderr.write(f"  {problem}")
        left = int(str(refusal.facts.get("count", 0))) - _MOST_TOLD
        if left > 0:
            self.stderr.write(f"  … and {left:,} more")


def _account(business: Business, code: str) -> Account:
    accounts = Account.objects.for_business(business)
    account = accounts.filter(code=code).select_related("business").first()
    if account is None:
        known = accounts.filter(payment_account=True).exclude(code="")
        told = ", ".join(str(each) for each in known[:20])
        raise CommandError(
            f"{business.slug} has no account with the code {code}. "
            f"Accounts for payments: {told or 'none with a code'}."
        )
    return account


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            most = f"{path} is larger than {MOST_BYTES >> 20} MB"
            raise BadStatement(f"{most}: export shorter periods.", field="file")
        return path.read_bytes()
    except OSError as error:
        raise BadStatement(
            f"{path} cannot be read: {error.strerror or error}.", field="file"
        ) from error


def _guess(account: Account, content: bytes, name: str) -> Guess | None:
    """How a CSV file is read whose layout is not kept yet; BadStatement for a doubt."""
    if kind_of(content, name) is not StatementFormat.CSV or layout_of(account):
        return None
    guess = guess_layout(content, account)
    if guess.doubts:
        raise BadStatement(
            f"How {name} is written cannot be told for certain. "
            f"{' '.join(guess.doubts)} Read it once on the admin's page “Read a "
            "bank's file”, which keeps the layout.",
            field="layout",
        )
    return guess


def _told(layout: CsvLayout) -> str:
    columns = ", ".join(f"{name} = “{of}”" for name, of in layout.columns.items())
    return (
        f"{columns}; dates as {layout.date_format}, decimal mark "
        f"{layout.decimal_mark}, {layout.encoding}"
    )


def _counts(statement: BankStatement) -> str:
    words = [
        f"{statement.lines_read:,} lines read",
        f"{statement.repeated:,} known already",
        f"{statement.left_out:,} left out",
    ]
    if statement.first_day is not None:
        words.append(f"{statement.first_day} to {statement.last_day}")
    if statement.closing_balance is not None:
        words.append(f"{statement.closing_balance:,} {statement.currency} at the end")
    return ", ".join(words)
