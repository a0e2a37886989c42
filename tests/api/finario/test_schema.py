"""The OpenAPI document tells the truth, and its page is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.validation import validate_schema

from invoices.api.finario.serializers.costs import CostListed, CostOut
from invoices.api.finario.serializers.investments import CategoryOut, InvestmentOut
from invoices.api.finario.serializers.invoices import CreatedOut, InvoiceOut
from invoices.api.finario.serializers.payments import PaymentOut
from invoices.api.finario.serializers.vendors import VendorOut
from partners.models import Business
from tests.api.finario.door import Door, read
from tests.api.finario.routes import OPERATIONS, Rows

JSON = "/api/schema/finario.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document, generated without a single warning."""
    reset_generator_stats()
    response = Client().get(JSON)
    assert response.status_code == 200
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    return json.loads(response.content)


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation by its method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_it_has_every_url_and_no_other(document: dict[str, Any]) -> None:
    assert set(operations(document)) == set(OPERATIONS)


def test_every_operation_has_its_name_its_words_and_its_answers(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for (method, path), operation in found.items():
        answers = set(operation["responses"])
        assert operation["description"], path
        assert len(answers & {"200", "201", "204"}) == 1, path
        assert {"401", "403"} <= answers, path
        writing = {"400", "409", "411", "413", "415", "422"}
        assert (writing <= answers) == (method != "GET"), path
        assert operation["security"] == [{"header": []}, {"query": []}]


def test_both_ways_to_send_the_token_are_there(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"] == {
        "header": {"type": "apiKey", "in": "header", "name": "x-api-token"},
        "query": {"type": "apiKey", "in": "query", "name": "token"},
    }


def test_refusals_have_the_shape_of_their_path(document: dict[str, Any]) -> None:
    found = operations(document)

    def refused(method: str, path: str) -> str:
        return found[method, path]["responses"]["422"]["$ref"].rpartition("/")[2]

    legacy = "/api/investments/{investment_id}/invoices/{invoice_id}"
    assert refused("POST", legacy) == "Refused422Bare"
    assert refused("POST", "/api/investments") == "Refused422List"
    assert refused("POST", "/api/cost_categories") == "Refused422List"
    assert refused("POST", "/api/payments") == "Refused422"
    costs = found["POST", "/api/investments/{investment_id}/costs"]
    assert "406" in costs["responses"]


def test_shapes_are_exactly_what_is_written(business: Business, api: Door) -> None:
    rows = Rows.of(business, "alpha")
    ids = rows.ids()
    investment = f"investments/{ids['investment_id']}"
    posted = rows.bodies()
    made = f"{investment}/vendors/{ids['vendor_id']}/invoices"
    pairs = [
        (read(api.get("invoices"))[0], InvoiceOut),
        (read(api.get(f"invoices/{ids['invoice_id']}")), InvoiceOut),
        (read(api.post(made, posted["invoices"]), 201), CreatedOut),
        (read(api.get("payments"))[0], PaymentOut),
        (read(api.get(f"payments/{ids['payment_id']}")), PaymentOut),
        (read(api.get("vendors"))[0], VendorOut),
        (read(api.get("investments"))[0], InvestmentOut),
        (read(api.get("cost_categories"))[0], CategoryOut),
        (read(api.get(f"{investment}/costs"))[0], CostListed),
        (read(api.get(f"{investment}/costs/{ids['cost_id']}")), CostOut),
    ]
    for shown, shape in pairs:
        assert list(shown) == [str(name) for name in shape().fields], shape


def test_there_is_a_page_to_browse_it(document: dict[str, Any]) -> None:
    page = Client().get("/api/schema/finario/")
    assert page.status_code == 200
    script = Client().get("/api/schema/finario/?script=")
    assert JSON in script.content.decode()
