"""Looking at whole books: what is in every table, and that a refusal left it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from invoices.models import Event, Invoice
from partners.exceptions import BookError

ROOMS = ("partners", "invoices", "payments")


def our_models() -> list[type[models.Model]]:
    """Every model of the three rooms that has a table of its own."""
    models_of = (apps.get_app_config(room).get_models() for room in ROOMS)
    return [model for some in models_of for model in some if not model._meta.proxy]


def tenant_models() -> list[type[models.Model]]:
    """Those whose rows belong to a business."""
    shared = {"partners.User", "partners.Business"}
    # Of people at the door, whoever they work for.
    shared |= {"partners.SignIn", "partners.Attempts"}
    shared |= {"partners.SecondFactor", "partners.RecoveryCode"}
    return [model for model in our_models() if model._meta.label not in shared]


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every row of every table of ours.

    But for the counting of attempts, which goes on when everything else is refused.
    """
    return {
        model._meta.label: list(models.QuerySet(model).order_by("pk").values_list())
        for model in our_models()
        if model._meta.label != "partners.Attempts"
    }


@contextmanager
def refused(
    kind: type[BookError], field: str | None = None
) -> Iterator[pytest.ExceptionInfo[BookError]]:
    """Expect exactly this refusal, and not a single row changed by it."""
    before = contents()
    with pytest.raises(kind) as caught:
        yield caught
    assert type(caught.value) is kind
    assert caught.value.message
    if field is not None:
        assert caught.value.field == field
    assert contents() == before


def row(instance: models.Model, *without: str) -> dict[str, Any]:
    """All columns of a row as stored, but the key, the business and moments."""
    ignored = {"id", "business_id", "created_at", "updated_at", "search", *without}
    stored = models.QuerySet(type(instance)).filter(pk=instance.pk).values().get()
    return {name: value for name, value in stored.items() if name not in ignored}


def parts(document: Invoice, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of a document's `lines` or `taxes`, in order."""
    return list(getattr(document, name).order_by("position").values_list(*columns))


def history(document: models.Model) -> list[tuple[str, dict[str, Any]]]:
    """The verbs done to a document and their facts, oldest first."""
    return list(Event.objects.about(document).values_list("verb", "facts"))


def money_of(document: Invoice) -> dict[str, Decimal]:
    """How a document stands, as stored."""
    names = ("total", "amount_paid", "amount_credited", "credit_applied", "balance")
    values = models.QuerySet(Invoice).filter(pk=document.pk).values(*names).get()
    return dict(values)
