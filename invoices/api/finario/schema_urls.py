"""The Finario dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from invoices.api.described import described
from invoices.api.finario.urls import plain

urlpatterns = described(
    "finario",
    plain,
    title="Counterfoil, Finario dialect",
    description="Vendor invoices and payments, assigned to the costs of investments. "
    "Amounts come in as units and go out as cents; lists are whole.",
    COMPONENT_SPLIT_REQUEST=True,
    POSTPROCESSING_HOOKS=[
        "drf_spectacular.hooks.postprocess_schema_enums",
        "invoices.api.finario.schema.finish",
    ],
)
