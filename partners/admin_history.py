"""What became of a row of master data, in the admin: written down, and shown."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from partners import history
from partners.access import Actor
from partners.admin_access import actor_for, user_of
from partners.models import Business, Change
from partners.models.change import Deed
from partners.tenancy import BusinessRow

_PER_PAGE = 50
_NOTHING = "–"

DEEDS = {
    Deed.MADE: gettext_lazy("made"),
    Deed.CHANGED: gettext_lazy("changed"),
    Deed.DELETED: gettext_lazy("deleted"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words: `fields` are name, before and after."""

    at: datetime.datetime
    actor: str
    deed: str
    part: str
    fields: Sequence[tuple[str, str, str]]


class KeepsHistory(ModelAdmin):
    """A ModelAdmin that writes down what its forms change, and shows it.

    Where saving is a verb's or a deed's, that one writes the history.
    """

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Save the row and its history."""
        before = history.stored(obj)
        super().save_model(request, obj, form, change)
        if self._kept(obj):
            history.write(obj, before, by=_actor(request, obj))

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        """Save the parts and their history, which is the whole's."""
        if formset.model._meta.model_name not in history.KEPT:
            super().save_formset(request, form, formset, change)
            return
        by = _actor(request, form.instance)
        before = {}
        for part in formset.initial_forms:
            if part.has_changed():
                before[part.instance.pk] = history.stored(part.instance)
        for part in formset.deleted_forms:
            if part.instance.pk is not None:
                history.write_deleted(part.instance, by=by)
        super().save_formset(request, form, formset, change)
        for row in formset.new_objects:
            history.write(row, None, by=by)
        for row, _fields in formset.changed_objects:
            history.write(row, before[row.pk], by=by)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What changed from what to what, by whom and when; latest first."""
        row = self.get_object(request, object_id)
        if row is None or not self._kept(row):
            answer: HttpResponse = super().history_view(
                request, object_id, extra_context
            )
            return answer
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        found = _page(request, row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": row},
            "subtitle": None,
            "opts": self.opts,
            "original": row,
            "changes": tell(found[:_PER_PAGE]),
            "older": found[_PER_PAGE - 1].pk if len(found) > _PER_PAGE else None,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/changes.html", context)

    def _kept(self, row: models.Model) -> bool:
        return row._meta.model_name in history.KEPT


def _actor(request: HttpRequest, row: Any) -> Actor:
    business = row if isinstance(row, Business) else row.business
    return actor_for(user_of(request), business)


def _page(request: HttpRequest, row: models.Model) -> list[Change]:
    subject = history.whole(row)
    business_id = (
        subject.pk if isinstance(subject, Business) else getattr(row, "business_id", 0)
    )
    changes = Change.objects.about(
        business_id, str(subject._meta.model_name), subject.pk
    )
    before = request.GET.get("before", "")
    if before:
        if not before.isdecimal() or len(before) > 18:
            raise Http404
        changes = changes.filter(pk__lt=int(before))
    return list(changes[: _PER_PAGE + 1])


# --- in words ---------------------------------------------------------------------------


def tell(changes: Iterable[Change]) -> list[Told]:
    """The changes in people's words; one query for each kind of row referred to."""
    changes = list(changes)
    names = _names(changes)
    return [
        Told(
            at=change.at,
            actor=change.actor,
            deed=str(DEEDS[Deed(change.deed)]),
            part=_part(change),
            fields=[
                (
                    _label(change.model, name),
                    _word(change, name, before, names),
                    _word(change, name, after, names),
                )
                for name, (before, after) in sorted(
                    change.values.items(), key=lambda pair: _place(change, pair[0])
                )
            ],
        )
        for change in changes
    ]


def _models() -> dict[str, type[models.Model]]:
    rooms = ("partners", "invoices", "payments")
    found = (
        model for room in rooms for model in apps.get_app_config(room).get_models()
    )
    return {str(model._meta.model_name): model for model in found}


def _field(model: str, name: str) -> Any:
    try:
        return _models()[model]._meta.get_field(name.removesuffix("_id"))
    except (KeyError, FieldDoesNotExist):
        try:
            return _models()[model]._meta.get_field(name)
        except (KeyError, FieldDoesNotExist):
            return None  # a column of an earlier time


def _place(change: Change, name: str) -> int:
    """Where the field stands in its model; the database sorts names by length."""
    field = _field(change.model, name)
    return field.creation_counter if field is not None else sys.maxsize


def _label(model: str, name: str) -> str:
    field = _field(model, name)
    return str(field.verbose_name) if field is not None else name.replace("_", " ")


def _part(change: Change) -> str:
    if change.model == change.subject:
        return ""
    model = _models().get(change.model)
    kind = str(model._meta.verbose_name) if model else change.model
    return f"{kind} {change.part}"


def _names(changes: Iterable[Change]) -> dict[tuple[type[Any], int], str]:
    """What the rows are called that are referred to, of their own business only."""
    wanted: dict[tuple[type[Any], int], set[int]] = {}
    for change in changes:
        for name, pair in change.values.items():
            field = _field(change.model, name)
            if isinstance(field, models.ForeignKey):
                pks = {pk for pk in pair if isinstance(pk, int)}
                key = field.remote_field.model, change.business_id
                wanted.setdefault(key, set()).update(pks)
    found: dict[tuple[type[Any], int], str] = {}
    for (model, business_id), pks in wanted.items():
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=pks)
        if issubclass(model, BusinessRow):
            rows = rows.filter(business_id=business_id)
        found |= {(model, row.pk): str(row) for row in rows}
    return found


def _word(
    change: Change, name: str, value: Any, names: dict[tuple[type[Any], int], str]
) -> str:
    if value is None or value in ("", []):
        return _NOTHING
    field = _field(change.model, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(field, models.ForeignKey):
        return names.get((field.remote_field.model, value), f"#{value}")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _of_type(field, str(value))


def _of_type(field: Any, text: str) -> str:
    if isinstance(field, models.DecimalField):
        try:
            return str(number_format(Decimal(text).normalize(), use_l10n=True))
        except InvalidOperation:
            return text
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(text)):
        return date_format(moment, "DATETIME_FORMAT")
    return text
