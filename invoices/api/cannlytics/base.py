"""What both doors share: who asks, for which organization, in what shape."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from invoices.api.cannlytics import errors
from invoices.api.cannlytics.auth import NOT_AUTHENTICATED, LastWordAuthentication
from invoices.api.cannlytics.schema import CannlyticsSchema
from invoices.api.cannlytics.written import DocumentParser
from invoices.api.json import ExactRenderer, LengthRequired
from partners.access import Actor, Capability
from partners.credentials import Credential
from partners.models import Business

NO_ORGANIZATION = "An organization_id parameter is required."
NOT_A_MEMBER = (
    "Your must be an owner, quality assurance, or a team member of this organization "
    "to manage invoices."
)
NOT_TO_DELETE = "Your must be an owner or quality assurance to delete invoices."

_NEEDED = {
    "POST": (Capability.DRAFT, NOT_A_MEMBER),
    "DELETE": (Capability.CORRECT, NOT_TO_DELETE),
}


class OnlyJson(DefaultContentNegotiation):
    """Answers in JSON whatever `Accept` says, as the original does."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        """The only one."""
        return renderers[0], renderers[0].media_type


class CannlyticsView(APIView):
    """A door of one organization; `self.actor`, `self.business`, `self.body` are set.

    Everybody of the organization may read; to post needs the capability to draft, to
    delete an owner or an accountant, which is our quality assurance.
    """

    authentication_classes = [LastWordAuthentication]
    permission_classes = []
    parser_classes = [DocumentParser]
    renderer_classes = [ExactRenderer]
    content_negotiation_class = OnlyJson
    schema = CannlyticsSchema()

    actor: Actor
    business: Business

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know the method, the caller, the organization and the body, in this order."""
        method = str(request.method)
        if not hasattr(self, method.lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        key = request.auth
        if not isinstance(key, Credential):
            raise NotAuthenticated(NOT_AUTHENTICATED)
        self.actor, self.business = key.actor, key.business
        if method == "OPTIONS":
            return
        self._check_organization(request.query_params.get("organization_id", ""))
        self._check_capability(*_NEEDED.get(method, (Capability.VIEW, NOT_A_MEMBER)))
        if method in _NEEDED:
            if "Transfer-Encoding" in request.headers:
                raise LengthRequired
            # DRF parses the body only when asked.
            self.body = request.data

    def _check_organization(self, name: str) -> None:
        if not name:
            raise PermissionDenied(NO_ORGANIZATION)
        if name not in (self.business.slug, self.business.public_id):
            raise PermissionDenied(NOT_A_MEMBER)

    def _check_capability(self, capability: Capability, refusal: str) -> None:
        if not self.actor.may(Capability.VIEW):
            raise PermissionDenied(NOT_A_MEMBER)
        if not self.actor.may(capability):
            raise PermissionDenied(refusal)

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal in the contract's shape; our own faults go on as they are."""
        response = errors.translate(exc)
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
