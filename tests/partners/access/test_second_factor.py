"""The second factor: codes that work once, from an app or from paper."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from partners import second_factor
from partners.exceptions import Conflict
from partners.models import Attempts, RecoveryCode, SecondFactor
from partners.second_factor import WrongCode
from tests.concurrency.racing import race, refusals
from tests.factories import BusinessFactory, MembershipFactory
from tests.partners.access.cast import SECRET, code, person, signed_in, with_factor

pytestmark = pytest.mark.django_db


def check(user: Any, given: str) -> SecondFactor:
    return second_factor.check(user, given, now=timezone.now())


def test_codes_are_those_of_the_standard() -> None:
    """The values of RFC 6238, Appendix B, cut to six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for moment, expected in {
        59: "287082",
        1111111109: "081804",
        20000000000: "353130",
    }.items():
        step = moment // 30
        totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
        assert totp.generate(moment).decode() == expected
        at = datetime.datetime.fromtimestamp(moment, datetime.UTC)
        assert second_factor._step_of(secret, expected, at, after=0) == step


def test_a_code_works_once_and_so_do_older_ones_no_more() -> None:
    user = person()
    with_factor(user)
    later, now, earlier = code(later=1), code(), code(later=-1)

    for given in ("12345", "abcdef", "", "１２３４５６", code(later=3)):
        with pytest.raises(WrongCode):
            check(user, given)
    Attempts.objects.all().delete()
    check(user, f"{earlier[:3]} {earlier[3:]}")
    check(user, now)
    for used in (earlier, now):
        with pytest.raises(WrongCode):
            check(user, used)
    check(user, later)


def test_a_recovery_code_works_once_however_it_is_typed() -> None:
    user, other = person(), person()
    codes = with_factor(user)

    check(user, codes[0].upper().replace("-", " "))
    for given in (codes[0], "aaaaa-aaaaa"):
        with pytest.raises(WrongCode):
            check(user, given)
    with_factor(other)
    with pytest.raises(WrongCode):
        check(other, codes[1])

    assert second_factor.codes_left(user) == 9
    assert len(set(codes)) == 10


def test_nothing_readable_is_kept(settings) -> None:
    user = person()
    codes = with_factor(user)
    kept = [*SecondFactor.objects.values_list("secret", flat=True)]
    kept += RecoveryCode.objects.values_list("digest", flat=True)

    assert not any(text in row for row in kept for text in [SECRET, *codes])
    settings.SECRET_KEY, old = "another" * 10, settings.SECRET_KEY
    with pytest.raises(WrongCode):
        check(user, code())
    settings.SECRET_KEY_FALLBACKS = [old]
    assert check(user, code()).user_id == user.pk
    assert check(user, codes[0]).user_id == user.pk


def test_it_is_set_up_only_with_a_code_from_the_app_and_once() -> None:
    user = person()
    with pytest.raises(WrongCode):
        second_factor.set_up(user, SECRET, "000000", now=timezone.now())
    assert not SecondFactor.objects.exists()
    with_factor(user)
    with pytest.raises(Conflict):
        second_factor.set_up(user, SECRET, code(), now=timezone.now())
    assert RecoveryCode.objects.count() == 10


def test_on_the_pages_it_is_set_up_looked_after_and_removed() -> None:
    user = person()
    client = signed_in(user)
    page = client.get("/account/second-factor/").content.decode()
    secret = page.split('<code class="secret copyable">')[1].split("<")[0]
    assert client.get("/account/second-factor/").content.decode().count(secret) == 1
    wrong = client.post("/account/second-factor/", {"code": "1"}).content.decode()
    assert "This code is wrong" in wrong
    assert secret in wrong
    assert "style=" not in page
    plain = secret.replace(" ", "")

    shown = client.post("/account/second-factor/", {"code": code(plain)})
    status = client.get("/account/second-factor/").content.decode()
    codes = second_codes(shown)

    assert len(codes) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    assert "10 recovery codes are left" in status
    assert not any(each in status or plain in status for each in codes)
    fresh = second_codes(
        client.post("/account/second-factor/codes/", {"code": codes[0]})
    )
    assert not set(fresh) & set(codes)
    remove = "/account/second-factor/remove/"
    for body, said in (
        ({"code": fresh[0], "password": "wrong"}, "This is not your password."),
        ({"code": codes[1], "password": "password"}, "This code is wrong"),
    ):
        assert said in client.post(remove, body).content.decode()
    assert SecondFactor.objects.count() == 1
    done = client.post(remove, {"code": fresh[0], "password": "password"}, follow=True)
    assert "Your second factor is gone" in done.content.decode()
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def second_codes(response: Any) -> list[str]:
    """The recovery codes on a page."""
    parts = response.content.decode().split("<li><code>")[1:]
    return [part.split("<")[0] for part in parts]


def test_who_is_asked_for_it_cannot_remove_it_but_an_operator_can() -> None:
    user = person(email="ann@example.com")
    business = BusinessFactory(demands_totp=True, name="Strict Ltd")
    MembershipFactory(business=business, user=user, role="viewer")
    codes = with_factor(user)
    client = signed_in(user)

    body = {"code": codes[0], "password": "password"}
    answer = client.post("/account/second-factor/remove/", body)
    status = client.get("/account/second-factor/").content.decode()

    refusal = "Strict Ltd demands a second factor; you cannot do without."
    assert refusal in answer.content.decode()
    assert "Remove the second factor" not in status
    assert SecondFactor.objects.exists()
    call_command("forget_second_factor", "Ann@example.com")
    assert not SecondFactor.objects.exists()
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("forget_second_factor", "ann@example.com")


@pytest.mark.django_db(transaction=True)
def test_one_code_used_twice_at_once_is_taken_once() -> None:
    user = person()
    codes = with_factor(user)

    for given in (code(), codes[0]):
        Attempts.objects.all().delete()
        deeds = [[lambda given=given: check(user, given)]] * 4
        assert refusals(race(*deeds)) == ["WrongCode"] * 3


def test_a_stranger_is_led_to_sign_in() -> None:
    for part in ("", "codes/", "remove/"):
        answer = Client().post(f"/account/second-factor/{part}", {"code": "1"})
        assert answer["Location"].startswith("/sign-in/?next=%2Faccount"), part
