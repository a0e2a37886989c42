"""What a business's books hold, told without keys and moments: fit to be compared."""

from __future__ import annotations

from typing import Any

from django.db import models

from invoices.models import CostShare, Event, Invoice, InvoiceLine, InvoiceTax
from partners.models import Business
from payments.models import Allocation, Payment

TOLD = (Invoice, InvoiceLine, InvoiceTax, CostShare, Payment, Allocation, Event)
# A moment, a person or another system's text is not what the books say.
_UNTOLD = {"id", "created_at", "updated_at", "issued_at", "at", "search"}
_UNTOLD |= {"user_id", "actor", "responsible_id", "client_document", "subject_id"}
_UNTOLD |= {"business_id", "previous_hash", "hash", "position_in_chain"}
_KEYS_IN_FACTS = {"payment", "refund", "shares"}


def told(business: Business) -> dict[str, list[dict[str, Any]]]:
    """Every row of the documents and payments, references as the target's place."""
    return {
        model.__name__: [_row(model, values) for values in _stored(model, business)]
        for model in TOLD
    }


def _stored(model: type[models.Model], business: Business) -> Any:
    found: models.QuerySet[Any] = models.QuerySet(model).filter(business_id=business.pk)
    return found.order_by("pk").values()


def _row(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(model, name, value, values["business_id"])
        for name, value in values.items()
        if name not in _UNTOLD
    }


def _plain(model: type[models.Model], name: str, value: Any, business: int) -> Any:
    if name == "facts":
        return {k: v for k, v in value.items() if k not in _KEYS_IN_FACTS}
    field = model._meta.get_field(name.removesuffix("_id"))
    if value is None or not isinstance(field, models.ForeignKey):
        return value
    before: models.QuerySet[Any] = models.QuerySet(field.related_model).filter(
        business_id=business, pk__lte=value
    )
    return f"{field.related_model.__name__} {before.count()}"


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Where two documents of plain values differ, each with its place."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted({*one, *other})
        return [
            found
            for name in names
            for found in differences(one.get(name), other.get(name), f"{at}.{name}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{at}[{i}]")]
    return [] if one == other else [f"{at}: {one!r} ≠ {other!r}"]
