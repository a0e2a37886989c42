"""What both doors share: who asks, for which organization, in what shape."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.cannlytics import errors
from invoices.api.cannlytics.auth import NOT_AUTHENTICATED, LastWordAuthentication
from invoices.api.cannlytics.schema import CannlyticsSchema
from invoices.api.cannlytics.written import DocumentParser
from invoices.api.door import AlwaysJson, Door
from partners.access import Capability

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


class CannlyticsView(Door):
    """A door of one organization; `self.actor`, `self.business`, `self.body` are set.

    Everybody of the organization may read; to post needs the capability to draft, to
    delete an owner or an accountant, which is our quality assurance.
    """

    authentication_classes = [LastWordAuthentication]
    parser_classes = [DocumentParser]
    content_negotiation_class = AlwaysJson
    schema = CannlyticsSchema()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know the method, the caller, the organization and the body, in this order."""
        method = str(request.method)
        if not hasattr(self, method.lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        self.enter(request, NOT_AUTHENTICATED)
        if method == "OPTIONS":
            return
        self._check_organization(request.query_params.get("organization_id", ""))
        self._check_capability(*_NEEDED.get(method, (Capability.VIEW, NOT_A_MEMBER)))
        self.read_body(request)

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

    def refusal(self, exc: Exception) -> Response | None:
        """In the contract's shape."""
        return errors.translate(exc)
