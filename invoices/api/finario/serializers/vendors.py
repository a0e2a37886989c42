"""Vendors, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.finario.serializers.fields import WORDS, Name, Text

COLUMNS = {
    "name": "name",
    "vendor_id": "code",
    "phone_number": "phone",
    "web_address": "website",
    "address": "vendor_line1",
    "city": "vendor_city",
    "state": "vendor_province",
    "postal_code": "vendor_postal_code",
    "country_code": "vendor_country",
    "contact_name": "contact_name",
    "contact_email": "email",
    "notes": "note",
}
"""The contract's attributes → our columns."""


class VendorIn(serializers.Serializer[Any]):
    """A vendor as posted."""

    name = Text(200, required=True)
    vendor_id = Name(60, help_text="The client's own key; made of the name if blank.")
    external_ids = serializers.ListField(
        child=Name(120, required=True),
        required=False,
        max_length=100,
        error_messages=dict(WORDS),
        help_text="Other names that paths may use.",
    )
    phone_number = Text(60)
    web_address = Text(300)
    address = Text(200)
    city = Text(100)
    state = Text(100)
    postal_code = Text(20)
    country_code = Text(2)
    contact_name = Text(200)
    contact_email = Text(254)
    notes = Text(5000)

    def columns(self) -> dict[str, Any]:
        """The given attributes as our columns; a blank `vendor_id` is none given."""
        given = {
            COLUMNS[name]: value
            for name, value in self.validated_data.items()
            if name in COLUMNS
        }
        if not given.get("code"):
            given.pop("code", None)
        if "vendor_country" in given:
            given["vendor_country"] = given["vendor_country"].upper()
        return given


class VendorOut(serializers.Serializer[Any]):
    """A vendor as shown."""

    name = serializers.CharField()
    id = serializers.CharField()
    vendor_id = serializers.CharField(help_text="The code; the id where there is none.")
    external_ids = serializers.ListField(child=serializers.CharField())
