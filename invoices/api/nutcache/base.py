"""What every view of the dialect shares: who asks, for which organization, in what shape."""

from __future__ import annotations

import re
from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.door import Door
from invoices.api.nutcache import errors
from invoices.api.nutcache.auth import NutBasicAuthentication
from invoices.api.nutcache.documents import Asked, Entity
from invoices.api.nutcache.entities import ENTITIES
from invoices.api.nutcache.errors import BadRequest, OtherOrganization
from invoices.api.nutcache.throttling import KeyThrottle
from partners.access import Capability
from partners.credentials import Credential

VERSION = "3"
HEADERS = ("OrganizationGuid", "CompanyGuid")
_GUID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)
_HIGHEST = 2**63 - 1


class NutcacheView(Door):
    """A door to documents of one kind. `self.asked` is set for every method."""

    authentication_classes = [NutBasicAuthentication]
    throttle_classes = [KeyThrottle]

    entity: Entity = ENTITIES["invoices"]
    asked: Asked

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, count the call, check method and headers, read the body."""
        super().initial(request, *args, **kwargs)
        key = self.enter(request)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        if request.method == "OPTIONS":
            return
        if request.headers.get("api-version", VERSION).strip() != VERSION:
            raise BadRequest(f"Use api-version {VERSION}.", "api-version")
        if not self.entity.worldwide:
            _check_organization(request, key)
        key.actor.require(Capability.VIEW, key.business_id)
        self.asked = Asked(key.business, key.user.pk, self.today)
        self.read_body(request)

    def refusal(self, exc: Exception) -> Response | None:
        """In the dialect's shape."""
        return errors.translate(exc)

    def http_method_not_allowed(
        self, request: Any, *args: Any, **kwargs: Any
    ) -> NoReturn:
        """405: this is not among the documented requests."""
        raise MethodNotAllowed(
            request.method,
            f"{request.method} is not offered here: the API documents no writes, only "
            "GET of documents and POST of searches to …/filtered.",
        )


def _check_organization(request: Request, key: Credential) -> None:
    """The header must name the key's business."""
    found = [request.headers[name] for name in HEADERS if name in request.headers]
    if not found or not _GUID.fullmatch(found[0].strip()):
        raise BadRequest(
            "Send the header OrganizationGuid with the organization's guid, as "
            "webapi/organizations shows it.",
            "OrganizationGuid",
        )
    if UUID(found[0].strip()) != key.business.guid:
        raise OtherOrganization


def identity(text: str) -> int:
    """The primary key that an id in a path is; 404 for what can be none."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise Http404
    if int(text) > _HIGHEST:
        raise Http404
    return int(text)
