"""The page's part on partners, products, taxes, accounts, currencies and countries."""

from __future__ import annotations

from invoices.api.guide import Endpoint, Example
from invoices.api.native.guide.making import endpoint, example, ref, rows

_PRODUCT = {
    "sell": True,
    "default_revenue_account": ref("sales"),
    "default_selling_price": 30,
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/businesses/",
        text="Where to begin: the business that the key opens.",
        examples=(Example(path="/businesses/"),),
        beyond=True,
    ),
    *rows(
        "partners",
        "cedar",
        new={"name": "Susan", "email": "susan@gmail.com", "customer": True},
        whole={"name": "Cedar & Sons Inc.", "code": "CEDAR", "customer": True},
        change={"phone": "+1 503 555 0118"},
        lists={
            "": "By name.",
            "?vendor=true": "Vendors; this filter is beyond the contract.",
        },
    ),
    *rows(
        "products",
        "p7lk",
        new={"name": "Pancake"} | _PRODUCT,
        whole={"name": "Linen, per metre", "code": "LINEN-3"} | _PRODUCT,
        change={"description": "Undyed"},
        lists={"?sell=true": "By name; sell, buy and code."},
    ),
    endpoint(
        "GET",
        "taxes/",
        "Taxes by code; they are kept in the back office.",
        example("taxes?code=VAT-20"),
    ),
    endpoint("GET", "taxes/<id>/", "One tax.", example("taxes/$ty1n/")),
    *rows(
        "accounts",
        "sales",
        new={"name": "Till", "type": "Assets - Current", "payment_account": True},
        whole={"name": "Sales", "code": "4000", "type": "Revenues - Operating"},
        change={"description": "Furniture and linen"},
        lists={"?type=assets&sub_type=current": "By code; in any case."},
    ),
    Endpoint(
        method="GET",
        path="/currencies/",
        text="Currencies.",
        examples=(Example(path="/currencies/"),),
    ),
    Endpoint(
        method="GET",
        path="/countries/",
        text="Countries; locale is en, th, zh or zh_CN.",
        examples=(Example(path="/countries?locale=en&name=Thailand"),),
    ),
    Endpoint(
        method="GET",
        path="/countries/<country_code>/currencies/",
        text="What one pays with there.",
        examples=(Example(path="/countries/TH/currencies/"),),
    ),
)
