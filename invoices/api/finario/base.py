"""What every Finario view shares: who asks, for which business, in what shape."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from invoices.api.finario import errors
from invoices.api.finario.auth import REMEDY, TokenAuthentication
from invoices.api.finario.finding import Finder
from invoices.api.finario.schema import FinarioSchema
from invoices.api.forms import PlainFormParser
from invoices.api.json import ExactParser, ExactRenderer, LengthRequired
from partners.access import Actor, Capability
from partners.credentials import Credential
from partners.models import Business

_Serializer = TypeVar("_Serializer", bound=Serializer[Any])


class AlwaysJson(DefaultContentNegotiation):
    """Answers in JSON whatever `Accept` says, as the original's clients expect."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[Any], format_suffix: Any = None
    ) -> tuple[Any, str]:
        """The only renderer."""
        return renderers[0], renderers[0].media_type


class FinarioView(APIView):
    """A path of the dialect. `self.actor`, `.business` and `.find` are set for verbs.

    Everything is the key's business's; rows of another are as if they were not.
    """

    authentication_classes = [TokenAuthentication]
    permission_classes = []
    parser_classes = [ExactParser, PlainFormParser]
    renderer_classes = [ExactRenderer]
    content_negotiation_class = AlwaysJson
    schema = FinarioSchema()
    # How the fields at fault are told.
    shape: Callable[[errors.Fields], dict[str, Any]] = staticmethod(errors.wrapped)
    names: Mapping[str, str] = errors.NAMES
    # For the OpenAPI document: statuses by method beyond those that all have, and the
    # successes that say where the row is.
    further: Mapping[str, Sequence[int]] = {}
    located: Mapping[str, str] = {}

    actor: Actor
    business: Business
    find: Finder

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, read the body, check that one may look."""
        self._strip_suffix()
        super().initial(request, *args, **kwargs)
        key = request.auth
        if not isinstance(key, Credential):
            raise NotAuthenticated(REMEDY)
        self.actor, self.business = key.actor, key.business
        self.find = Finder(key.business)
        self.actor.require(Capability.VIEW, self.business.pk)
        if any("\0" in value for value in self.kwargs.values()):
            raise errors.missing("")
        # DRF parses the body only when asked; an unreadable one is refused everywhere.
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            if "Transfer-Encoding" in request.headers:
                raise LengthRequired
            self.body = request.data

    def _strip_suffix(self) -> None:
        """Every path may end in `.json`; where it ends in a name, that is not part."""
        if self.kwargs:
            *_, last = self.kwargs
            if self.request.path.endswith(f"/{self.kwargs[last]}"):
                self.kwargs[last] = self.kwargs[last].removesuffix(".json")

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal in the contract's shape; our own faults go on as they are."""
        response = errors.translate(exc, self.shape, self.names)
        if response is None:
            raise exc
        if response.status_code == 401:
            challenge = self.get_authenticate_header(self.request)
            response["WWW-Authenticate"] = str(challenge)
        response.exception = True
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The methods of this path, in the header `Allow`."""
        return Response(status=204)

    @property
    def today(self) -> datetime.date:
        """The date where the business is."""
        return self.business.today(timezone.now())

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
