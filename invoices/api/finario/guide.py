"""The Finario dialect's documentation page."""

from __future__ import annotations

from collections.abc import Mapping

from invoices.api.guide import Guide
from partners.models import Business


def _names(business: Business) -> Mapping[str, str]:
    return {}


GUIDE = Guide(
    dialect="finario",
    title="Finario",
    summary="",
    base="/api",
    credential="",
    headers=(("x-api-token", "$key"),),
    endpoints=(),
    refusals=(),
    differences=(),
    names=_names,
)
