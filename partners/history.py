"""The history of master data: each change a row that says what was what before.

It is written by the deeds themselves, in their transaction, because they know who does
it: through API, import and command as well as in the admin. No secret is written down,
only that it was another one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from partners import prepared
from partners.access import Actor
from partners.models import Business, Change
from partners.models.change import Deed

Values = Mapping[str, object]

MASKED = "•••"
KEPT = frozenset(
    {
        "account",
        "apikey",
        "business",
        "cost",
        "costcategory",
        "documentsettings",
        "exchangerate",
        "mailtemplate",
        "membership",
        "partner",
        "partneralias",
        "product",
        "project",
        "reminderrule",
        "tax",
        "taxcomponent",
        "taxrate",
        "webhookendpoint",
    }
)
"""The models whose every change is written down, by name."""
SECRET = {"digest", "secret", "bounce_secret", "password", "hint", "token"}
_UNTOLD = {"id", "business_id", "created_at", "updated_at", "version", "search"} | {
    "seen_on"
}
_PART_OF = {
    "partneralias": "partner",
    "taxcomponent": "tax",
    "taxrate": "component",
}
"""Which rows are parts of another, by the foreign key that leads there."""


def snapshot(row: models.Model) -> dict[str, object]:
    """What the row says now, in memory: to be taken before it is changed."""
    return {
        # Of money only the amount: the currency is a field by itself.
        field.attname: getattr(value := getattr(row, field.attname), "amount", value)
        for field in row._meta.concrete_fields
        if field.attname not in _UNTOLD
    }


def stored(row: models.Model) -> dict[str, object] | None:
    """What the row says in the books, None for one that is new; one query."""
    if row._state.adding:  # noqa: SLF001 - Django's own name for it
        return None
    rows: models.QuerySet[Any] = models.QuerySet(type(row))
    if not isinstance(row, Business):
        rows = rows.filter(business_id=_business_id(row))
    found = rows.filter(pk=row.pk).first()
    return None if found is None else snapshot(found)


def write(row: models.Model, before: Values | None, *, by: Actor) -> None:
    """Say what a saved row is now and was before; None for a row that is new.

    One insert, none where nothing is different. Call it in the deed's transaction.
    """
    deed = Deed.MADE if before is None else Deed.CHANGED
    after = snapshot(row)
    if before is None or _different(before, after):
        prepared.insert([of(row, deed, before or {}, after, by=by)])


def write_made(rows: Iterable[models.Model], *, by: Actor) -> None:
    """Say what many new rows are. One insert."""
    prepared.insert([of(row, Deed.MADE, {}, snapshot(row), by=by) for row in rows])


def write_deleted(*rows: models.Model, by: Actor) -> None:
    """Say what rows were that are deleted; call it before that. One insert."""
    prepared.insert([of(row, Deed.DELETED, snapshot(row), {}, by=by) for row in rows])


def of(
    row: models.Model,
    deed: Deed,
    before: Values,
    after: Values,
    *,
    by: Actor,
    at: datetime.datetime | None = None,
) -> Change:
    """The same, unsaved: for an import, which writes many at once."""
    subject, kind = whole(row), _kind(row)
    values = _different(before, after)
    # That it is a part of the whole needs no saying.
    values.pop(f"{_PART_OF.get(kind)}_id", None)
    return Change(
        business_id=_business_id(row),
        at=at or timezone.now(),
        user_id=by.user_id,
        actor=by.name,
        deed=deed,
        subject=_kind(subject),
        subject_id=subject.pk,
        model=kind,
        part="" if subject is row else str(row)[:200],
        values=values,
    )


def whole(row: models.Model) -> models.Model:
    """What the row is a part of, or itself."""
    while (field := _PART_OF.get(_kind(row))) is not None:
        row = getattr(row, field)
    return row


def _different(before: Values, after: Values) -> dict[str, list[object]]:
    """The fields with both values, as JSON; empty ones of new rows are left out."""
    found = {}
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        whole_row = not before or not after
        if was == now or (whole_row and not was and not now):
            continue
        found[name] = [_plain(name, was), _plain(name, now)]
    return found


def _plain(name: str, value: object) -> object:
    if name in SECRET:
        return MASKED if value else None
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return str(value)


def _kind(row: models.Model) -> str:
    model = row._meta.concrete_model or type(row)
    return str(model._meta.model_name)


def _business_id(row: models.Model) -> int:
    if isinstance(row, Business):
        return row.pk
    business_id: int = row.business_id  # type: ignore[attr-defined]
    return business_id
