"""What every Finario view shares: who asks, for which business, in what shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from invoices.api.door import AlwaysJson, Door
from invoices.api.finario import errors
from invoices.api.finario.auth import REMEDY, TokenAuthentication
from invoices.api.finario.finding import Finder, Suffixed
from invoices.api.finario.schema import FinarioSchema
from invoices.api.forms import PlainFormParser
from invoices.api.json import ExactParser
from partners.access import Capability

_NOUNS = {
    "investment_id": "Investment",
    "vendor_id": "Vendor",
    "invoice_id": "Invoice",
    "payment_id": "Payment",
    "cost_id": "Cost",
    "category_id": "Cost Category",
}

_Serializer = TypeVar("_Serializer", bound=Serializer[Any])


class FinarioView(Door):
    """A path of the dialect. `self.actor`, `.business` and `.find` are set for verbs.

    Everything is the key's business's; rows of another are as if they were not.
    """

    authentication_classes = [TokenAuthentication]
    parser_classes = [ExactParser, PlainFormParser]
    content_negotiation_class = AlwaysJson
    schema = FinarioSchema()
    # How the fields at fault are told.
    shape: Callable[[errors.Fields], dict[str, Any]] = staticmethod(errors.wrapped)
    names: Mapping[str, str] = errors.NAMES
    # For the OpenAPI document: statuses by method beyond those that all have, and the
    # successes that say where the row is.
    further: Mapping[str, Sequence[int]] = {}
    located: Mapping[str, str] = {}

    find: Finder

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, read the body, check that one may look."""
        self._strip_suffix()
        super().initial(request, *args, **kwargs)
        self.enter(request, REMEDY)
        self.find = Finder(self.business)
        self.actor.require(Capability.VIEW, self.business.pk)
        for parameter, name in self.kwargs.items():
            if not name.strip() or "\0" in name:
                raise self.missing(_NOUNS[parameter])
        self.read_body(request)

    def _strip_suffix(self) -> None:
        """Every path may end in `.json`; where it ends in a name, that is not part."""
        if self.kwargs:
            *_, last = self.kwargs
            name = self.kwargs[last]
            if name.endswith(".json") and self.request.path.endswith(f"/{name}"):
                self.kwargs[last] = Suffixed(name.removesuffix(".json"))

    def missing(self, noun: str) -> errors.Refusal:
        """The refusal of a path whose name cannot be any row's."""
        return errors.missing(noun)

    def refusal(self, exc: Exception) -> Response | None:
        """In the shape that this path documents."""
        return errors.translate(exc, self.shape, self.names)

    def mapping(self) -> dict[str, Any]:
        """The body, which must be a JSON object or a form, or 400."""
        if not isinstance(self.body, dict):
            raise ParseError("The body must be a JSON object.")
        return self.body

    def checked(
        self,
        serializer_class: type[_Serializer],
        *,
        partial: bool = False,
        **found: Any,
    ) -> _Serializer:
        """The body as a valid serializer, or 422; it knows rows that the view found."""
        serializer = serializer_class(
            data=self.mapping(),
            partial=partial,
            context={"zone": self.business.zone(), **found},
        )
        serializer.is_valid(raise_exception=True)
        return serializer

    def asked(self, serializer_class: type[_Serializer]) -> dict[str, Any]:
        """The query's parameters as such a serializer has them, or 422."""
        serializer = serializer_class(data=self.request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def streamed(chunks: Iterator[bytes]) -> HttpResponseBase:
    """A JSON body of any length, put together while it is sent.

    The first chunk is made at once, so that a fault is told by the status.
    """
    whole = chain([next(chunks)], chunks)
    return StreamingHttpResponse(whole, content_type="application/json")
