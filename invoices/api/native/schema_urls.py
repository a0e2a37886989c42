"""The native dialect's OpenAPI 3.1 document, and a page to browse it."""

from __future__ import annotations

from invoices.api.described import described
from invoices.api.native.urls import with_slash

urlpatterns = described(
    "native",
    with_slash,
    title="Counterfoil, native dialect",
    description="Pymlo's contract to the letter, and what grew beyond it "
    "(`x-beyond-contract`). Lists are arrays; page facts are in the headers `Link`, "
    "`X-Total-Count` and `X-Total-Count-Relation`.",
    # An `id` is given out by us, and taken only where an update names its row.
    COMPONENT_SPLIT_REQUEST=True,
    POSTPROCESSING_HOOKS=[
        "drf_spectacular.hooks.postprocess_schema_enums",
        "invoices.api.native.schema.finish",
    ],
)
