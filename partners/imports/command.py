"""The command line that all imports share: options, dry run, progress and summary."""

from __future__ import annotations

import re
import sys
import textwrap
from abc import abstractmethod
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.utils import timezone

from partners.access import Actor
from partners.imports import mapping
from partners.imports.exceptions import Unusable
from partners.imports.going_over import (
    Asked,
    Done,
    go_over,
    saying_what_stopped_it,
)
from partners.imports.job import Job
from partners.imports.mapping import Layout
from partners.imports.progress import showing
from partners.imports.report import Report
from partners.models import Business
from partners.operators import business_named

_ABOUT = """\
FILE is a CSV file (plain or .gz; comma, semicolon or tab; UTF-8 or Windows-1252) or
an XLSX file, of which the first sheet is read. Its first row names the columns.

The same file can be imported again at any time, also after an import was killed:
what is in the books already is left alone and counted as such. Rows that cannot be
imported are listed with row, column and reason in a report that a spreadsheet opens;
they keep nothing else back. Without --report it is named import-errors-….csv.

A mapping says which column is which field. Without --mapping the shipped one whose
columns the file has is taken: {shipped}. Your own is a TOML file:

  [columns]             # field = "Column", which must be in the file
{columns}
  [optional_columns]    # the same for columns that may be missing
  [defaults]            # field = "text" for empty cells; {{other_field}} is filled in
  [values.FIELD]        # "word in the file" = "word of ours"
  [endings]             # field = [".0"], endings to take off
  [formats]             # dates = ["%d/%m/%Y"], decimal = ",", delimiter = ";"
                        # (without: dates as 2024-12-31, a decimal point)
{rules}
Fields:
{fields}"""


class _Help(DjangoHelpFormatter):
    """Keeps the lines of the text as they are written, long ones aside."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(map(_wrapped, text.splitlines()))


class ImportCommand(BaseCommand):
    """`import_… FILE --business S`; a subclass says what is read and books it."""

    layout: ClassVar[Layout]

    @abstractmethod
    def book(self, job: Job) -> None:
        """Put the job's rows into the books. May raise Unusable."""

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """The parser, with the whole of the mapping explained below the options."""
        epilog = _ABOUT.format(
            shipped=", ".join(self.layout.shipped()),
            columns=_named(dict.fromkeys(self.layout.required, '"…"'), " = "),
            rules=_rules_of(self.layout),
            fields=_named(self.layout.fields, "  "),
        )
        return super().create_parser(
            prog_name, subcommand, formatter_class=_Help, epilog=epilog, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("file", type=Path, metavar="FILE", help="What to import.")
        parser.add_argument("--business", required=True, help="The business's slug.")
        parser.add_argument(
            "--mapping", default="", help="A shipped mapping's name or a TOML file."
        )
        parser.add_argument(
            "--encoding", default="", help="The CSV's encoding, where not recognised."
        )
        parser.add_argument(
            "--report", type=Path, help="The CSV file for the rows that are refused."
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Do it all, say what would happen, and undo it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open, check, import, sum up; CommandError for what cannot begin."""
        business = business_named(options["business"])
        try:
            with saying_what_stopped_it():
                self._import(business, options)
        except Unusable as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Stopped. What is booked stays; running the import again goes on."
            ) from error

    def _import(self, business: Business, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        named = options["mapping"]
        with showing(sys.stderr, path.name) as step:
            asked = Asked(
                business=business,
                path=path,
                layout=self.layout,
                report=self._report(business, path, options),
                step=step,
                by=Actor.operator(business, self._name()),
                now=timezone.now(),
                mapping=mapping.load(named, self.layout) if named else None,
                encoding=options["encoding"],
                dry_run=options["dry_run"],
            )
            done = go_over(asked, self.book)
        self._say(done, dry_run=options["dry_run"])
        summary = done.job.summary
        if summary.rows and not summary.rows_imported + summary.rows_known:
            raise CommandError("Nothing was imported: every row was refused.")

    def _report(
        self, business: Business, path: Path, options: dict[str, Any]
    ) -> Report:
        wanted = options["report"] and Path(options["report"])
        default = Path(f"import-errors-{business.slug}-{path.name.split('.')[0]}.csv")
        inputs = [path, Path(options["mapping"] or path)]
        return Report(wanted or default, always=bool(wanted), inputs=inputs)

    def _name(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def _say(self, done: Done, *, dry_run: bool) -> None:
        job = done.job
        by = f"by the mapping {done.mapping.name}"
        lines = [f"{job.file_name} {by}, {done.seconds:.1f} s"]
        lines += job.summary.lines()
        if job.binding.unread:
            lines.append(f"Columns not read: {', '.join(job.binding.unread)}")
        if job.report.written:
            lines.append(f"Refused rows: {job.report.path}")
        if dry_run:
            lines.append("This was a dry run: nothing has been changed.")
        self.stdout.write("\n".join(lines))


def _wrapped(line: str) -> str:
    """The line, cut to the page, with what follows indented like its beginning."""
    margin = re.match(r"\s*(# )?", line)
    return textwrap.fill(line, 88, subsequent_indent=margin[0] if margin else "")


def _named(words: dict[str, str], between: str) -> str:
    width = max(map(len, words), default=0)
    return "\n".join(
        f"    {name:{width}}{between}{text}" for name, text in words.items()
    )


def _rules_of(layout: Layout) -> str:
    if not layout.rules:
        return ""
    lines = ["  [rules]"]
    for name, rule in layout.rules.items():
        default = f'"{rule.default}"' if isinstance(rule.default, str) else rule.default
        lines.append(f"    {name} = {default}")
        lines.append(f"        # {rule.meaning}")
    return "\n".join([*lines, ""])
