"""Vendors, under all the names that clients know them by."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.finario import documents, errors
from invoices.api.finario.base import FinarioView, streamed
from invoices.api.finario.serializers.fields import new_name
from invoices.api.finario.serializers.vendors import COLUMNS, VendorIn, VendorOut
from partners.models import Partner
from partners.vendors import save_vendor, save_vendor_known_as

_LONGEST_CODE = 60


class VendorView(FinarioView):
    """What the paths of vendors share."""

    # The contract tells a taken `vendor_id` under this name.
    names: Mapping[str, str] = {
        **errors.NAMES,
        **{ours: theirs for theirs, ours in COLUMNS.items()},
        "code": "short_name",
    }


class VendorsView(VendorView):
    """All vendors."""

    @extend_schema(responses=VendorOut(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every vendor in use, by name."""
        return streamed(documents.vendors(self.business))

    @extend_schema(request=VendorIn, responses={201: VendorOut})
    def post(self, request: Request) -> Response:
        """A new vendor."""
        posted = self.checked(VendorIn)
        vendor = Partner(business=self.business)
        aliases = posted.validated_data.get("external_ids")
        save_vendor(vendor, posted.columns(), aliases, by=self.actor)
        return Response(documents.vendor(self.business, vendor.pk), status=201)


class OneVendorView(VendorView):
    """One vendor, by id, code or external id."""

    located = {"POST": "201"}

    @extend_schema(request=VendorIn, responses={204: None})
    def put(self, request: Request, vendor_id: str) -> Response:
        """Bring a vendor to what the body says, or create one with this code.

        Optional attributes left out keep their value; `external_ids`, if given,
        replace those there were.
        """
        self.upsert()
        return Response(status=204)

    @extend_schema(request=VendorIn, responses={201: VendorOut}, deprecated=True)
    def post(self, request: Request, vendor_id: str) -> Response:
        """The same for older clients, who are told where it is."""
        vendor = self.upsert()
        name = quote(self.kwargs["vendor_id"], safe="")
        return Response(
            documents.vendor(self.business, vendor.pk),
            status=201,
            headers={"Location": request.build_absolute_uri(f"/api/vendor/{name}")},
        )

    def upsert(self) -> Partner:
        """Hand the body to the domain."""
        posted, name = self.checked(VendorIn), self.kwargs["vendor_id"]
        plain = new_name(name, _LONGEST_CODE, "short_name")
        return save_vendor_known_as(
            self.business,
            self.find.vendors_name(name) or plain,
            posted.columns(),
            posted.validated_data.get("external_ids"),
            by=self.actor,
        )
