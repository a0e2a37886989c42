"""Customers, organizations, members, taxes and items, as documents."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from invoices.api.nutcache import world
from invoices.api.nutcache.documents import (
    Asked,
    Attribute,
    Document,
    Include,
    Kind,
    Links,
    Table,
)
from invoices.api.nutcache.sales import filled, lines_of
from invoices.models import Product, Tax
from invoices.models.tax import latest_rates
from invoices.money import percent_of
from partners.access import Role
from partners.fields import ExactDecimalField
from partners.models import Business, Membership, Partner


def _number(value: int) -> Any:
    """A constant; PostgreSQL would take a bare one in ORDER BY for a column's place."""
    return Cast(Value(value), IntegerField())


def _status(active: Q) -> Attribute:
    """0 active, 1 inactive."""
    source = Case(When(active, then=_number(0)), default=_number(1))
    return Attribute("status", Kind.NUMBER, source)


_NOT_ARCHIVED = Q(archived_at__isnull=True)
_ORGANIZATION = Attribute("organization", Kind.NUMBER, F("business_id"))


def _own_links(name: str) -> Links:
    def links(document: Document) -> list[tuple[str, str]]:
        return [
            (f"organizations/{document['organization']}", "organizations"),
            (f"{name}/{document['id']}", "self"),
        ]

    return links


def _links_where_set(document: Document, *names: str) -> list[tuple[str, str]]:
    """Links to countries and such, where there is one."""
    singular = {"countries": "country", "states": "state", "currencies": "currency"}
    ids = [(name, document[singular[name]]) for name in names]
    return [(f"{name}/{pk}", name) for name, pk in ids if pk is not None]


# --- customers ------------------------------------------------------------------------


def _customers(asked: Asked) -> QuerySet[Any]:
    return Partner.objects.for_business(asked.business).filter(is_customer=True)


def _customer_links(document: Document) -> list[tuple[str, str]]:
    return [
        (f"organizations/{document['organization']}", "organizations"),
        *_links_where_set(document, "countries", "states"),
        (f"customers/{document['id']}", "self"),
    ]


_STATE = Concat(
    F("billing_country"), Value("|"), F("billing_province"), output_field=TextField()
)

CUSTOMERS = Table(
    name="customers",
    rows=_customers,
    order=("name", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        _ORGANIZATION,
        Attribute("name", Kind.TEXT, F("name")),
        _status(_NOT_ARCHIVED),
        Attribute("email", Kind.TEXT, filled(F("email"))),
        Attribute("contact", Kind.TEXT, filled(F("contact_name"))),
        Attribute(
            "address",
            Kind.TEXT,
            filled(lines_of(F("billing_line1"), F("billing_line2"))),
        ),
        Attribute("city", Kind.TEXT, filled(F("billing_city"))),
        Attribute("zip_code", Kind.TEXT, filled(F("billing_postal_code"))),
        Attribute("phone", Kind.TEXT, filled(F("phone"))),
        Attribute("mobile_phone", Kind.TEXT),
        Attribute("country", Kind.NUMBER, F("billing_country"), world.country_ids),
        Attribute("state", Kind.NUMBER, _STATE, world.state_ids),
        Attribute("legal_notice", Kind.TEXT, filled(F("tax_number"))),
        Attribute("communication_culture_code", Kind.TEXT),
        Attribute("tax", Kind.NUMBER),
        Attribute(
            "currency",
            Kind.NUMBER,
            F("default_selling_currency"),
            world.currency_ids,
        ),
    ),
    links=_customer_links,
    links_after="status",
    includes=(
        Include("organizations", by="organization"),
        Include("countries", by="country"),
        Include("currencies", by="currency"),
        Include("states", by="state"),
        Include("taxes", by="tax"),
    ),
)


# --- organizations and members --------------------------------------------------------


def _organizations(asked: Asked) -> QuerySet[Any]:
    """The one that the key opens, with what depends on who asks."""
    owners = Membership.objects.filter(
        business=OuterRef("pk"), user=asked.user_id, role=Role.OWNER, active=True
    )
    mine = Business.objects.filter(pk=asked.business.pk)
    return mine.annotate(is_owner=Exists(owners))


def _active_members() -> Any:
    members = Membership.objects.filter(business=OuterRef("pk"), active=True)
    counted = members.order_by().values("business").annotate(number=Count("pk"))
    return Subquery(counted.values("number"), output_field=IntegerField())


def _organization_links(document: Document) -> list[tuple[str, str]]:
    return [
        *_links_where_set(document, "countries", "states", "currencies"),
        (f"organizations/{document['id']}", "self"),
    ]


