"""Print a report, or write it to a file: what the admin's pages show."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import IO, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.utils import timezone
from rich import box
from rich.console import Console
from rich.table import Table as Shown

from partners.exceptions import BookError
from partners.exports import csv_chunks, write_xlsx
from partners.models import Business
from partners.operators import business_named
from partners.tables import Kind, Table, shown
from payments.reports.catalogue import REPORTS, Report
from payments.reports.forms import PERIODS

_ABOUT = """\
Reports and what they ask (days are written as 2026-03-10):

{reports}
Instead of --since and --until a report over days takes --period with one of
{periods}.

For example:
  manage.py report tax --business acme --period last_quarter
  manage.py report sales-by-product --business acme --since 2026-01-01 \\
      --until 2026-03-31 --format csv --output sales.csv
  manage.py report statement --business acme --partner C-17 --format xlsx \\
      --output statement.xlsx

A table is for reading; CSV has the rows alone, XLSX the totals and notes too."""
_WIDTH = 200


class _Help(DjangoHelpFormatter):
    """Keeps the lines of the text as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text


class Command(BaseCommand):
    """`report NAME --business S [what it asks] [--format F] [--output FILE]`."""

    help = "Print a report of a business, or write it as a CSV or XLSX file."

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """The parser, with all reports below the options."""
        return super().create_parser(
            prog_name,
            subcommand,
            formatter_class=_Help,
            epilog=_about(),
            **kwargs,
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options; those of all reports together."""
        parser.add_argument("name", choices=REPORTS, metavar="NAME", help="See below.")
        parser.add_argument("--business", required=True, help="The business's slug.")
        parser.add_argument("--format", choices=["table", "csv", "xlsx"])
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="Default: to the terminal."
        )
        for name in _all_fields():
            parser.add_argument(_option(name), metavar="…", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the books and write the answer."""
        business = business_named(options["business"])
        report = REPORTS[options["name"]]
        given = {
            name: options[name] for name in _all_fields() if options[name] is not None
        }
        table = _table(report, business, given)
        output: Path | None = options["output"]
        form = options["format"] or _form_of(output)
        try:
            if output is None:
                self._print(table, form)
            else:
                _write(table, form, output)
        except BookError as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error}.") from error

    def _print(self, table: Table, form: str) -> None:
        if form == "xlsx":
            raise CommandError("An XLSX file is no text: name it with --output.")
        if form == "csv":
            for chunk in csv_chunks(table):
                self.stdout.write(chunk.decode("utf-8-sig"), ending="")
            return
        width = None if sys.stdout.isatty() else _WIDTH
        console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]
        console.print(_for_reading(table), *table.notes, sep="\n", markup=False)


def _table(report: Report, business: Business, given: dict[str, str]) -> Table:
    """The answer. Raises CommandError that names what is wrong with the question."""
    unasked = [_option(name) for name in given if name not in report.form.base_fields]
    if unasked:
        raise CommandError(
            f"The report {report.name} does not ask for {', '.join(unasked)}; "
            f"it asks for {', '.join(map(_option, report.form.base_fields))}."
        )
    today = business.today(timezone.now())
    form = report.form(given, business=business, today=today)
    if form.is_valid():
        try:
            return report.make(business, form.asked())
        except BookError as refusal:
            form.refuse(refusal)
    raise CommandError(
        "\n".join(
            f"{'' if name == NON_FIELD_ERRORS else f'{_option(name)}: '}"
            f"{' '.join(map(str, errors))}"
            for name, errors in form.errors.items()
        )
    )


def _form_of(output: Path | None) -> str:
    """What a file's name says it is."""
    ending = output.suffix.lower().lstrip(".") if output else ""
    return ending if ending in ("csv", "xlsx") else "table"


def _write(table: Table, form: str, output: Path) -> None:
    with output.open("wb") as file:
        if form == "csv":
            file.writelines(csv_chunks(table))
        elif form == "xlsx":
            write_xlsx(table, file)
        else:
            _write_text(table, file)


def _write_text(table: Table, file: IO[bytes]) -> None:
    console = Console(width=_WIDTH, file=None)
    with console.capture() as caught:
        console.print(_for_reading(table), *table.notes, sep="\n", markup=False)
    file.write(caught.get().encode())


def _for_reading(table: Table) -> Shown:
    """The table with lines around its cells."""
    places = table.currency_places()
    grid = Shown(title=table.title, box=box.SIMPLE, title_justify="left")
    seen = [n for n, column in enumerate(table.columns) if column.kind != Kind.KEY]
    for place in seen:
        column = table.columns[place]
        right = column.kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.COUNT)
        grid.add_column(str(column.label), justify="right" if right else "left")
    for rows in (table.rows, table.totals):
        for row in rows:
            currencies = ["" if at is None else str(row[at] or "") for at in places]
            grid.add_row(*(_plain(row[place], currencies[place]) for place in seen))
        grid.add_section()
    return grid


def _plain(value: object, currency: str) -> str:
    return shown(value, currency).replace("[", r"\[")


# --- help -------------------------------------------------------------------------------


def _about() -> str:
    return _ABOUT.format(
        reports="\n".join(map(_teaching, REPORTS.values())),
        periods=", ".join(period.value for period in PERIODS),
    )


def _teaching(report: Report) -> str:
    """A report's name, its sentence, and its options with what they mean."""
    fields = report.form.base_fields.items()
    options = [f"    {_option(name):12}{_meaning(field)}" for name, field in fields]
    return "\n".join([f"  {report.name}: {report.says}", *options, ""])


def _all_fields() -> list[str]:
    names = (name for report in REPORTS.values() for name in report.form.base_fields)
    return list(dict.fromkeys(names))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _meaning(field: forms.Field) -> str:
    """What a field is called, the words it takes, and what helps."""
    if field.widget.is_hidden:
        return f"{field.label} (one of those below)"
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else []
    named = not isinstance(field, forms.ModelChoiceField)
    words = " | ".join(str(value) for value, _ in choices if named)
    label = f"{field.label}: {words}" if words else str(field.label)
    return f"{label} ({field.help_text})" if field.help_text else label
