"""Refusals: the documented texts to the letter, one table, nothing of the works."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import payments.exceptions
from invoices.api.cannlytics import errors
from partners.exceptions import BookError
from partners.models import ApiKey, Business, Membership
from tests.api.cannlytics.door import (
    NO_ORGANIZATION,
    NOT_A_MEMBER,
    NOT_AUTHENTICATED,
    PATH,
    Door,
    read,
    refusal,
    unchanged,
)
from tests.factories import MembershipFactory, a_key

DAY = datetime.timedelta(days=1)
REQUESTS: list[tuple[str, str | None, Any]] = [
    ("GET", None, None),
    ("GET", "A", None),
    ("POST", None, {"invoice_id": "A"}),
    ("POST", "A", {"invoice_id": "A"}),
    ("DELETE", None, {"invoice_id": "A"}),
    ("DELETE", "A", None),
]


def all_refused(door: Door, status: int, message: str, **options: Any) -> None:
    """Every endpoint and method answers this, and changes nothing."""
    for method, name, body in REQUESTS:
        with unchanged():
            response = door.send(method, name, body, **options)
            assert read(response, status) == refusal(message), (method, name)
        if status == 401:
            assert response["WWW-Authenticate"] == 'Bearer realm="counterfoil"'


def key_of(business: Business, **values: Any) -> tuple[ApiKey, str]:
    member: Membership = MembershipFactory(business=business)
    return ApiKey.create(business, member.user, **values)


# --- who asks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer cf_nonsense", "API-key x", "Bearer Ã¼"]
)
def test_a_key_that_is_none(business: Business, header: str) -> None:
    door = Door(business, None)
    all_refused(door, 401, NOT_AUTHENTICATED, headers={"Authorization": header})


def test_keys_that_are_expired_revoked_or_for_another_dialect(
    business: Business,
) -> None:
    now = timezone.now()
    _, expired = key_of(business, expires_at=now - DAY)
    row, revoked = key_of(business)
    row.revoke(now)
    _, elsewhere = key_of(business, dialects=["native", "finario", "nutcache"])
    left, gone = key_of(business)
    Membership.objects.filter(user=left.user).update(active=False)
    for key in (expired, revoked, elsewhere, gone):
        all_refused(Door(business, key), 401, NOT_AUTHENTICATED)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "API-key", "Bearer  "])
def test_the_key_is_the_last_word(business: Business, scheme: str) -> None:
    _, key = key_of(business, dialects=["cannlytics"], expires_at=timezone.now() + DAY)
    door = Door(business, None)
    response = door.send("GET", headers={"Authorization": f"{scheme} {key}"})
    assert read(response) == {"success": True, "data": []}


# --- for which organization ---------------------------------------------------------------


def test_an_organization_is_needed(api: Door) -> None:
    all_refused(api, 403, NO_ORGANIZATION, query={"organization_id": ""})
    response = api.client.get(PATH, headers=api.headers)
    assert read(response, 403) == refusal(NO_ORGANIZATION)


def test_it_must_be_the_keys(api: Door, stranger: Door) -> None:
    for name in (stranger.business.slug, stranger.business.public_id, "none", "\0"):
        all_refused(api, 403, NOT_A_MEMBER, query={"organization_id": name})


def test_it_may_be_named_by_its_public_id(api: Door, business: Business) -> None:
    response = api.send("GET", query={"organization_id": business.public_id})
    assert read(response) == {"success": True, "data": []}


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_may_not_draft_reads_only(business: Business, role: str) -> None:
    door = Door(business, a_key(business, role=role))
    assert (door.listed(), door.one("A")) == ([], None)
    for name in (None, "A"):
        with unchanged():
            response = door.post({"invoice_id": "A"}, name)
            assert read(response, 403) == refusal(NOT_A_MEMBER)


def test_a_clerk_saves(business: Business) -> None:
    Door(business, a_key(business, role="clerk")).saved({"invoice_id": "A"})


@pytest.mark.parametrize("scope", ["draft", "correct", "pay"])
def test_a_key_without_the_scope_to_view_opens_nothing(
    business: Business, scope: str
) -> None:
    door = Door(business, a_key(business, scopes=[scope]))
    all_refused(door, 403, NOT_A_MEMBER)


def test_a_key_that_may_only_view(business: Business) -> None:
    door = Door(business, a_key(business, scopes=["view"]))
    assert door.listed() == []
    assert read(door.post({"invoice_id": "A"}), 403) == refusal(NOT_A_MEMBER)


# --- in what shape ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("name", [None, "A"])
def test_other_methods_are_not_offered(
    api: Door, method: str, name: str | None
) -> None:
    with unchanged():
        for query in ({}, {"organization_id": ""}):
            response = api.send(method, name, {"invoice_id": "A"}, query=query)
            expected = {"detail": f'Method "{method}" not allowed.'}
            assert read(response, 405) == expected
            assert response["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"


def test_options_tell_the_methods_and_head_is_get(api: Door) -> None:
    response = api.send("OPTIONS")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"
    head = api.send("HEAD")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", ["", "A/", "A/lines", "A/b/c"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_other_paths_are_not_there(api: Door, method: str, path: str) -> None:
    with unchanged():
        response = api.send(method, path, {"invoice_id": "A"})
    assert read(response, 404) == refusal("There is no such path.")


def test_the_answer_is_json_whatever_is_accepted(api: Door) -> None:
    for accept in ("text/html", "application/xml", "*/*", "x", ""):
        response = api.send("GET", headers={"Accept": accept})
        assert read(response) == {"success": True, "data": []}


DEEP = b'{"invoice_id": "A", "x": ' + b"[" * 60 + b"]" * 60 + b"}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "The body is not valid JSON: "),
        (b" ", "The body is not valid JSON: "),
        (b"{'a': 1}", "The body is not valid JSON: "),
        (b'{"invoice_id": "A", "x": NaN}', "The body is not valid JSON: NaN is not"),
        (b'{"invoice_id": "\xff"}', "The body is not UTF-8 text."),
        (b'{"invoice_id": "A", "x": "\\ud800"}', "The body is not UTF-8 text."),
        (
            b'{"invoice_id": "A\\u0000"}',
            "A text contains the character NUL, which cannot be kept.",
        ),
        (
            b'{"invoice_id": "A", "x\\u0000": 1}',
            "A text contains the character NUL, which cannot be kept.",
        ),
        (
            b'{"invoice_id": "A", "x": {"' + b"k" * 201 + b'": 1}}',
            "A key is longer than 200 characters.",
        ),
        (DEEP, "The body is nested deeper than 50 steps."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (
            b'{"invoice_id": "A", "x": ' + b"9" * 1001 + b"}",
            "The body is not valid JSON: a number has more than 1000 digits.",
        ),
        *(
            (
                b'{"invoice_id": "A", "x": ' + number + b"}",
                "The body is not valid JSON: a number is beyond 10 to the power 400.",
            )
            for number in (b"1e401", b"1E-401", b"-1e999999", b"0e401")
        ),
        (b'{"invoice_id": "A", "x": 1e99999999999999999999}', "The body is not valid"),
    ],
)
def test_a_body_that_cannot_be_kept_is_told_why(
    api: Door, body: bytes, message: str
) -> None:
    for method in ("POST", "DELETE"):
        for name in (None, "A"):
            with unchanged():
                said = read(api.send(method, name, body), 400)
            assert list(said) == ["error", "message"]
            assert said["error"] is True
            assert said["message"].startswith(message)


def test_what_lies_just_within_is_kept(api: Door) -> None:
    deep: Any = 1
    for _ in range(49):
        deep = [deep]
    document = {"invoice_id": "A", "x": deep, "k" * 200: 10**400}
    api.saved(document)
    assert api.one("A") == document
    assert api.ids(order_by="k" * 200) == ["A"]


def test_a_body_over_a_mebibyte_is_too_large(api: Door) -> None:
    body = b'{"invoice_id": "A", "x": "' + b"x" * 2**20 + b'"}'
    message = "The body is longer than 1048576 bytes."
    for method in ("POST", "DELETE"):
        with unchanged():
            assert read(api.send(method, "A", body), 413) == refusal(message)


def test_only_json_is_read(api: Door) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        message = f'Unsupported media type "{kind}" in request.'
        for method, name in (("POST", None), ("DELETE", "A")):
            with unchanged():
                response = api.send(
                    method, name, {"invoice_id": "A"}, headers={"Content-Type": kind}
                )
                assert read(response, 415) == refusal(message)


def test_a_body_in_chunks_is_not_taken_for_none(api: Door) -> None:
    message = "Send the body with its Content-Length, not in chunks."
    for method in ("POST", "DELETE"):
        with unchanged():
            response = api.send(method, "A", headers={"Transfer-Encoding": "chunked"})
            assert read(response, 411) == refusal(message)


def test_ids_of_any_text_in_the_path_are_no_fault(api: Door) -> None:
    for name in ("%00", "%2e%2e", "%F0%9F%92%A9", "%ff", "a%20b", "x" * 5000, "'"):
        assert api.one(name) is None
        assert api.send("DELETE", name).status_code in (200, 400)


# --- the table ----------------------------------------------------------------------------


def refusals() -> Iterator[type[BookError]]:
    """Every kind of refusal that any room has."""
    waiting = [BookError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not BookError:
            yield kind


def test_every_refusal_of_the_books_has_a_status() -> None:
    assert payments.exceptions.__doc__, "With these, every room is loaded."
    kinds = set(refusals())
    assert len(kinds) > 20
    for kind in kinds:
        [status] = {
            status for base, status in errors.STATUS.items() if issubclass(kind, base)
        }
        response = errors.translate(kind("Because.", field="lines.0.unit_price"))
        assert response is not None
        assert response.status_code == status
        assert response.data == refusal("amount: Because.")
        plain = errors.translate(kind("Because."))
        assert plain is not None
        assert plain.data == refusal("Because.")
        entry = errors.translate(errors.EntryRefused("Entry 2 (A)", kind("Because.")))
        assert entry is not None
        assert (entry.status_code, entry.data) == (
            status,
            refusal("Entry 2 (A): Because."),
        )


def test_our_faults_stay_ours() -> None:
    assert errors.translate(KeyError("x")) is None


def test_without_any_credential_there_is_a_401() -> None:
    assert Client().get(PATH).status_code == 401
