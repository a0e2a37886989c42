"""Why a document of a file cannot be booked, told row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from invoices.imports.grouping import Rows
from partners.exceptions import BookError
from partners.imports.binding import Binding
from partners.imports.report import Refusal

_OTHERS = "another row of this document is refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong; `row` is the place among the document's rows, None for all.

    `group` is the reason without the document's own words.
    """

    reason: str
    row: int | None = None
    field: str = ""
    group: str = ""


class Refused(Exception):
    """The document is not booked; its rows go into the report."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].reason)
        self.problems = problems


def from_books(error: BookError, binding: Binding) -> Refused:
    """What the books themselves refuse, in the words of a file."""
    field, row = error.field, None
    if field.startswith("lines."):
        _, place, field = f"{field}.".split(".", 2)
        row, field = int(place), field.rstrip(".")
    field = field if field in binding.mapping.layout.fields else ""
    return Refused(Problem(error.message, row, field, error.code.replace("_", " ")))


def refusals(
    rows: Rows, problems: Sequence[Problem], binding: Binding
) -> Iterator[Refusal]:
    """One line of the report for every row; all count under the first problem."""
    group = _group(problems[0], binding)
    by_row: dict[int, list[Problem]] = {}
    whole = [problem for problem in problems if problem.row is None]
    for problem in problems:
        if problem.row is not None:
            by_row.setdefault(problem.row, []).append(problem)
    for place, number in enumerate(rows.numbers):
        told = by_row.get(place) or whole or [Problem(_OTHERS)]
        field = told[0].field
        yield Refusal(
            number,
            rows.key,
            "; ".join(problem.reason for problem in told),
            group,
            binding.column_of(field) if field else "",
            binding.text(rows.picked[place], field) if field else "",
        )


def _group(problem: Problem, binding: Binding) -> str:
    if problem.group or not problem.field:
        return problem.group or problem.reason
    return f"{binding.column_of(problem.field)} {problem.reason}"
