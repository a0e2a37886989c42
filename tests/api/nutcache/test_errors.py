"""Refusals: one shape, one table, no writes, and nothing of the works showing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from invoices.api.nutcache import errors
from partners.exceptions import BookError
from partners.models import Business
from tests.api.nutcache.door import Door, ids, read, refusal, unchanged
from tests.factories import a_draft

NOTHING = refusal(404, "not_found", "There is nothing here with this id.")
NO_PATH = refusal(404, "not_found", "There is no such path.")
LISTS = (
    *("invoices", "customers", "organizations", "currencies", "countries", "states"),
    *("members", "taxes", "items"),
)
WRITES = ("PUT", "PATCH", "DELETE", "PROPFIND", "TRACE")


def no_writes(method: str) -> dict:
    message = (
        f"{method} is not offered here: the API documents no writes, only GET of "
        "documents and POST of searches to …/filtered."
    )
    return refusal(405, "method_not_allowed", message)


@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_written(api: Door, business: Business, name: str) -> None:
    pk = a_draft(business).pk
    wrong = [
        *((method, name) for method in (*WRITES, "POST")),
        *((method, f"{name}/{pk}") for method in (*WRITES, "POST")),
        *((method, f"{name}/filtered") for method in (*WRITES, "GET", "HEAD")),
    ]
    with unchanged():
        for method, path in wrong:
            response = api.send(method, path, {"name": "x"})
            assert response.status_code == 405, (method, path)
            if method != "HEAD":
                assert read(response, 405) == no_writes(method)


def test_nothing_can_be_written_below_an_invoice_or_at_the_shared_path(
    api: Door, business: Business
) -> None:
    pk = a_draft(business).pk
    with unchanged():
        for method in (*WRITES, "POST"):
            for path in ("invoice_details", "invoice_taxes"):
                response = api.send(method, f"invoices/{pk}/{path}", {})
                assert read(response, 405) == no_writes(method)
            for path in ("/api/invoices", f"/api/invoices/{pk}"):
                assert read(api.send(method, path, {}), 405) == no_writes(method)


def test_a_write_is_refused_as_one_before_anything_else_is_asked(api: Door) -> None:
    headers: dict[str, str | None] = {"OrganizationGuid": None, "api-version": "9"}
    response = api.send("DELETE", "invoices/1", headers=headers)
    assert read(response, 405) == no_writes("DELETE")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_options_tell_the_methods(api: Door) -> None:
    for path, methods in {
        "invoices": "GET, HEAD, OPTIONS",
        "invoices/1": "GET, HEAD, OPTIONS",
        "invoices/filtered": "POST, OPTIONS",
    }.items():
        response = api.send("OPTIONS", path, headers={"OrganizationGuid": None})
        assert (response.status_code, response.content) == (204, b"")
        assert response["Allow"] == methods


def test_head_is_get_without_a_body(api: Door, business: Business) -> None:
    a_draft(business)
    got, head = api.get("invoices"), api.send("HEAD", "invoices")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == got["Content-Length"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "pk",
    ["0", "999999999999", "9" * 19, "9" * 60, "x", "-1", "1.0", "٣", "%00", "1'--"],
)
def test_an_id_that_is_not_there_or_can_be_none(api: Door, name: str, pk: str) -> None:
    assert read(api.get(f"{name}/{pk}"), 404) == NOTHING


@pytest.mark.parametrize(
    "path",
    [
        "invoices/{0}/invoice_details",
        "invoices/{0}/invoice_taxes",
        "countries/{0}/states",
    ],
)
@pytest.mark.parametrize("pk", ["999999999999", "9" * 60, "x", "-1"])
def test_nothing_is_below_what_is_not_there(api: Door, path: str, pk: str) -> None:
    assert read(api.get(path.format(pk)), 404) == NOTHING
    response = api.send("POST", f"{path.format(pk)}/filtered", {})
    assert read(response, 404) == NOTHING


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        *("/webapi", "/webapi/", "nowhere", "projects", "projects/1", "estimates/1"),
        *("invoices/1/nowhere", "invoices//", "customers/1/states", "Invoices"),
        *("invoices/1/invoice_details/1", "invoices.json", "time_entries"),
    ],
)
def test_paths_that_the_dialect_has_not(api: Door, method: str, path: str) -> None:
    assert read(api.send(method, path, {}), 404) == NO_PATH


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_path_has_a_twin_with_a_slash(
    api: Door, business: Business, slash: str
) -> None:
    pk = a_draft(business).pk
    for path in (
        *LISTS,
        f"invoices/{pk}",
        f"invoices/{pk}/invoice_details",
        f"invoices/{pk}/invoice_taxes",
        "countries/840/states",
    ):
        assert read(api.get(f"{path}{slash}"))
    for path in (*LISTS, f"invoices/{pk}/invoice_taxes", "countries/840/states"):
        assert read(api.send("POST", f"{path}/filtered{slash}", {}))


# --- bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["invoices", "currencies"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            b'{"a": ',
            "The body is not valid JSON: Expecting value: line 1 column 7 (char 6).",
        ),
        (b'{"a": "\xff"}', "The body is not UTF-8 text."),
        (b'{"a": "\\ud800"}', "The body is not UTF-8 text."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (b'{"a": NaN}', "The body is not valid JSON: NaN is not a number."),
    ],
)
def test_a_body_that_is_no_json(
    api: Door, name: str, body: bytes, message: str
) -> None:
    response = api.send("POST", f"{name}/filtered", body)
    assert read(response, 400) == refusal(400, "parse_error", message)


def test_a_body_that_is_too_long(api: Door, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = api.send("POST", "invoices/filtered", b'{"a": "' + b"x" * 100 + b'"}')
    message = "The body is longer than 100 bytes."
    assert read(response, 413) == refusal(413, "too_large", message)


def test_a_body_in_chunks(api: Door) -> None:
    headers: dict[str, str | None] = {"Transfer-Encoding": "chunked"}
    response = api.send("POST", "invoices/filtered", {}, headers=headers)
    message = "Send the body with its Content-Length, not in chunks."
    assert read(response, 411) == refusal(411, "length_required", message)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_only_json_is_read(api: Door, kind: str) -> None:
    response = api.send("POST", "invoices/filtered", {}, content_type=kind)
    message = f'Unsupported media type "{kind}" in request.'
    assert read(response, 415) == refusal(415, "unsupported_media_type", message)


def test_only_json_is_spoken(api: Door) -> None:
    response = api.get("invoices", headers={"Accept": "text/html"})
    message = "Could not satisfy the request Accept header."
    assert read(response, 406) == refusal(406, "not_acceptable", message)


@pytest.mark.parametrize(
    "query", ["limit=%00", "page=%00", "include=%00", "include=customers%00", "%00=1"]
)
def test_nul_in_the_query_is_no_fault_of_ours(api: Door, query: str) -> None:
    assert api.get(f"invoices?{query}").status_code in (200, 400)
    assert api.get(f"currencies?{query}").status_code in (200, 400)


# --- the table ------------------------------------------------------------------------


def refusals() -> Iterator[type[BookError]]:
    """Every kind of refusal that any room has."""
    waiting = [BookError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not BookError:
            yield kind


def test_every_refusal_of_the_books_has_a_status() -> None:
    kinds = set(refusals())
    assert len(kinds) > 20
    for kind in kinds:
        response = errors.translate(kind("Because.", field="lines.3.account"))
        assert response is not None
        base = next(base for base in errors.STATUS if issubclass(kind, base))
        assert response.data == refusal(
            errors.STATUS[base], kind.code, "Because.", "lines.3.account"
        )
        bare = errors.translate(kind("Because."))
        assert bare is not None
        assert bare.data["errors"][0]["property"] is None
    assert errors.translate(KeyError("x")) is None


def test_our_own_faults_are_not_told_as_the_client_s(api: Door, monkeypatch) -> None:
    from invoices.api.nutcache import paging

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(paging, "page", broken)
    with pytest.raises(ZeroDivisionError):
        api.get("invoices")


def test_a_single_document_is_an_array_of_one(api: Door, business: Business) -> None:
    pk = a_draft(business).pk
    assert ids(read(api.get(f"invoices/{pk}"))["invoices"]) == [pk]
