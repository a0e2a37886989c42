"""Collections, single documents and searches, for every kind of document."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.nutcache import filtering, paging
from invoices.api.nutcache.base import NutcacheView, identity
from invoices.api.nutcache.documents import Document, Entity
from invoices.api.nutcache.filtering import EVERYTHING, Search
from invoices.api.nutcache.including import included, wanted


class CollectionView(NutcacheView):
    """All documents, or those below another one, where `above` says which kind."""

    above: Entity | None = None
    pointer = ""

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page of documents."""
        return self.page(EVERYTHING)

    def page(self, search: Search) -> Response:
        """A page of what a search finds, and what is to be included."""
        includes = wanted(self.request, self.entity)
        within = self.within()

        def select(span: slice) -> list[Document]:
            return self.entity.select(self.asked, search, within, span)

        shown = paging.page(self.request, select)
        links = paging.links(self.request, shown)
        body: dict[str, Any] = {"links": links} if links else {}
        body[self.entity.name] = shown.documents
        return Response(body | included(self.asked, shown.documents, includes))

    def within(self) -> dict[str, int]:
        """What the path says about the documents; 404 where nothing is above them."""
        if self.above is None:
            return {}
        [text] = self.kwargs.values()
        pk = identity(text)
        if not self.above.exists(self.asked, pk):
            raise Http404
        return {self.pointer: pk}


class FilteredView(CollectionView):
    """The same, of what a posted search finds."""

    http_method_names = ["post", "options"]

    def post(self, request: Request, **kwargs: str) -> Response:
        """A page of what the rules find, in the order that they ask for."""
        return self.page(filtering.read(self.body, self.entity.kinds()))


class ItemView(NutcacheView):
    """One document, by the one id in the path."""

    def get(self, request: Request, **kwargs: str) -> Response:
        """An array with the one document, and what is to be included."""
        includes = wanted(request, self.entity)
        [text] = kwargs.values()
        found = self.entity.having(self.asked, "id", [identity(text)])
        if not found:
            raise Http404
        body: dict[str, Any] = {self.entity.name: found}
        return Response(body | included(self.asked, found, includes))
