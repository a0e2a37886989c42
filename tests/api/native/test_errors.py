"""Refusals: one shape, one table, and nothing of the works showing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from invoices.api.native import errors, urls
from partners.exceptions import BookError, Conflict, Invalid, NotAllowed, Stale
from partners.models import Business, Partner
from tests.api.native.door import Door, dumps, read, refusal, unchanged
from tests.factories import PartnerFactory, a_draft, a_key

NO_KEY = "Use the header Authorization: Bearer KEY."
BAD_KEY = "The key is unknown, expired, revoked or for another dialect."


@pytest.mark.parametrize(
    ("header", "code", "message"),
    [
        (None, "not_authenticated", NO_KEY),
        ("", "not_authenticated", NO_KEY),
        ("Bearer", "authentication_failed", NO_KEY),
        ("Basic eDp4", "authentication_failed", NO_KEY),
        ("Bearer cf_nonsense", "authentication_failed", BAD_KEY),
    ],
)
def test_without_a_good_key_one_is_told_what_to_send(
    business: Business, header: str | None, code: str, message: str
) -> None:
    door = Door(business, None)
    headers = {} if header is None else {"Authorization": header}
    for path in ("invoices", "invoices/dd921fea0", "/currencies"):
        response = door.send("GET", path, headers=headers)
        assert read(response, 401) == refusal(401, code, message)
        assert response["WWW-Authenticate"] == 'Bearer realm="counterfoil"'


def test_the_scheme_is_read_in_any_case(business: Business) -> None:
    headers = {"Authorization": f"bearer  {a_key(business)} "}
    assert read(Door(business, None).send("GET", "invoices", headers=headers)) == []


def test_what_the_role_lacks_is_named(business: Business, customer: Partner) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    message = (
        "This needs the capability “master”, which the role or the key's scopes of "
        "this caller do not include."
    )
    with unchanged():
        refused = read(viewer.delete(f"partners/{customer.public_id}"), 403)
    assert refused == refusal(403, "not_allowed", message)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["nowhere", "invoices/x/y/z", "invoices//", "quotes/"])
def test_paths_that_the_dialect_has_not_answer_in_its_shape(
    api: Door, method: str, path: str
) -> None:
    expected = refusal(404, "not_found", "There is no such path.")
    assert read(api.send(method, path), 404) == expected


def test_a_method_that_is_not_offered_is_told_with_those_that_are(api: Door) -> None:
    response = api.delete("invoices/")
    message = 'Method "DELETE" not allowed.'
    assert read(response, 405) == refusal(405, "method_not_allowed", message)
    assert response["Allow"] == "GET, POST, PUT, HEAD, OPTIONS"


def test_options_tell_the_methods(api: Door) -> None:
    response = api.send("OPTIONS", "invoices/dd921fea0/")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


def test_head_is_get_without_a_body(api: Door, business: Business) -> None:
    a_draft(business)
    got, head = api.get("invoices?page=0"), api.send("HEAD", "invoices?page=0")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "X-Total-Count", "Link"):
        assert head[name] == got[name]


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_only_json_is_spoken(api: Door, accept: str) -> None:
    response = api.send("GET", "invoices", headers={"Accept": accept})
    message = "Could not satisfy the request Accept header."
    assert read(response, 406) == refusal(406, "not_acceptable", message)


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/*;q=0.5",
        "text/html,application/xhtml+xml,*/*;q=0.8",
    ],
)
def test_who_takes_json_gets_it(api: Door, accept: str) -> None:
    assert read(api.send("GET", "invoices", headers={"Accept": accept})) == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_only_json_is_read(api: Door, kind: str) -> None:
    with unchanged():
        response = api.send(
            "POST", "partners/", {"name": "x"}, headers={"Content-Type": kind}
        )
    message = f'Unsupported media type "{kind}" in request.'
    assert read(response, 415) == refusal(415, "unsupported_media_type", message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
        (b'{"name": "\xff"}', "The body is not UTF-8 text."),
        (b'{"name": "\\ud800"}', "The body is not UTF-8 text."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (b'{"name": NaN}', "The body is not valid JSON: NaN is not a number."),
        (
            b'{"name": ' + b"9" * 41 + b"}",
            "The body is not valid JSON: a number has more than 40 digits.",
        ),
        (
            b" ",
            "The body is not valid JSON: Expecting value: line 1 column 2 (char 1).",
        ),
    ],
)
def test_a_body_that_is_no_document_is_told_why(
    api: Door, body: bytes, message: str
) -> None:
    expected = refusal(400, "parse_error", message)
    with unchanged():
        assert read(api.post("partners/", body), 400) == expected


def test_text_beyond_ascii_comes_back_as_it_went(api: Door) -> None:
    name = "Zoë 💩 ไทย \u202e"
    for body in (dumps({"name": name}), f'{{"name": "{name}"}}'.encode()):
        created = api.post("partners/", body)
        assert read(created, 201)["name"] == name


def refusals() -> Iterator[type[BookError]]:
    """Every kind of refusal that any room has."""
    waiting = [BookError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not BookError:
            yield kind


def test_every_refusal_of_the_books_has_a_status_and_a_word_of_its_own() -> None:
    assert urls.urlpatterns, "With these, every room is loaded."
    kinds = set(refusals())
    assert len(kinds) > 20
    for kind in kinds:
        response = errors.translate(kind("Because.", field="lines.3.account"))
        assert response is not None
        assert response.data == refusal(
            errors.STATUS[
                next(base for base in errors.STATUS if issubclass(kind, base))
            ],
            kind.code,
            "Because.",
            {"details.3.payment_account": ["Because."]},
        )
    own = [kind.code for kind in kinds - {Conflict, Invalid, NotAllowed, Stale}]
    assert len(own) == len(set(own))


@pytest.mark.django_db
def test_what_others_took_meanwhile_is_a_conflict_and_our_faults_stay_ours(
    business: Business,
) -> None:
    partner = PartnerFactory(business=business)

    def broken(sql: str) -> Exception:
        with (
            pytest.raises(IntegrityError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
        return caught.value

    table = "UPDATE partners_partner SET"
    where = f"WHERE id = {partner.pk}"
    PartnerFactory(business=business, code="TAKEN")
    overtaken = [
        broken(f"{table} code = 'TAKEN' {where}"),
    ]
    message = "The books changed meanwhile; read them again."
    for error in overtaken:
        response = errors.translate(error)
        assert response is not None
        assert response.data == refusal(409, "conflict", message)
    assert errors.translate(broken(f"{table} name = '' {where}")) is None
    assert errors.translate(KeyError("x")) is None
