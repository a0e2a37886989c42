"""The real document as pictures, before and after it is issued."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from invoices import files
from invoices.documents.facts import DocumentFacts
from invoices.documents.reading import draft_facts
from invoices.exceptions import NoEInvoice, NotIssued
from invoices.models import DocumentFile, Invoice
from invoices.pages.access import Desk, desk_page, shown
from partners.access import Capability

MOST_PAGES = 20
"""Of a longer document a person looks at the PDF."""


def facts(invoice: Invoice) -> DocumentFacts:
    """What the paper says: as frozen, or as it would be if it were issued now."""
    return draft_facts(invoice, timezone.now())


def pages(invoice: Invoice) -> list[str]:
    """The paper's pages as addresses that carry the picture itself."""
    from invoices.documents.pictures import preview

    made = preview(facts(invoice))[:MOST_PAGES]
    return [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in made]


def pane(invoice: Invoice) -> dict[str, Any]:
    """What the pane of a preview shows."""
    return {"document": invoice, "pages": pages(invoice)}


@desk_page(Capability.VIEW)
def preview(request: HttpRequest, desk: Desk, public_id: str) -> HttpResponse:
    """The pane alone, for the script that puts it beside the list."""
    context = {"preview": pane(desk.document(public_id)), "business": desk.business}
    return render(request, "send/_preview.html", context)


@desk_page(Capability.VIEW)
def pdf(request: HttpRequest, desk: Desk, public_id: str) -> HttpResponseBase:
    """The stored PDF of an issued document, to be saved."""
    return _paper(request, desk, public_id, files.pdf_of)


@desk_page(Capability.VIEW)
def ubl(request: HttpRequest, desk: Desk, public_id: str) -> HttpResponseBase:
    """The stored UBL, or the reasons why there is none."""
    return _paper(request, desk, public_id, files.ubl_of)


def download(file: DocumentFile) -> FileResponse:
    """A stored file as an attachment under its own name."""
    return FileResponse(
        io.BytesIO(file.content),
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
    )


def _paper(
    request: HttpRequest,
    desk: Desk,
    public_id: str,
    read: Callable[[Invoice], DocumentFile],
) -> HttpResponseBase:
    try:
        return download(read(desk.document(public_id)))
    except (NotIssued, NoEInvoice) as refusal:
        return shown(request, desk, "send/refused.html", refusal=refusal, status=409)
