"""The token: in the header or the query, never in an answer or a log."""

from __future__ import annotations

import datetime
import logging

import pytest

from partners.models import ApiKey, Membership
from tests.api.finario.door import Door, failure, read, text_of, unchanged
from tests.factories import MembershipFactory, a_key

PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
REMEDY = "Send the header x-api-token or the query parameter token."
BAD = "The token is unknown, expired, revoked or for another dialect."
PATHS = [
    ("GET", "invoices"),
    ("GET", "invoices/x"),
    ("POST", "investments/WORKSHOP/vendors/TIMBER/invoices"),
    ("PUT", "investments/WORKSHOP/vendors/TIMBER/invoices/x"),
    ("POST", "investments/WORKSHOP/invoices/x"),
    ("GET", "vendors"),
    ("GET", "investments"),
    ("GET", "cost_categories"),
    ("GET", "payments"),
    ("DELETE", "vendors/x"),
]


def test_the_header_the_query_or_both(business, api) -> None:
    assert read(api.get("vendors")) == []
    assert read(api.get("vendors", token=api.key)) == []
    api.headers = {}
    assert read(api.get("vendors", token=f" {api.key} ")) == []
    assert read(api.get("vendors", token=[api.key, api.key])) == []


def test_two_different_tokens_are_refused(business, api) -> None:
    message = failure("Two different tokens were sent; send one.")
    assert read(api.get("vendors", token=a_key(business)), 401) == message
    api.headers = {}
    both = api.get("vendors", token=[api.key, "another"])
    assert read(both, 401) == message


def test_no_token(business) -> None:
    nobody = Door(business, None)
    with unchanged():
        for method, path in PATHS:
            answer = nobody.send(method, path, {})
            if path.startswith("invoices"):
                continue  # other dialects are spoken there too
            assert read(answer, 401) == failure(REMEDY)
            challenge = 'ApiToken realm="counterfoil", header="x-api-token"'
            assert answer["WWW-Authenticate"] == challenge
            assert read(nobody.send(method, path, {}, query={"token": ""}), 401)


def expired(business) -> str:
    member = MembershipFactory(business=business)
    return ApiKey.create(business, member.user, expires_at=PAST)[1]


def revoked(business) -> str:
    member = MembershipFactory(business=business)
    key, text = ApiKey.create(business, member.user)
    key.revoke(PAST)
    return text


def native(business) -> str:
    member = MembershipFactory(business=business)
    return ApiKey.create(business, member.user, dialects=["native"])[1]


def former(business) -> str:
    member = MembershipFactory(business=business)
    text = ApiKey.create(business, member.user)[1]
    Membership.objects.filter(pk=member.pk).update(active=False)
    return text


def unknown(business) -> str:
    return "cf_" + "x" * 43


def nonsense(business) -> str:
    return "\u00e4\u00ff" * 10


@pytest.mark.parametrize("make", [expired, revoked, native, former, unknown, nonsense])
def test_a_token_that_opens_nothing(business, caplog, make) -> None:
    caplog.set_level(logging.DEBUG)
    door = Door(business, make(business))
    with unchanged():
        for method, path in PATHS:
            answer = door.send(method, path, {})
            assert read(answer, 401) == failure(BAD)
            assert str(door.key) not in text_of(answer)
    assert str(door.key) not in caplog.text


def test_a_key_for_this_dialect_opens_it(business) -> None:
    member = MembershipFactory(business=business)
    key = ApiKey.create(business, member.user, dialects=["finario"])[1]
    assert read(Door(business, key).get("vendors")) == []


def test_a_viewer_may_look_and_change_nothing(business, project, vendor) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    assert read(viewer.get("invoices")) == []
    body = {"amount": 1, "date": "2016-11-30", "number": "1", "name": "x"}
    with unchanged():
        for path in (
            "investments/WORKSHOP/vendors/TIMBER/invoices",
            "vendors",
            "cost_categories",
        ):
            answer = viewer.post(path, body)
            said = read(answer, 403)
            assert (said["success"], "capability" in said["message"]) == (False, True)


def test_a_key_without_the_scope_to_look_sees_nothing(business) -> None:
    payer = Door(business, a_key(business, scopes=["pay"]))
    for method, path in PATHS:
        assert payer.send(method, path, {}).status_code == 403


def test_a_token_in_the_address_is_in_no_log_and_no_answer(api, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    for path in ("vendors", "invoices/none", "nowhere/at/all", "payments/x/y"):
        answer = api.get(path, token=api.key)
        assert api.key not in text_of(answer)
        assert api.key not in str(answer.headers)
    assert api.key not in caplog.text
