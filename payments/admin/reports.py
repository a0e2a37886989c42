"""The pages of reports: one that lists them, and one for each; its files too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from invoices.models import Invoice
from partners.access import Capability
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.exports import csv_response, xlsx_response
from partners.models import Business
from partners.tables import Column, Kind, Table, shown
from payments.admin.report_links import Links, links
from payments.reports.catalogue import REPORTS, Report
from payments.reports.forms import PERIODS, PartnerField, PeriodForm, ReportForm

MOST_SHOWN = 500
_FILES = {"csv": csv_response, "xlsx": xlsx_response}
_RIGHT = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.COUNT)
_LONG = 40
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column on a page: its place in the table, and what stands beneath it there."""

    place: int
    column: Column
    under: tuple[int, Column] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell on a page: what it says, of which money, how it stands, leading where.

    `label` is its heading, for screens that have no place for a table; `under` is what
    stands beneath it.
    """

    text: str
    currency: str
    manner: str
    link: str
    label: str
    under: Cell | None = None


@admin_page("reports/", name="reports", title=_("Reports"), needs=Capability.VIEW)
def reports(request: HttpRequest, business: Business) -> HttpResponseBase:
    """Every report with a sentence."""
    context = {"reports": REPORTS.values(), "business": business}
    return page(request, "admin/reports/list.html", context)


def report_page(
    report: Report, request: HttpRequest, business: Business
) -> HttpResponseBase:
    """What a report asks and, once that is said, what it answers; `format` asks for a
    file of it. Bad parameters are told at their fields."""
    today = business.today(timezone.now())
    form = report.form(request.GET.dict(), business=business, today=today)
    _choose_as_one_types(form)
    wanted = request.GET.get("format", "")
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            table = report.make(business, form.asked())
            if wanted in _FILES:
                return _FILES[wanted](table, f"{business.slug} {table.title}")
            context = _shown(report, form, table)
        except BookError as refusal:
            form.refuse(refusal)
    return page(
        request,
        "admin/reports/report.html",
        {
            "report": report,
            "form": form,
            "periods": _periods(request, form),
            "query": _query(request),
            "unasked": not request.GET,
            **context,
        },
        status=400 if wanted and form.errors else 200,
    )


for _report in REPORTS.values():
    admin_page(
        f"reports/{_report.name}/",
        name=_report.page,
        title=_report.title,
        needs=Capability.VIEW,
    )(partial(report_page, _report))


# --- what the page says -----------------------------------------------------------------


def _shown(report: Report, form: ReportForm, table: Table) -> dict[str, Any]:
    """The first rows as cells; within a transaction, so that they come one by one."""
    with transaction.atomic():
        rows = list(islice(table.rows, MOST_SHOWN + 1))
    names = [column.name for column in table.columns]
    asked, seen = form.asked(), _seen(table, [*rows, *table.totals])

    def proofs(row: Sequence[object]) -> Links:
        return links(report.name, asked, dict(zip(names, row, strict=True)))

    return {
        "table": table,
        "headings": [
            (
                one.column.label,
                one.under[1].label if one.under else "",
                one.column.kind in _RIGHT,
            )
            for one in seen
        ],
        "rows": [_cells(table, seen, row, proofs(row)) for row in rows[:MOST_SHOWN]],
        "totals": [_cells(table, seen, row, {}) for row in table.totals],
        "most": MOST_SHOWN if len(rows) > MOST_SHOWN else 0,
    }


def _seen(table: Table, rows: Sequence[Sequence[object]]) -> list[Shown]:
    """The columns that a page shows: an amount has its currency beside it.

    Those in base currency would repeat the others where all is in base currency; else
    they stand beneath them, as a code beneath its name.
    """
    places = table.currency_places()
    at = {column.name: place for place, column in enumerate(table.columns)}
    base = at.get("base_currency", -1)
    repeats = base in places and all(row[at["currency"]] == row[base] for row in rows)
    shown_at = {
        place: column
        for place, column in enumerate(table.columns)
        if place not in places and column.kind != Kind.KEY
        if not (repeats and places[place] == base)
    }
    under = _under({column.name: place for place, column in shown_at.items()})
    return [
        Shown(place, column, (low, shown_at[low]) if low is not None else None)
        for place, column in shown_at.items()
        if place not in under.values()
        for low in [under.get(place)]
    ]


def _under(at: dict[str, int]) -> dict[int, int]:
    """Of places of columns by name those that stand beneath another, by that one's."""
    found = {}
    for name, place in at.items():
        over = {"code": ("partner", "product")}.get(name, ())
        if name.startswith("base_"):
            bare = name.removeprefix("base_")
            over = (f"{bare}_amount", bare)
        above = next((at[one] for one in over if one in at), None)
        if above is not None:
            found[above] = place
    return found


def _cells(
    table: Table, seen: Sequence[Shown], row: Sequence[object], to: Links
) -> list[Cell]:
    places = table.currency_places()

    def cell(place: int, column: Column, under: Cell | None = None) -> Cell:
        at, value = places[place], row[place]
        currency = "" if at is None or value is None else str(row[at] or "")
        link = to.get(column.name, "") if value else ""
        text = shown(value, currency)
        if _HASH.fullmatch(text):
            text = f"{text[:12]}…"
        manner = _manner(column, value, text)
        return Cell(text, currency, manner, link, str(column.label), under)

    return [
        cell(one.place, one.column, cell(*one.under) if one.under else None)
        for one in seen
    ]


def _manner(column: Column, value: object, text: str) -> str:
    """The classes of a cell: numbers stand right and zeros back, long words wrap."""
    if column.kind in _RIGHT:
        return "right" if value or value is None else "right quiet"
    return "long" if len(text) > _LONG else ""


def _choose_as_one_types(form: ReportForm) -> None:
    """Look for partners by what is typed, rather than list them all."""
    for field in form.fields.values():
        if isinstance(field, PartnerField):
            of = Invoice._meta.get_field("partner")
            widget = AutocompleteSelect(of, admin.site)
            widget.is_required = field.required
            field.widget, field.help_text = widget, ""
            widget.choices = field.choices


def _query(request: HttpRequest) -> str:
    """The address's parameters, for a file of the same."""
    asked = request.GET.copy()
    asked.pop("format", None)
    return asked.urlencode()


def _periods(request: HttpRequest, form: ReportForm) -> list[tuple[str, str, bool]]:
    """For a report over days: each period's name, its address, and whether it is it."""
    if not isinstance(form, PeriodForm):
        return []
    found = []
    days = (form.data.get("since"), form.data.get("until"))
    for period, label in PERIODS.items():
        asked = request.GET.copy()
        for name in ("since", "until", "format"):
            asked.pop(name, None)
        asked["period"] = period.value
        since, until = period.days(form.today)
        here = days == (str(since), str(until))
        found.append((str(label), f"?{asked.urlencode()}", here))
    return found
