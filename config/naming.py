"""Lets the names of models and their fields be translated where people read them.

They are given to Django as plain words, mostly made from the fields' own names, and
wrapped once the models are there: a name that is wrapped in a model's class would be
the same English word, and a migration too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils import translation
from django.utils.translation import gettext_lazy

_ROOMS = ("partners", "invoices", "payments")


def make_names_translatable() -> None:
    """Wrap the names of our models; what is declared stays for migrations."""
    for room in _ROOMS:
        for model in apps.get_app_config(room).get_models():
            meta: Any = model._meta
            meta.verbose_name = gettext_lazy(str(meta.verbose_name))
            meta.verbose_name_plural = gettext_lazy(str(meta.verbose_name_plural))
            for field in _fields(model):
                field.verbose_name = gettext_lazy(str(field.verbose_name))


def names(room: str) -> Iterator[str]:
    """The English names of a room's models and fields, as the catalogues need them."""
    with translation.override("en"):
        for model in apps.get_app_config(room).get_models():
            yield str(model._meta.verbose_name)
            yield str(model._meta.verbose_name_plural)
            yield from (str(field.verbose_name) for field in _fields(model))


def _fields(model: Any) -> list[Any]:
    return [one for one in model._meta.get_fields() if isinstance(one, Field)]
