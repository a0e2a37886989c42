"""How amounts, money and history look in the admin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from djmoney.money import Money

from invoices import money
from invoices.models import Event
from partners.admin_columns import Amount, ShownAmount, exported_as, shows_money
from partners.shown_numbers import grouped

_MOST_EVENTS = 100
_HASH, _HASH_SHOWN = re.compile("[0-9a-f]{40,}"), 12


_TONES = {
    "good": {"paid", "done", "sent", "active", "matched", "accepted"},
    "new": {"draft", "received", "queued", "waiting", "open", "pending"},
    "going": {"issued", "approved", "claimed", "offered"},
    "careful": {"partly_paid", "uncertain", "skipped", "held"},
    "ill": {"overdue", "failed", "refused", "disputed"},
}


def badge(word: str) -> SafeString:
    """A state as people say it, in the colour of its tone; what has ended is grey."""
    tones = (tone for tone, states in _TONES.items() if word in states)
    tone = next(tones, "ended")
    return format_html('<span class="badge {}">{}</span>', tone, status_words(word))


def status_words(word: str) -> str:
    """A state as people say it, without its colour."""
    return str(word).replace("_", " ")


def words(value: Decimal, currency: str) -> str:
    """An amount with its currency's decimals, as plain text: `1,234.50 EUR`."""
    return f"{grouped(value, money.exponent(currency))} {currency}"


def amount(value: Decimal | None, currency: str) -> str | SafeString:
    """An amount with its currency's decimals, right-aligned: `1,234.50 EUR`."""
    if value is None:
        return ""
    html = format_html('<span class="amount">{}</span>', words(value, currency))
    return ShownAmount.of(html, value, currency)


def amount_column(field: str, label: str = "") -> Any:
    """A read-only column with a row's amount, for `list_display` and fieldsets."""

    def plainly(row: Any) -> Amount | None:
        value = getattr(row, field)
        return None if value is None else Amount(value, row.currency)

    @shows_money
    @exported_as(plainly)
    @admin.display(description=label or field.replace("_", " "))
    def column(row: Any) -> str | SafeString:
        return amount(getattr(row, field), row.currency)

    column.__name__ = field
    return column


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString:
    """A plain table whose words wrap; a dash without rows."""
    body = [
        (format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),)
        for row in rows
    ]
    if not body:
        return SafeString("–")
    return format_html(
        '<table class="told"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", "<th>{}</th>", ((text,) for text in headings)),
        format_html_join("", "<tr>{}</tr>", body),
    )


def history(row: Model) -> SafeString:
    """What happened to a row: the latest hundred events, newest first; one query."""
    events = Event.objects.about(row).order_by("-id")[:_MOST_EVENTS]
    return table(
        ["When", "Who", "What", "Facts"],
        [
            (f"{event.at:%Y-%m-%d %H:%M:%S} UTC", event.actor, event.verb, said(event))
            for event in events
        ],
    )


def said(event: Event) -> str:
    """An event's facts in one line: `number: INV-7, sent on: 2026-03-10`."""
    return _list_of(event.facts)


def _list_of(facts: Mapping[str, object]) -> str:
    told = ((name, _word(value)) for name, value in facts.items())
    return ", ".join(f"{name.replace('_', ' ')}: {text}" for name, text in told if text)


def _word(value: object) -> str:
    """A fact as people say it; of a hash the beginning, nothing for what is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _list_of(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_word, value)))
    text = "" if value is None else str(value)
    return f"{text[:_HASH_SHOWN]}…" if _HASH.fullmatch(text) else text


def link(row: Model | None) -> str | SafeString:
    """A row's name, leading to its page; a dash for none."""
    if row is None:
        return "–"
    meta = row._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', page, row)


def price(value: Money | None) -> str | SafeString:
    """A unit price with all decimals it has, at least the currency's."""
    if value is None:
        return "–"
    places = max(money.exponent(str(value.currency)), _decimals(value.amount))
    text = f"{grouped(value.amount, places)} {value.currency}"
    html = format_html('<span class="amount">{}</span>', text)
    return ShownAmount.of(html, value.amount, str(value.currency))


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
