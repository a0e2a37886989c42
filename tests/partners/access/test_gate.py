"""The gate: nobody who owes a second factor is anybody, at any door there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from invoices.members.demanding import demand_second_factor
from partners.access import Actor
from partners.exceptions import Conflict, NotAllowed
from partners.models import ApiKey, Membership, User
from tests.admin_cast import books, staff
from tests.books import contents
from tests.factories import BusinessFactory, MembershipFactory, a_key, actor
from tests.partners.access.cast import person, signed_in, with_factor

pytestmark = pytest.mark.django_db

# What answers everybody, signed in or not.
OPEN_TO_ALL = {
    "account/second-factor/",  # where those who owe one set it up
    "sign-in/code/",
    "sign-out/",
    "admin/logout/",
    "sign-in/",
    "admin/login/",
    "password/forgotten/",
    "language/",
    "favicon.ico",
    "livez",
    "readyz",
    "admin/jsi18n/",
}
SHUT = re.compile(r"/sign-in/|/admin/login/\?next=|/admin/$|/account/password/$")
_PUBLIC: tuple[str, ...] = (
    "docs/",
    "demo/",
    "hooks/",
    "api/",
    "webapi",
    "businesses",
    "i/",
    "join/",
    "password/new/",
    "currencies",
    "countries",
)


def doors(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every path of the URL configuration, with something for each part."""
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from doors(one, path)
        elif isinstance(one, URLPattern):
            yield path


def filled(path: str, slug: str) -> str:
    """The path with a business and numbers in its gaps."""
    path = path.replace("<slug:slug>", slug).replace(r"(?P<slug>[-\w]+)", slug)
    path = re.sub(r"\(\?P<[^>]+>([^()|]*)[^()]*\)", lambda m: word_for(m[1]), path)
    path = re.sub(r"<(?:\w+:)?\w+>", "1", path)
    return "/" + re.sub(r"[\^$]|\\Z", "", path)


def word_for(pattern: str) -> str:
    """Something that fits a part of a pattern: its first word, or 1."""
    return pattern if pattern.isalnum() else "1"


def test_no_door_answers_somebody_who_owes_a_second_factor() -> None:
    own = books()
    user = staff(own.business, "owner")
    client = Client()
    client.force_login(user)
    paths = [path for path in doors() if not path.startswith(_PUBLIC)]
    private = sorted({filled(path, "own") for path in paths if path not in OPEN_TO_ALL})
    assert len(private) > 200
    type(own.business).objects.update(demands_totp=True)
    before = contents()

    for path in private:
        answer = client.get(path)
        if answer.status_code == 405:
            answer = client.post(path, {"demand": "no"})
        assert answer.status_code == 302, (path, answer)
        assert SHUT.match(answer.headers["Location"]), (path, answer)
    assert contents() == before


def test_who_gave_the_code_works_and_the_gate_asks_no_query_of_its_own() -> None:
    own = books()
    user = staff(own.business, "owner")
    plain = signed_in(user)
    with CaptureQueriesContext(connection) as without:
        assert plain.get("/send/own/").status_code == 200
    type(own.business).objects.update(demands_totp=True)
    with_factor(user)
    client = signed_in(user)
    with CaptureQueriesContext(connection) as gated:
        assert client.get("/send/own/").status_code == 200

    assert len(gated) == len(without)
    assert client.get("/admin/").status_code == 200


def test_every_session_of_the_person_owes_the_code_once_there_is_a_factor() -> None:
    user = person()
    first = signed_in(user)
    with_factor(user)

    assert first.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"
    assert first.get("/sign-in/", follow=True).redirect_chain == [
        ("/sign-in/code/", 302)
    ]
    second = signed_in(user)
    assert second.get("/account/").status_code == 200
    user.second_factor.delete()
    with_factor(User.objects.get(pk=user.pk))
    assert second.get("/account/").status_code == 302


def test_one_demanding_business_is_enough_and_one_that_is_left_is_not() -> None:
    user = person(is_staff=True)
    easy, strict = BusinessFactory(slug="easy"), BusinessFactory(demands_totp=True)
    MembershipFactory(business=easy, user=user)
    client = signed_in(user)
    assert client.get("/send/easy/").status_code == 200
    member: Membership = MembershipFactory(business=strict, user=user, role="viewer")
    assert client.get("/send/easy/").status_code == 302
    Membership.objects.filter(pk=member.pk).update(active=False)
    assert client.get("/send/easy/").status_code == 200


def test_a_superuser_needs_it_as_soon_as_any_business_does() -> None:
    client = signed_in(person(is_staff=True, is_superuser=True))
    business = BusinessFactory()
    assert client.get("/admin/").status_code == 200
    type(business).objects.update(demands_totp=True)
    assert client.get("/admin/").status_code == 302


def test_api_keys_pass_by() -> None:
    business = BusinessFactory(demands_totp=True)
    key = a_key(business)
    path = f"/businesses/{business.public_id}/partners/"

    answer = Client().get(path, headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 200


def test_who_is_deactivated_is_out_at_the_next_request() -> None:
    own = books()
    user = staff(own.business, "owner")
    client = signed_in(user)
    key = ApiKey.create(own.business, user)[1]
    api = f"/businesses/{own.business.public_id}/partners/"
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/send/own/").status_code == 200
    assert Client().get(api, headers=bearer).status_code == 200

    Membership.objects.filter(user=user).update(active=False)
    assert client.get("/send/own/").status_code == 404
    assert b"Own Buyer" not in client.get("/admin/partners/partner/").content
    assert Client().get(api, headers=bearer).status_code == 401
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/send/own/")["Location"].startswith("/sign-in/")
    assert client.get("/account/")["Location"].startswith("/sign-in/")


def test_an_owner_turns_the_demand_on_and_off_having_one() -> None:
    business = BusinessFactory()
    member: Membership = MembershipFactory(business=business)
    by = Actor.member(member)

    with pytest.raises(Conflict, match="Set up your own second factor first"):
        demand_second_factor(business, True, by=by)
    with_factor(member.user)
    assert demand_second_factor(business, True, by=by).demands_totp
    assert not demand_second_factor(business, False, by=by).demands_totp
    with pytest.raises(NotAllowed):
        demand_second_factor(business, True, by=actor(business, "accountant"))
    operator = Actor.operator(business, "command")
    assert demand_second_factor(business, True, by=operator).demands_totp


def test_on_the_admins_page_the_demand_shows_who_is_without() -> None:
    own = books()
    owner = staff(own.business, "owner", email="boss@example.com")
    clerk = staff(own.business, "clerk", email="clerk@example.com")
    client = signed_in(owner)

    refused = client.post("/admin/security/", {"demand": "yes"}, follow=True)
    assert "Set up your own second factor first" in refused.content.decode()
    with_factor(owner)
    client = signed_in(owner)
    page = client.get("/admin/security/").content.decode()
    assert "clerk@example.com" in page
    assert "boss@example.com</li>" not in page
    done = client.post("/admin/security/", {"demand": "yes"}, follow=True)
    assert "From now on every member needs a second factor." in done.content.decode()
    assert signed_in_half(clerk).get("/send/own/").status_code == 302
    client.post("/admin/security/", {"demand": "no"})
    assert signed_in(clerk).get("/send/own/").status_code == 200
    assert signed_in(clerk).get("/admin/security/").status_code == 403


def signed_in_half(user: User) -> Client:
    """A browser with the password given."""
    client = Client()
    client.force_login(user)
    return client
