"""Requests made up from the OpenAPI document, answers held to it (`conformance`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from partners.models import Business
from tests.api.conformance import Headers, described, holds, mended
from tests.api.native.routes import Rows, Url, urls
from tests.api.native.routes_sending import HOOK
from tests.factories import a_key

EXAMPLES = 25
OPERATIONS = [
    (method, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", url.template))
    for url in urls()
    if url.template.endswith("/")
    for method in url.actions
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The dialect's document."""
    with described("native") as found:
        yield found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_the_document_says(
    schema: Any, business: Business, method: str, path: str
) -> None:
    rows = Rows.of(business, "alpha")
    headers = {"Authorization": f"Bearer {a_key(business)}"}
    url = Url(re.sub(r"{(\w+)}", r"<str:\1>", path), {})
    ids, parts = rows.ids(url), known_parts(rows, url)

    def prepare(case: schemathesis.Case, ours: bool) -> Headers:
        known = ids if ours else {"business_id": business.public_id}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        if ours:
            case.body = mended(case.body, parts)
        return headers

    holds(schema, method, path, prepare, EXAMPLES)


def known_parts(rows: Rows, url: Url) -> dict[str, Any]:
    """Parts of valid bodies by their attribute."""
    invoice, payment = rows.bodies()["invoices"], rows.bodies()["inc_payments"]
    names = ("customer", "currency", "currency_rate")
    parts = {name: invoice[name] for name in names} | invoice["details"][0]
    parts |= {"payment_account": payment["payment_account"]}
    parts |= {"type": "Equity", "line": 1, "due_date": "2199-12-31"}
    bill, cost = rows.bodies()["bills"], rows.bodies()["costs"]
    parts |= {name: bill[name] for name in ("vendor", "project", "cost_shares")}
    parts |= {"cost": bill["cost_shares"][0]["cost"], "category": cost["category"]}
    parts |= {"parent": None, "owner": None, "expected_total": None}
    parts |= rows.bodies()["send_runs"] | {"recipients": ["a@example.com"]}
    parts |= {
        "copies": [],
        "subject": "",
        "body": "See {{ link }}",
        "iban": "",
        "bic": "",
    }
    parts |= {"url": HOOK, "events": [], "starts_on": "2199-01-01", "until": None}
    parts |= {"reply_to": "", "copy_to": ""}
    if url.words[-1] == "mail_templates":
        parts["subject"] = "Invoice {{ number }}"
    if url.words[-1] == "projects":
        del parts["category"]  # there it is a text
    target = (
        rows.ids(Url(f"{url.template}<str:id>/", {}))["id"] if writable(url) else ""
    )
    return parts | rows.bodies()["products"] | {"id": target}


def writable(url: Url) -> bool:
    """Whether it is a collection whose rows are written by their id in the body."""
    alone = {"taxes", "document_settings", "send_runs", "deliveries"}
    return url.parameters == ["business_id"] and alone.isdisjoint(url.words)
