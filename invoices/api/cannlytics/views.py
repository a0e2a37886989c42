"""The two paths: all invoices of an organization, and one of them."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.cannlytics import documents, posting
from invoices.api.cannlytics.base import CannlyticsView
from invoices.api.cannlytics.listing import asked_for
from invoices.api.cannlytics.schema import deleting, listing, one, saving
from invoices.api.cannlytics.written import entries, success, success_of, write

MOST_ENTRIES = 500
"""In one array; the original's store takes as many writes at once."""


class PostingView(CannlyticsView):
    """What both paths do with a POST."""

    @saving
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create or change one invoice or several; answers with what was posted.

        The body's `invoice_id` decides, also on a path with another id.
        """
        posted = entries(self.body, MOST_ENTRIES)
        posting.post(self.business, posted, by=self.actor, today=self.today)
        return Response(success(self.body))


class InvoicesView(PostingView):
    """`/api/invoices`."""

    @listing
    def get(self, request: Request) -> Response:
        """The organization's invoices."""
        found = asked_for(self.business, request.query_params, self.today)
        rows = documents.rows(found, self.today)
        texts = [write(documents.shown(row, self.business)) for row in rows]
        return Response(success_of(texts))

    @deleting
    def delete(self, request: Request) -> Response:
        """Delete the draft, or the drafts, that the body names."""
        posted = entries(self.body, MOST_ENTRIES)
        posting.delete(self.business, posted, by=self.actor)
        return Response(success([]))


class InvoiceView(PostingView):
    """`/api/invoices/<invoice_id>`."""

    @one
    def get(self, request: Request, invoice_id: str) -> Response:
        """One invoice; null where there is none with this id."""
        found = documents.one_identified(self.business, invoice_id)
        rows = documents.rows(found, self.today)
        data = documents.shown(rows[0], self.business) if rows else None
        return Response(success(data))

    @deleting
    def delete(self, request: Request, invoice_id: str) -> Response:
        """Delete the draft that the path names; a body may give a reason."""
        said = self.body if isinstance(self.body, dict) else {}
        entry = {
            "invoice_id": invoice_id,
            "deletion_reason": said.get("deletion_reason"),
        }
        posting.delete(self.business, [entry], by=self.actor)
        return Response(success([]))
