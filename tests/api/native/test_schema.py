"""The OpenAPI document tells the truth, and its page needs nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.validation import validate_schema
from rest_framework.serializers import BaseSerializer, ListSerializer

from invoices.api.native.serializers.bills import BillOut, BillPaymentOut
from invoices.api.native.serializers.invoices import InvoiceOut
from invoices.api.native.serializers.payments import PaymentOut
from invoices.models import Invoice
from partners.models import Business
from tests.api.native.door import Door, read
from tests.api.native.routes import Rows, urls
from tests.factories import a_key

JSON = "/api/schema/native.json"
PAGE = "/api/schema/native/"


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
    offered = {
        (method, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", url.template))
        for url in urls()
        if url.template.endswith("/")
        for method in url.actions
    }
    assert set(operations(document)) == offered


def test_every_operation_has_its_name_and_its_answers(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for (method, path), operation in found.items():
        answers = set(operation["responses"])
        assert operation["description"], path
        assert answers & {"200", "201", "202", "204"}, path
        assert {"401", "403"} <= answers, path
        assert ("406" in answers) != gives_file(operation), path
        assert ("404" in answers) == ("{" in path), path
        assert method == "GET" or {"400", "409", "411", "413", "415"} <= answers, path
        assert operation["security"] == [{"key": []}]


def gives_file(operation: dict[str, Any]) -> bool:
    """Whether it answers with a file, whatever `Accept` says."""
    content = operation["responses"].get("200", {}).get("content", {})
    return bool(content) and "application/json" not in content


def test_every_refusal_has_the_one_shape(document: dict[str, Any]) -> None:
    shapes = document["components"]["responses"]
    for operation in operations(document).values():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert answer == {"$ref": f"#/components/responses/Refused{status}"}
    for shape in shapes.values():
        content = shape["content"]["application/json"]["schema"]
        assert content == {"$ref": "#/components/schemas/ErrorOut"}


_OF_ALL = (
    "POST send",
    "GET pdf",
    "GET ubl",
    "GET timeline",
    "GET link",
    "DELETE link",
)
_OF_INVOICES = ("dispute", "settle_dispute", "hold", "release", "remind")
_MESSAGES = "webhooks/{endpoint_id}/messages/"
SENDING = {
    *(
        (each.split()[0], f"{name}/{{id}}/{each.split()[1]}/")
        for name in ("invoices", "credit_notes")
        for each in _OF_ALL
    ),
    *(("POST", f"invoices/{{id}}/{verb}/") for verb in _OF_INVOICES),
    ("GET", "invoices/{invoice_id}/deliveries/"),
    ("GET", "credit_notes/{invoice_id}/deliveries/"),
    ("GET", "deliveries/"),
    ("GET", "deliveries/{id}/"),
    *(("POST", f"deliveries/{{id}}/{v}/") for v in ("retry", "settle", "withdraw")),
    *((verb, "document_settings/") for verb in ("GET", "PUT", "PATCH")),
    *((verb, "document_settings/logo/") for verb in ("GET", "PUT", "DELETE")),
    *(("POST", f"webhooks/{{id}}/{verb}/") for verb in ("rotate", "test")),
    ("GET", _MESSAGES),
    ("GET", _MESSAGES + "{id}/"),
    ("POST", _MESSAGES + "{id}/resend/"),
    ("GET", "partners/{partner_id}/statement/"),
    ("POST", "partners/{partner_id}/statement/"),
    ("GET", "send_runs/"),
    ("POST", "send_runs/"),
    ("GET", "send_runs/{id}/"),
    ("POST", "send_runs/{id}/stop/"),
    *(("POST", f"recurring/{{id}}/{verb}/") for verb in ("pause", "resume", "skip")),
}


def test_what_the_contract_has_not_is_marked(document: dict[str, Any]) -> None:
    marked = {
        (method, path.removeprefix("/businesses/{business_id}/"))
        for (method, path), operation in operations(document).items()
        if operation.get("x-beyond-contract")
    }
    items = ["accounts", "inc_payments", "invoicepayments", "invoices"]
    items += ["partners", "products", "bills", "exp_payments", "billpayments"]
    patched = ["accounts", "bills", "invoices", "partners", "products"]
    ours = ["projects", "costs", "cost_categories"]
    ours += ["mail_templates", "reminder_rules", "webhooks", "recurring"]
    assert marked == {
        ("GET", "/businesses/"),
        *(("PUT", f"{name}/{{id}}/") for name in items),
        *(("PATCH", f"{name}/{{id}}/") for name in patched),
        *(("POST", f"invoices/{{id}}/{verb}/") for verb in ("issue", "void", "credit")),
        ("POST", "invoices/{id}/write_off/"),
        *(("POST", f"credit_notes/{{id}}/{verb}/") for verb in ("issue", "void")),
        ("GET", "credit_notes/"),
        ("GET", "credit_notes/{id}/"),
        *(("POST", f"bills/{{id}}/{v}/") for v in ("approve", "cancel", "assign")),
        *((verb, f"{name}/") for name in ours for verb in ("GET", "POST", "PUT")),
        *(
            (verb, f"{name}/{{id}}/")
            for name in ours
            for verb in ("GET", "PUT", "PATCH", "DELETE")
        ),
        *(("POST", f"projects/{{id}}/{verb}/") for verb in ("close", "reopen")),
        *((verb, "projects/{project_id}/costs/") for verb in ("GET", "POST")),
        *SENDING,
    }


def test_parameters_that_the_contract_has_not_are_marked(
    document: dict[str, Any],
) -> None:
    parameters = document["paths"]["/businesses/{business_id}/invoices/"]["get"][
        "parameters"
    ]
    plain = {each["name"] for each in parameters if not each.get("x-beyond-contract")}
    contract = {"from_date", "to_date", "invoice_no", "per_page", "page"}
    assert plain == contract | {"business_id"}
    assert len(parameters) > 15


def test_writes_on_versions_take_if_match_and_answer_with_etag(
    document: dict[str, Any],
) -> None:
    def takes_if_match(operation: dict[str, Any]) -> bool:
        return any(each["name"] == "If-Match" for each in operation["parameters"])

    for (method, path), operation in operations(document).items():
        versioned = re.search(
            r"/(invoices|credit_notes|bills|\w*payments|recurring)/", path
        )
        nested = re.search(r"\{(partner|invoice|bill)_id\}", path)
        expected = bool(versioned) and method != "GET" and not nested
        assert ("412" in operation["responses"]) == expected, (method, path)
        assert not expected or takes_if_match(operation)
        if expected and method != "DELETE":
            good = [operation["responses"].get(code) for code in ("200", "201")]
            assert all("ETag" in answer["headers"] for answer in good if answer)


def names(shape: BaseSerializer[Any]) -> Any:
    """The names that a serializer describes, as deep as it goes."""
    if isinstance(shape, ListSerializer):
        return [names(shape.child)]  # type: ignore[arg-type]
    fields: dict[str, Any] = shape.fields  # type: ignore[attr-defined]
    return {
        name: names(field) if isinstance(field, BaseSerializer) else ...
        for name, field in fields.items()
    }


def shown(described: Any, value: Any) -> Any:
    """The names in a JSON document, as deep as they are described."""
    if isinstance(described, list):
        return [shown(described[0], each) for each in value][:1]
    if isinstance(described, dict) and isinstance(value, dict):
        return {name: shown(described.get(name), value[name]) for name in value}
    return described if value is None else ...


def test_the_documents_have_exactly_the_described_names(business: Business) -> None:
    """The documents are written by SQL, so only a test can hold them to the shape."""
    rows = Rows.of(business, "alpha")
    door = Door(business, a_key(business))
    described = names(InvoiceOut())
    for path in (
        f"invoices/{rows.issued.public_id}",
        f"invoices/{rows.draft.public_id}",
        f"credit_notes/{rows.note.public_id}",
    ):
        document = read(door.get(path))
        assert shown(described, document) == described
        assert list(document) == list(described)
    described = names(BillOut())
    for bill in (rows.waiting, rows.bill):
        document = read(door.get(f"bills/{bill.public_id}"))
        assert shown(described, document) == described or not document["cost_shares"]
        assert list(document) == list(described)
    for path, shape in (
        (f"inc_payments/{rows.payment.public_id}", PaymentOut()),
        (f"billpayments/{rows.paid_out.public_id}", BillPaymentOut()),
    ):
        assert shown(names(shape), read(door.get(path))) == names(shape)
    assert Invoice.objects.filter(lines__tax__isnull=False).count() == 0


def test_the_page_loads_nothing_from_elsewhere() -> None:
    response = Client().get(PAGE)
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    local = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(local) == 5
    for path in local:
        assert path.startswith("/")
        if path.startswith("/static/"):
            assert finders.find(path.removeprefix("/static/"))
    [script] = [path for path in local if "script" in path and path.startswith("/api")]
    code = Client().get(script)
    assert code["Content-Type"] == "application/javascript"
    assert '"validatorUrl": null' in code.content.decode()
    assert "http://" not in code.content.decode()
    assert "https://" not in code.content.decode()


def test_the_page_works_under_its_own_policy_and_others_keep_theirs() -> None:
    page = Client().get(PAGE)["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in page
    assert "default-src 'self'" in page
    assert "script-src" not in page
    assert "unsafe-inline" not in Client().get(JSON)["Content-Security-Policy"]


def test_passwords_are_not_tried_here() -> None:
    headers = {"Authorization": "Basic cGVyc29uOnBhc3N3b3Jk"}
    for path in (JSON, PAGE):
        assert Client().get(path, headers=headers).status_code == 200
