"""What a view is at every dialect's door: who asks, what was sent, how it is refused."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from invoices.api.json import ExactParser, ExactRenderer, LengthRequired
from partners.access import Actor
from partners.credentials import Credential
from partners.models import Business


class AlwaysJson(DefaultContentNegotiation):
    """Answers in JSON whatever `Accept` says."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[Any], format_suffix: Any = None
    ) -> tuple[Any, str]:
        """The only renderer."""
        return renderers[0], renderers[0].media_type


class Door(APIView):
    """The base of a dialect's views; who may do what, the domain knows."""

    permission_classes = []
    parser_classes = [ExactParser]
    renderer_classes = [ExactRenderer]

    actor: Actor
    # A request brings its own; the schema's generator asks for rows without one.
    business = Business()
    body: Any = None

    def enter(self, request: Request, remedy: str | None = None) -> Credential:
        """Set `actor` and `business` from the credential; 401 where there is none."""
        key = request.auth
        if not isinstance(key, Credential):
            raise NotAuthenticated(remedy)
        self.actor, self.business = key.actor, key.business
        return key

    def read_body(self, request: Request) -> None:
        """Set `body`; an unreadable one is refused, where any may be sent.

        DRF parses only when asked, and WSGI takes a body without a length for none.
        """
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if "Transfer-Encoding" in request.headers:
            raise LengthRequired
        self.body = request.data

    def refusal(self, exc: Exception) -> Response | None:
        """The answer to an error that a client may cause; None for our own faults."""
        raise NotImplementedError

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal in the dialect's shape; our own faults go on as they are."""
        response = self.refusal(exc)
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
