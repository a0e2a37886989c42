"""`/api/invoices` is three dialects' path: the credential's form says which."""

from __future__ import annotations

import base64
import json
from itertools import chain, combinations
from typing import Any

import pytest
from django.test import Client

from partners.models import ApiKey, Business
from tests.books import contents
from tests.factories import MembershipFactory, a_bill, an_issued_invoice

KINDS = ("cannlytics", "finario", "nutcache")
NOT_AUTHENTICATED = (
    "Your request was not authenticated. "
    "Ensure that you have a valid session or API key."
)
COMBINATIONS = list(chain.from_iterable(combinations(KINDS, n) for n in (0, 2, 3)))


class Caller:
    """One member with one key, sent as each dialect sends it."""

    def __init__(self, business: Business, *dialects: str) -> None:
        member = MembershipFactory(business=business, role="owner")
        self.business = business
        _, self.key = ApiKey.create(business, member.user, dialects=dialects)
        secret = f"{self.key}:{member.user.email}:password".encode()
        basic = base64.b64encode(secret).decode()
        self.headers = {
            "cannlytics": {"Authorization": f"Bearer {self.key}"},
            "finario": {"x-api-token": self.key},
            "nutcache": {
                "Authorization": f"nut-basic {basic}",
                "OrganizationGuid": str(business.guid),
                "api-version": "3",
            },
        }

    def get(self, path: str, *kinds: str, **headers: str) -> Any:
        """The answer to a GET that carries these kinds of credential."""
        sent: dict[str, str] = {}
        for kind in kinds:
            for name, value in self.headers[kind].items():
                sent[name] = f"{sent[name]}, {value}" if name in sent else value
        query = {"organization_id": self.business.slug}
        return Client().get(path, query_params=query, headers=sent | headers)


@pytest.fixture
def caller(business: Business) -> Caller:
    return Caller(business)


SHAPE = {"cannlytics": "success", "nutcache": "invoices"}


def spoken(response: Any) -> str:
    """The dialect that a list of invoices is written in."""
    assert response.status_code == 200, response.content
    if response.streaming:
        # Read to its end: its cursor lives in this test's transaction.
        assert isinstance(json.loads(b"".join(response.streaming_content)), list)
        return "finario"
    [kind] = [name for name, word in SHAPE.items() if word in response.json()]
    return kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_one_credential_chooses_its_dialect(caller, kind, slash) -> None:
    an_issued_invoice(caller.business)
    a_bill(caller.business)
    response = caller.get(f"/api/invoices{slash}", kind)
    if (kind, slash) == ("cannlytics", "/"):
        assert (response.status_code, response.json()) == (
            404,
            {"error": True, "message": "There is no such path."},
        )
    else:
        assert spoken(response) == kind


def test_a_token_in_the_query_is_finarios(caller) -> None:
    response = Client().get("/api/invoices", query_params={"token": caller.key})
    assert spoken(response) == "finario"


def test_an_api_key_scheme_is_cannlytics(caller) -> None:
    response = caller.get("/api/invoices", Authorization=f"API-key {caller.key}")
    assert spoken(response) == "cannlytics"


def test_a_key_alone_is_cannlytics_which_takes_the_last_word(caller) -> None:
    response = caller.get("/api/invoices", Authorization=caller.key)
    assert spoken(response) == "cannlytics"


@pytest.mark.parametrize(
    ("kind", "status"), [("finario", 200), ("cannlytics", 404), ("nutcache", 404)]
)
def test_only_finario_knows_a_path_that_ends_in_json(caller, kind, status) -> None:
    response = caller.get("/api/invoices.json", kind)
    assert response.status_code == status
    if status == 200:
        assert spoken(response) == "finario"


def test_a_path_of_no_dialect_is_refused_in_json() -> None:
    response = Client().get("/api/contacts")
    assert (response.status_code, response.json()) == (
        404,
        {
            "success": False,
            "error": True,
            "message": "There is no such path.",
            "remedy": "See /docs/ for those there are.",
        },
    )


@pytest.mark.parametrize("kinds", COMBINATIONS, ids="+".join)
@pytest.mark.parametrize("path", ["", "/", "/1", "/1/", "/1/2"])
def test_none_or_several_credentials_are_refused(caller, kinds, path) -> None:
    before = contents()
    response = caller.get(f"/api/invoices{path}", *kinds)
    assert response.status_code == (400 if kinds else 401)
    body = response.json()
    said = "Two kinds of credential were sent." if kinds else NOT_AUTHENTICATED
    assert (body["success"], body["error"], body["message"]) == (False, True, said)
    assert body["remedy"].startswith("Send one credential:")
    assert ("WWW-Authenticate" in response) == (not kinds)
    assert contents() == before


@pytest.mark.parametrize("header", ["Basic YTpi", "Digest x", "", "Token abc", ","])
def test_a_credential_of_no_known_kind_is_refused(caller, header) -> None:
    assert caller.get("/api/invoices", Authorization=header).status_code == 401


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_credential_is_refused_by_its_own_dialect(caller, kind) -> None:
    ApiKey.objects.for_business(caller.business).get().revoke(
        caller.business.created_at
    )
    response = caller.get("/api/invoices", kind)
    assert response.status_code == 401
    words = {
        "cannlytics": {"error", "message"},
        "finario": {"success", "message"},
        "nutcache": {"errors"},
    }
    assert set(response.json()) == words[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("made_for", ["native", *KINDS])
def test_a_key_for_one_dialect_opens_no_other(business, made_for, kind) -> None:
    caller = Caller(business, made_for)
    response = caller.get("/api/invoices", kind)
    if kind == made_for:
        assert spoken(response) == kind
    else:
        assert response.status_code == 401
    native = caller.get("/businesses/", Authorization=f"Bearer {caller.key}")
    assert native.status_code == (200 if made_for == "native" else 401)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_path_below_is_refused_in_the_dialects_shape(caller, kind) -> None:
    response = caller.get("/api/invoices/1/2/3", kind)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_needs_no_csrf_token(caller, method) -> None:
    client = Client(enforce_csrf_checks=True)
    for kind in KINDS:
        response = client.generic(
            method, "/api/invoices", b"x", headers=caller.headers[kind]
        )
        assert response.status_code in (400, 403, 405, 415, 422), kind
        assert b"CSRF" not in response.content
