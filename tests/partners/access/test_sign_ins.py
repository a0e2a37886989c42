"""Sign-ins: seen by the person, ended by them, by an owner, by a new password."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Attempts, SignIn, User
from partners.visitors import device_named, ip_of, place_of
from tests.partners.access.cast import person, signed_in, try_password

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    """Whether the browser is signed in."""
    return bool(client.get("/account/").status_code == 200)


def test_a_person_sees_each_browser_and_ends_one_and_the_others() -> None:
    user, other = person(), person()
    here, there, third = (signed_in(user) for _ in range(3))
    stranger = signed_in(other)
    page = here.get("/account/").content.decode()
    keys = list(SignIn.objects.values_list("session_key", flat=True))

    assert page.count("Firefox on Linux</strong>") == 3
    assert page.count("this one") == 1
    assert page.count("127.0.0.1") == 3
    assert not any(key in page for key in keys)
    row = SignIn.objects.get(session_key=there.session.session_key)
    assert stranger.post(f"/account/sign-ins/{row.pk}/end/").status_code == 404
    assert here.get(f"/account/sign-ins/{row.pk}/end/").status_code == 405
    assert here.post(f"/account/sign-ins/{row.pk}/end/").status_code == 302
    assert [is_in(one) for one in (here, there, third)] == [True, False, True]
    assert here.post(f"/account/sign-ins/{row.pk}/end/").status_code == 404
    said = here.post("/account/sign-ins/end/", follow=True).content.decode()
    assert "1 sign-in has ended." in said
    assert [is_in(one) for one in (here, third, stranger)] == [True, False, True]
    here.post("/sign-out/")
    assert SignIn.objects.filter(user=user, ended_at=None).count() == 0


def test_a_new_password_ends_the_others_and_not_this_one() -> None:
    user = person()
    here, there = signed_in(user), signed_in(user)
    words = {"new_password1": "quite a good one", "new_password2": "quite a good one"}

    wrong = here.post("/account/password/", words | {"old_password": "wrong"})
    short = here.post(
        "/account/password/",
        {"old_password": "password", "new_password1": "abc", "new_password2": "abc"},
    )
    assert "Your old password was entered incorrectly" in wrong.content.decode()
    assert "too short" in short.content.decode()
    done = here.post("/account/password/", words | {"old_password": "password"})

    assert done["Location"] == "/account/"
    assert [is_in(here), is_in(there)] == [True, False]
    assert here.get("/account/").content.decode().count("this one") == 1
    assert try_password(Client(), user.email).status_code == 200
    assert try_password(Client(), user.email, "quite a good one").status_code == 302


def test_the_old_password_cannot_be_guessed_there() -> None:
    user = person()
    client = signed_in(user)
    body = {"old_password": "no", "new_password1": "x", "new_password2": "x"}
    for _ in range(5):
        client.post("/account/password/", body)

    refused = client.post("/account/password/", body | {"old_password": "password"})

    assert refused.status_code == 429
    assert "Too many attempts" in refused.content.decode()
    assert "old password was entered" not in refused.content.decode()


def test_last_seen_is_written_every_five_minutes_and_not_in_between() -> None:
    user = person()
    client = signed_in(user)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    SignIn.objects.update(seen_at=long_ago, ip="10.0.0.1")

    with CaptureQueriesContext(connection) as captured:
        assert is_in(client)
    assert not [
        each for each in captured if each["sql"].startswith(("UPDATE", "INSERT"))
    ]
    session = client.session
    session["seen_at"] = int(long_ago.timestamp())
    session.save()
    assert is_in(client)

    row = SignIn.objects.get()
    assert timezone.now() - row.seen_at < datetime.timedelta(minutes=1)
    assert (row.ip, client.session["seen_at"]) == (
        "127.0.0.1",
        int(row.seen_at.timestamp()),
    )


def test_what_is_over_is_forgotten() -> None:
    from invoices.members.forgetting import forget

    now = timezone.now()
    signed_in(person())
    signed_in(person())
    SignIn.objects.filter(pk=SignIn.objects.first().pk).update(  # type: ignore[union-attr]
        seen_at=now - datetime.timedelta(days=181)
    )
    Session.objects.update(expire_date=now - datetime.timedelta(days=1))
    try_password(Client(), "nobody@example.com", "wrong")
    Attempts.objects.update(ends_at=now - datetime.timedelta(seconds=1))

    forget(now)

    assert [SignIn.objects.count(), Session.objects.count()] == [1, 0]
    assert not Attempts.objects.exists()


_CHROME = (
    "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (_CHROME.format("Windows NT 10.0; Win64; x64"), "Chrome on Windows"),
        (_CHROME.format("Linux; Android 15; Pixel") + " Mobile", "Chrome on Android"),
        (_CHROME.format("Windows NT 10.0") + " Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU OS 19_0) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Firefox/140.0", "Firefox on macOS"),
        ("curl/8.0", "curl"),
        ("", "An unknown device"),
        ("<script>", "An unknown device"),
    ],
)
def test_devices_are_named_in_words(user_agent: str, words: str) -> None:
    assert device_named(user_agent) == words


@pytest.mark.parametrize(
    ("given", "ip", "place"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2", "2001:db8::1:2", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::/64"),
        ("nonsense", None, ""),
        ("", None, ""),
    ],
)
def test_places_are_told_apart(rf, given: str, ip: str | None, place: str) -> None:
    request = rf.get("/", REMOTE_ADDR=given)
    assert (ip_of(request), place_of(request)) == (ip, place)


def test_a_browser_that_lies_at_length_is_cut_short() -> None:
    user: Any = person()
    agent: Any = {"headers": {"User-Agent": "Firefox/" + "x" * 5000}}
    assert try_password(Client(), user.email, **agent).status_code == 302
    assert len(SignIn.objects.get().user_agent) == 300
    assert User.objects.get().last_login is None
