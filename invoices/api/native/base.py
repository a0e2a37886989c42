"""What every native view set shares: who asks, for which business, in what shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from invoices.api.door import Door
from invoices.api.native import errors
from invoices.api.native.auth import BearerAuthentication
from invoices.api.native.filtering import AskedFilters
from invoices.api.native.paging import NativePagination
from invoices.api.native.schema import NativeSchema
from invoices.exceptions import StaleDocument
from partners import public_ids
from partners.access import Capability

_Serializer = TypeVar("_Serializer", bound=Serializer[Any])


class NativeViewSet(Door, GenericViewSet[Any]):
    """A door of one business. `self.actor` and `self.business` are set for every verb.

    A business other than the key's is a 404, as is any row of another business.
    """

    authentication_classes = [BearerAuthentication]
    filter_backends = [AskedFilters]
    pagination_class: type[NativePagination] | None = NativePagination
    schema = NativeSchema()
    lookup_field = "id"
    lookup_value_converter = "str"
    kind = ""
    # What it takes to read anything here.
    looking = Capability.VIEW
    # For the OpenAPI document: whether all of this is ours, whether rows have an ETag.
    beyond = False
    versioned = False
    # Whether the path names the one row that there is.
    singleton = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, find the business, read the body, check that one may look."""
        super().initial(request, *args, **kwargs)
        self.enter(request, "Use the header Authorization: Bearer KEY.")
        public_id = kwargs.get("business_id")
        if public_id is not None and public_id != self.business.public_id:
            raise Http404
        self.actor.require(self.looking, self.business.pk)
        self.read_body(request)

    def refusal(self, exc: Exception) -> Response | None:
        """In the contract's shape."""
        return errors.translate(exc, self.names())

    def names(self) -> Mapping[str, str]:
        """Our field names → the contract's, for refusals."""
        return errors.NAMES

    def find(self, queryset: QuerySet[Any], kind: str, public_id: str) -> Any:
        """The row of this business with this public id, or 404; one query."""
        pk = public_ids.decode(kind, public_id)
        if pk is None:
            raise Http404
        return get_object_or_404(queryset, business_id=self.business.pk, pk=pk)

    def mapping(self) -> dict[str, Any]:
        """The body, which must be a JSON object; no body at all is an empty one."""
        if not isinstance(self.body, dict):
            raise ParseError("The body must be a JSON object.")
        return self.body

    def checked(self, serializer_class: type[_Serializer]) -> _Serializer:
        """The body as a valid serializer of this class, or 400."""
        serializer = serializer_class(data=self.mapping())
        serializer.is_valid(raise_exception=True)
        return serializer

    def target_id(self) -> str:
        """The id of the row to update: in the path, or else in the body."""
        public_id = self.kwargs.get("id") or self.mapping().get("id")
        if not isinstance(public_id, str):
            raise ValidationError({"id": ["Give the id of what is to be updated."]})
        return public_id

    def expected_version(self) -> int | None:
        """The version in `If-Match`, None where any will do.

        Proxies that compress make tags weak, so weak ones count too. Raises
        StaleDocument (412) for a tag that this API never gives out.
        """
        header = self.request.headers.get("If-Match", "*").strip()
        if header == "*":
            return None
        text = header.removeprefix("W/").strip('"')
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise StaleDocument("If-Match names no version that there has been.")
        return int(text)
