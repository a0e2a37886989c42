"""Who may come in: key, user and password, and the organization in the header."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Attempts, Business, User
from tests.api.nutcache.door import Door, credential, read, refusal, unchanged
from tests.factories import BusinessFactory, UserFactory

SEND = "Send the header Authorization: nut-basic BASE64, of key:user:password."
DO_NOT_FIT = (
    "Key, user and password do not fit each other, or the key is expired, revoked or "
    "for another dialect."
)
GUID = (
    "Send the header OrganizationGuid with the organization's guid, as "
    "webapi/organizations shows it."
)
PATHS = ("invoices", "organizations", "currencies/840", "invoices/1/invoice_taxes")
NEED_NONE = ("organizations", "countries", "states", "currencies")
NEED_ONE = ("invoices", "customers", "members", "taxes", "items")


def refused(door: Door, message: str, header: str | None = "") -> None:
    """Every path answers 401 with this message; nothing changes."""
    headers = {} if header == "" else {"Authorization": header}
    with unchanged():
        for path in PATHS:
            response = door.get(path, headers=headers)
            assert read(response, 401) == refusal(401, "authentication_failed", message)
            assert response["WWW-Authenticate"] == "nut-basic"


def encoded(text: bytes) -> str:
    return base64.b64encode(text).decode()


@pytest.mark.parametrize(
    "header",
    [
        None,
        " ",
        "nut-basic",
        "nut-basic ",
        "nut-basic !!!!",
        "nut-basic YQ",
        "nut-basic YQ=",
        "nut-basic Y\u00fcQ=",
        f"nut-basic {encoded(b'')}",
        f"nut-basic {encoded(b'key')}",
        f"nut-basic {encoded(b'key:user')}",
        f"nut-basic {encoded(bytes([255, 254]))}",
        f"Basic {encoded(b'key:user:password')}",
        "Bearer cf_nonsense",
        f"{encoded(b'key:user:password')}",
    ],
)
def test_a_header_of_another_form_is_refused(api: Door, header: str | None) -> None:
    refused(api, SEND, header)


def test_key_user_and_password_must_fit(api: Door, stranger: Door) -> None:
    key, email = api.key, api.member.user.email
    other = stranger.member.user.email
    for wrong in (
        credential("", email),
        credential("cf_nonsense", email),
        credential(stranger.key, email),
        credential(key, ""),
        credential(key, other),
        credential(key, "nobody@example.com"),
        credential(key, email, ""),
        credential(key, email, "Password"),
        credential(key, email, "password "),
        credential(key, email, "password\0"),
        credential(f" {key}", email),
    ):
        refused(api, DO_NOT_FIT, wrong)


def test_the_address_is_read_in_any_case_and_so_is_the_scheme(api: Door) -> None:
    good = credential(api.key, api.member.user.email.upper())
    for header in (good, good.replace("nut-basic", "NUT-Basic")):
        assert read(api.get("invoices", headers={"Authorization": header}))


def test_a_password_may_have_colons_and_any_letter(api: Door) -> None:
    word = "a:b::ü💩 :"
    api.member.user.set_password(word)
    api.member.user.save()
    good = credential(api.key, api.member.user.email, word)
    assert read(api.get("invoices", headers={"Authorization": good}))
    refused(api, DO_NOT_FIT, credential(api.key, api.member.user.email, "a"))


def _expire(door: Door) -> None:
    door.row.expires_at = timezone.now() - datetime.timedelta(seconds=1)
    door.row.save()


def _deactivate(door: Door) -> None:
    User.objects.filter(pk=door.member.user_id).update(is_active=False)


def _leave(door: Door) -> None:
    door.member.active = False
    door.member.save()


def _change_password(door: Door) -> None:
    door.member.user.set_password("another")
    door.member.user.save()


def _remove_password(door: Door) -> None:
    door.member.user.set_unusable_password()
    door.member.user.save()


@pytest.mark.parametrize(
    "end",
    [
        _expire,
        lambda door: door.row.revoke(timezone.now()),
        _deactivate,
        _leave,
        _change_password,
        _remove_password,
    ],
)
def test_what_was_good_a_moment_ago_ends_at_once(
    api: Door, end: Callable[[Door], None]
) -> None:
    assert read(api.get("invoices")) == {"invoices": []}
    end(api)
    refused(api, DO_NOT_FIT)


def test_a_new_password_counts_at_once(api: Door) -> None:
    assert read(api.get("invoices"))
    _change_password(api)
    header = credential(api.key, api.member.user.email, "another")
    assert read(api.get("invoices", headers={"Authorization": header}))


@pytest.mark.parametrize(
    ("dialects", "welcome"),
    [
        ([], True),
        (["nutcache"], True),
        (["native", "nutcache"], True),
        (["native"], False),
    ],
)
def test_a_key_is_for_the_dialects_that_it_names(
    business: Business, dialects: list[str], welcome: bool
) -> None:
    door = Door(business, dialects=dialects)
    if welcome:
        assert read(door.get("invoices"))
    else:
        refused(door, DO_NOT_FIT)


def test_a_key_whose_scopes_do_not_let_look_sees_nothing(business: Business) -> None:
    door = Door(business, scopes=["issue"])
    message = (
        "This needs the capability “view”, which the role or the key's scopes of this "
        "caller do not include."
    )
    for path in PATHS:
        answer = read(door.get(path), 403)
        assert answer == refusal(403, "not_allowed", message)


@pytest.mark.parametrize("role", ["owner", "accountant", "clerk", "approver", "viewer"])
def test_every_role_may_read(business: Business, role: str) -> None:
    assert read(Door(business, role=role).get("invoices")) == {"invoices": []}


# --- the organization -----------------------------------------------------------------


def of(value: str | None, name: str = "OrganizationGuid") -> dict[str, str | None]:
    return {"OrganizationGuid": None, name: value}


@pytest.mark.parametrize("name", NEED_ONE)
@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "x",
        "846E176E-7C4B-4BFD-A894-C98F2988927",
        "{%s}",
        "urn:uuid:%s",
        "%s0",
    ],
)
def test_without_a_guid_there_is_no_organization(
    api: Door, name: str, value: str | None
) -> None:
    text = value and value.replace("%s", str(api.business.guid))
    expected = refusal(400, "bad_request", GUID, "OrganizationGuid")
    assert read(api.get(name, headers=of(text)), 400) == expected
    response = api.send("POST", f"{name}/filtered", {}, headers=of(text))
    assert read(response, 400) == expected


@pytest.mark.parametrize("name", NEED_ONE)
def test_whether_another_organization_exists_is_not_told(
    api: Door, stranger: Door, name: str
) -> None:
    message = "The key is not for the organization in OrganizationGuid."
    expected = refusal(403, "other_organization", message)
    for guid in (stranger.business.guid, uuid.uuid4()):
        assert read(api.get(name, headers=of(str(guid))), 403) == expected


def test_a_person_of_two_organizations_needs_two_keys(api: Door) -> None:
    """A key opens one organization, however many the person works for."""
    other = BusinessFactory()
    response = api.get("invoices", headers=of(str(other.guid)))
    assert response.status_code == 403


@pytest.mark.parametrize("name", NEED_NONE)
@pytest.mark.parametrize("value", [None, "x", str(uuid.UUID(int=1))])
def test_some_need_no_organization_and_do_not_look_at_it(
    api: Door, name: str, value: str | None
) -> None:
    assert read(api.get(name, headers=of(value)))[name]


def test_the_guid_is_read_in_any_case_and_under_its_old_name(api: Door) -> None:
    guid = str(api.business.guid)
    for headers in (of(guid.upper()), of(guid, "CompanyGuid"), of(f" {guid} ")):
        assert read(api.get("invoices", headers=headers)) == {"invoices": []}
    both: dict[str, Any] = {"CompanyGuid": str(uuid.uuid4()), "OrganizationGuid": guid}
    assert read(api.get("invoices", headers=both)) == {"invoices": []}


@pytest.mark.parametrize(("version", "status"), [("3", 200), (None, 200), ("2", 400)])
def test_the_version_is_three_or_not_told(
    api: Door, version: str | None, status: int
) -> None:
    answer = read(api.get("currencies", headers={"api-version": version}), status)
    if status == 400:
        message = "Use api-version 3."
        assert answer == refusal(400, "bad_request", message, "api-version")


def test_a_user_of_nothing_has_no_way_in(api: Door) -> None:
    loner = UserFactory()
    refused(api, DO_NOT_FIT, credential(api.key, loner.email))


def test_guessing_a_password_behind_a_key_comes_to_an_end(api: Door) -> None:
    email = api.member.user.email
    again = Door(api.business)
    wrong = {"Authorization": credential(api.key, email, "wrong")}
    for _ in range(20):
        assert api.get("countries", headers=wrong).status_code == 401

    closed = [api.get("countries", headers=each) for each in (wrong, api.headers)]

    for answer in closed:
        left = answer["Retry-After"]
        assert int(left) in range(240, 301)  # five minutes, less what this took
        message = f"Request was throttled. Expected available in {left} seconds."
        assert read(answer, 429) == refusal(429, "throttled", message)
    assert again.get("countries").status_code == 200
    Attempts.objects.all().delete()
    assert api.get("countries").status_code == 200
    for _ in range(20):
        api.get("countries", headers=wrong)
    assert api.get("countries").status_code == 200
