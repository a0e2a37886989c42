"""The caller's businesses, currencies and countries: not under a business."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_symbol
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from moneyed import CURRENCIES
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.native.base import NativeViewSet
from invoices.api.native.serializers import masters

_LOCALES = {"en": "en", "th": "th", "zh": "zh_Hant", "zh_CN": "zh_Hans"}


class BusinessViewSet(NativeViewSet):
    """Where to begin: the businesses that the key opens. Beyond the contract."""

    beyond = True
    serializer_class = masters.BusinessOut
    pagination_class = None
    filter_backends = []

    def list(self, request: Request, **kwargs: Any) -> Response:
        """The key's business; a key opens exactly one."""
        return Response(masters.BusinessOut([self.business], many=True).data)


class CurrencyViewSet(NativeViewSet):
    """Currencies, all or a country's."""

    serializer_class = masters.CurrencyOut
    pagination_class = None
    filter_backends = []

    def list(self, request: Request, **kwargs: Any) -> Response:
        """ISO 4217 codes with symbol and, under a country, its code."""
        country = kwargs.get("country_code")
        if country is None:
            return Response(_all_currencies())
        if country not in _countries("en"):
            raise Http404
        return Response([_currency(code, country) for code in _tender(country)])


@cache
def _all_currencies() -> list[dict[str, str]]:
    homes = _homes()
    return [_currency(code, homes.get(code, "")) for code in sorted(CURRENCIES)]


def _currency(code: str, country: str) -> dict[str, str]:
    symbol = get_currency_symbol(code, locale="en")
    return {"code": code, "symbol": symbol, "country": country}


def _tender(country: str) -> list[str]:
    """The codes that are legal tender in a country today, by Unicode's CLDR."""
    rows = get_global("territory_currencies").get(country, [])
    return [code for code, _, end, tender in rows if end is None and tender]


@cache
def _homes() -> dict[str, str]:
    """Each currency's country, where it has just one."""
    users: dict[str, list[str]] = {}
    for country in _countries("en"):
        for code in _tender(country):
            users.setdefault(code, []).append(country)
    return {code: found[0] for code, found in users.items() if len(found) == 1}


@cache
def _countries(locale: str) -> dict[str, str]:
    """ISO 3166 codes with the country's name in a language."""
    names = Locale.parse(locale).territories
    real = get_global("territory_currencies")
    return {code: names[code] for code in sorted(real) if code in names}


class CountryViewSet(NativeViewSet):
    """Countries by code."""

    serializer_class = masters.CountryOut
    pagination_class = None
    filter_backends = []

    @extend_schema(
        parameters=[
            OpenApiParameter("locale", OpenApiTypes.STR, enum=list(_LOCALES)),
            OpenApiParameter("name", OpenApiTypes.STR),
        ],
        responses=masters.CountryOut(many=True),
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        """Code and name, in `locale`; `name` finds one by its name there."""
        locale = request.query_params.get("locale", "en")
        if locale not in _LOCALES:
            raise ValidationError({"locale": [f"Use one of {', '.join(_LOCALES)}."]})
        name = request.query_params.get("name")
        shown = [
            {"code": code, "name": text}
            for code, text in _countries(_LOCALES[locale]).items()
            if name is None or text.casefold() == name.casefold()
        ]
        return Response(shown)
