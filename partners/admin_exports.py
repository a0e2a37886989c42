"""Every list of the admin as a file: filtered, searched and sorted as it is shown.

The columns are those of the list, in words; an amount gets a column for its currency.
The rows stream from the database, however many there are.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from html import unescape
from itertools import chain, islice
from operator import attrgetter, methodcaller
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from djmoney.money import Money
from unfold.admin import ModelAdmin

from partners.admin_columns import Amount, ShownAmount
from partners.exports import TooManyRows, csv_response, xlsx_response
from partners.tables import Column, Kind, Table

EXPORT_VAR = "_export"
_FILES = {"csv": csv_response, "xlsx": xlsx_response}
_CHUNK = 2000
_LOOKED_AT = 200
_AMOUNTS = (Amount, ShownAmount, Money)
_MARKUP = re.compile("<[^>]*>")


class ListExports(ModelAdmin):
    """A ModelAdmin whose list can be had as CSV and XLSX: `?_export=csv`."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list with links to its files, or one of them."""
        wanted = request.GET.get(EXPORT_VAR, "")
        if request.method == "GET" and wanted:
            return self._export(request, wanted)
        context = {"exports": _links(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def _export(self, request: HttpRequest, wanted: str) -> HttpResponseBase:
        """The file; the list itself for a file or a filter that there is not."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        request.GET = _without(request, EXPORT_VAR, PAGE_VAR)
        back = f"{request.path}?{request.GET.urlencode()}"
        if wanted not in _FILES:
            return HttpResponseRedirect(back)
        try:
            table = exported(self, request)
            return _FILES[wanted](table, f"{table.title} {timezone.localdate()}")
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        except TooManyRows as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(back)


def exported(admin: Any, request: HttpRequest) -> Table:
    """All rows of the list that the request asks for, under its columns.

    Besides what the list itself asks beforehand it is one query, and as many as the
    list's `prefetch_related` needs for each two thousand rows. Raises what the list
    raises for filters that there are not.
    """
    changes = admin.get_changelist_instance(request)
    names = [name for name in changes.list_display if name != "action_checkbox"]
    read = [_reader(admin, name) for name in names]
    found = changes.queryset.iterator(_CHUNK)
    rows: Iterator[list[Any]] = ([get(row) for get in read] for row in found)
    first = list(islice(rows, _LOOKED_AT))
    money = [
        getattr(_shown_by(admin, name), "shows_money", False)
        or any(isinstance(row[place], _AMOUNTS) for row in first)
        for place, name in enumerate(names)
    ]
    return Table(
        title=str(capfirst(admin.opts.verbose_name_plural)),
        columns=list(_columns(admin, names, money)),
        rows=(list(_cells(row, money)) for row in chain(first, rows)),
    )


# --- columns ----------------------------------------------------------------------------


def _columns(admin: Any, names: list[Any], money: list[bool]) -> Iterator[Column]:
    for name, is_money in zip(names, money, strict=True):
        key = name if isinstance(name, str) else name.__name__
        label = capfirst(str(label_for_field(name, admin.model, admin)))
        if is_money:
            currency = f"{key}_currency"
            yield Column(key, label, Kind.MONEY, currency)
            yield Column(currency, _("{amount}: currency").format(amount=label))
        else:
            yield Column(key, label)


def _field(admin: Any, name: Any) -> Any:
    """The model's field that a column shows; None for what is none."""
    try:
        return admin.opts.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return None


def _shown_by(admin: Any, name: Any) -> Any:
    """The function that shows a column; None for a field or property of the row.

    As in Django's lists, a field goes before a function of the admin with its name.
    """
    if callable(name):
        return name
    plain = name == "__str__" or _field(admin, name)
    return None if plain else getattr(admin, name, None)


def _reader(admin: Any, name: Any) -> Callable[[Any], Any]:
    """What gives a column's value for a row, as the list shows it."""
    if function := _shown_by(admin, name):
        read: Callable[[Any], Any] = getattr(function, "exported", None) or function
        return read
    field = _field(admin, name)
    if field is None:
        return partial(_looked_up, admin, name)
    if getattr(field, "choices", None):
        return methodcaller(f"get_{name}_display")
    return attrgetter(name)


def _looked_up(admin: Any, name: str, row: Any) -> Any:
    return lookup_field(name, row, admin)[2]


# --- cells ------------------------------------------------------------------------------


def _cells(row: list[Any], money: list[bool]) -> Iterator[object]:
    for value, is_money in zip(row, money, strict=True):
        if not is_money:
            yield _plain(value)
        elif isinstance(value, _AMOUNTS):
            yield value.amount
            yield str(value.currency)
        else:
            yield None
            yield ""


def _plain(value: Any) -> object:
    """A value as a file says it: without the markup of a page."""
    if isinstance(value, bool | int | Decimal | datetime.date) or value is None:
        return value
    text = str(value)
    if isinstance(value, SafeString):
        text = " ".join(unescape(_MARKUP.sub("", text)).split())
    return None if text == "–" else text


# --- addresses --------------------------------------------------------------------------


def _links(request: HttpRequest) -> list[tuple[str, str]]:
    """The name of each file with its address: of the list as it is shown."""
    asked = _without(request, PAGE_VAR, ERROR_FLAG)
    found = []
    for name in _FILES:
        asked[EXPORT_VAR] = name
        found.append((name.upper(), f"?{asked.urlencode()}"))
    return found


def _without(request: HttpRequest, *names: str) -> Any:
    asked = request.GET.copy()
    for name in names:
        asked.pop(name, None)
    return asked