ORGANIZATIONS = Table(
    name="organizations",
    worldwide=True,
    rows=_organizations,
    order=("name", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        Attribute("guid", Kind.TEXT, Cast("guid", TextField())),
        Attribute("name", Kind.TEXT, F("name")),
        Attribute("email", Kind.TEXT, filled(F("email"))),
        Attribute("address", Kind.TEXT, filled(lines_of(F("line1"), F("line2")))),
        Attribute("city", Kind.TEXT, filled(F("city"))),
        Attribute("zip_code", Kind.TEXT, filled(F("postal_code"))),
        Attribute("phone", Kind.TEXT, filled(F("phone"))),
        Attribute("country", Kind.NUMBER, F("country"), world.country_ids),
        Attribute(
            "state",
            Kind.NUMBER,
            Concat(F("country"), Value("|"), F("province"), output_field=TextField()),
            world.state_ids,
        ),
        Attribute("currency", Kind.NUMBER, F("currency"), world.currency_ids),
        Attribute("website", Kind.TEXT),
        Attribute("logo_url", Kind.TEXT),
        Attribute("last_activity_date", Kind.DATE),
        Attribute("notification_count", Kind.NUMBER, _number(0)),
        Attribute("is_owner", Kind.TRUTH, F("is_owner")),
        Attribute("is_demo", Kind.TRUTH, Cast(Value(value=False), BooleanField())),
        Attribute("status", Kind.NUMBER, _number(0)),
        Attribute("date_format", Kind.NUMBER, F("country"), world.date_formats),
        Attribute("time_format", Kind.NUMBER, F("country"), world.time_formats),
        Attribute("time_span_format", Kind.NUMBER, _number(0)),
        Attribute("time_rounding", Kind.NUMBER, _number(0)),
        Attribute("time_rounding_minutes", Kind.NUMBER, _number(0)),
        Attribute("time_tracking_type", Kind.NUMBER, _number(0)),
        Attribute("active_user_count", Kind.NUMBER, _active_members()),
    ),
    links=_organization_links,
    links_after="active_user_count",
    includes=(
        Include("countries", by="country"),
        Include("states", by="state"),
        Include("currencies", by="currency"),
    ),
)


def _members(asked: Asked) -> QuerySet[Any]:
    return Membership.objects.for_business(asked.business)


MEMBERS = Table(
    name="members",
    rows=_members,
    order=("pk",),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        _ORGANIZATION,
        Attribute("name", Kind.TEXT, filled(F("user__name"))),
        Attribute("email", Kind.TEXT, F("user__email")),
        Attribute("role", Kind.TEXT, F("role")),
        _status(Q(active=True)),
    ),
    links=_own_links("members"),
    links_after="status",
)


# --- taxes and items ------------------------------------------------------------------


def _taxes(asked: Asked) -> QuerySet[Any]:
    return Tax.objects.for_business(asked.business)


def _components(asked: Asked, pks: list[Any]) -> Mapping[Any, Document]:
    """The parts of taxes with the rates of today; two queries for all of them."""
    rates = latest_rates(asked.business, pks, asked.today)
    return {
        pk: {
            "components": [
                {
                    "code": rate.component.code,
                    "compound": rate.component.compound,
                    "rate": percent_of(Decimal(1), rate.rate),
                    "sequence_number": place,
                }
                for place, rate in enumerate(rates.get(pk, ()), start=1)
            ]
        }
        for pk in pks
    }


TAXES = Table(
    name="taxes",
    rows=_taxes,
    order=("code", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        _ORGANIZATION,
        Attribute("code", Kind.TEXT, F("code")),
        Attribute("name", Kind.TEXT, filled(F("name"))),
        Attribute("identification", Kind.TEXT, filled(F("tax_number"))),
    ),
    links=_own_links("taxes"),
    links_after="components",
    parts=_components,
)


def _items(asked: Asked) -> QuerySet[Any]:
    return Product.objects.for_business(asked.business).filter(sell=True)


# The column pads its decimals.
_PRICE = Func(
    F("selling_price"), function="trim_scale", output_field=ExactDecimalField()
)

ITEMS = Table(
    name="items",
    rows=_items,
    order=("name", "pk"),
    attributes=(
        Attribute("id", Kind.NUMBER, F("id")),
        _ORGANIZATION,
        Attribute("code", Kind.TEXT, filled(F("code"))),
        Attribute("name", Kind.TEXT, F("name")),
        Attribute("description", Kind.TEXT, filled(F("description"))),
        Attribute("price", Kind.DECIMAL, _PRICE),
        Attribute("currency", Kind.NUMBER, F("price_currency"), world.currency_ids),
        Attribute("tax", Kind.NUMBER, F("selling_tax_id")),
        _status(_NOT_ARCHIVED),
    ),
    links=_own_links("items"),
    links_after="status",
)
