"""Signing in: one page, a password, a code, and limits to trying."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners.models import Attempts, SecondFactor, SignIn
from partners.throttling import PASSWORDS_OF_ADDRESS, TooOften, forget, give_back, take
from tests.factories import BusinessFactory, MembershipFactory
from tests.partners.access.cast import (
    code,
    person,
    signed_in,
    try_password,
    with_factor,
)

pytestmark = pytest.mark.django_db
MISFIT = "do not fit together"
WAIT = "Too many attempts. Try again in 5 minutes; until then nothing is checked."


@pytest.fixture
def hashings(monkeypatch) -> list[str]:
    """The passwords for which a hasher ran."""
    seen: list[str] = []
    hasher = hashers.MD5PasswordHasher
    encode = hasher.encode

    def counted(self, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hasher, "encode", counted)
    return seen


def test_staff_come_to_the_admin_and_members_to_their_pages() -> None:
    for staff, there in ((True, "/admin/"), (False, "/send/")):
        user = person(is_staff=staff)
        assert try_password(Client(), user.email)["Location"] == there
        assert try_password(Client(), f" {user.email.upper()}")["Location"] == there


def test_next_is_kept_inside_this_server() -> None:
    user = person(is_staff=True)
    kept = "/admin/partners/partner/?q=a&b=c"
    for wanted, there in {
        kept: kept,
        "https://evil.example.com/": "/admin/",
        "//evil.example.com/": "/admin/",
        "javascript:alert(1)": "/admin/",
    }.items():
        answer = try_password(Client(), user.email, data={"next": wanted})
        assert answer["Location"] == there


def test_the_admins_own_page_leads_to_the_one_page() -> None:
    client = Client()
    answer = client.get("/admin/partners/partner/?q=a%26b", follow=True)
    assert answer.redirect_chain[-1][0] == (
        "/sign-in/?next=%2Fadmin%2Fpartners%2Fpartner%2F%3Fq%3Da%2526b"
    )
    assert client.post("/admin/login/").status_code == 405
    member = person()
    answer = try_password(client, member.email, data={"next": "/admin/"})
    assert answer["Location"] == "/send/"
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/send/"
    assert client.post("/admin/logout/")["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302


def test_known_and_unknown_addresses_get_the_same_words_and_the_same_hashing(
    hashings,
) -> None:
    known = person(email="known@example.com")
    closed = person(email="closed@example.com", is_active=False)
    hashings.clear()
    told = set()
    for address in (known.email, closed.email, "nobody@example.com"):
        answer = try_password(Client(), address, "wrong-one")
        told.add(answer.content.decode().replace(address, "").split("<h1>")[1][-400:])
        assert (answer.status_code, MISFIT in answer.content.decode()) == (200, True)
    assert try_password(Client(), closed.email).status_code == 200
    assert len(told) == 1
    assert hashings == ["wrong-one"] * 3 + ["password"]


@pytest.mark.parametrize("address", ["known@example.com", "nobody@example.com"])
def test_the_sixth_wrong_password_is_not_looked_at(address, hashings) -> None:
    person(email="known@example.com")
    for _ in range(5):
        assert try_password(Client(), address, "wrong").status_code == 200
    hashings.clear()

    refused = try_password(Client(), address.upper())

    assert (refused.status_code, hashings) == (429, [])
    assert WAIT in refused.content.decode()
    Attempts.objects.update(ends_at=timezone.now() - datetime.timedelta(seconds=1))
    status = 302 if address.startswith("known") else 200
    assert try_password(Client(), address).status_code == status


def test_an_address_in_look_alike_letters_is_counted_as_the_same_one() -> None:
    person(email="acc@example.com")
    look_alikes = ("acc", "ａｃｃ", "ａcc", "aⓒc", "\u00a0acc")
    for start in look_alikes:
        answer = try_password(Client(), f"{start}@example.com", "wrong")
        assert answer.status_code == 200

    assert try_password(Client(), "acｃ@example.com").status_code == 429


def test_success_frees_the_address_and_costs_its_place_nothing() -> None:
    user = person()
    for _ in range(8):
        for _ in range(4):
            try_password(Client(), user.email, "wrong", REMOTE_ADDR=f"10.0.0.{_}")
        assert try_password(Client(), user.email).status_code == 302


def test_thirty_failures_from_one_place_close_it_for_every_address(settings) -> None:
    user = person()

    def fail(number: int, **more: str) -> int:
        address = f"{number}@example.com"
        answer = try_password(Client(), address, "wrong", **more)
        return int(answer.status_code)

    lying = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert {fail(n, **lying) for n in range(30)} == {200}
    assert try_password(Client(), user.email, **lying).status_code == 429
    assert try_password(Client(), user.email, REMOTE_ADDR="10.1.1.1").status_code == 302
    settings.BEHIND_TLS_PROXY = True
    trusted = {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.9"}
    assert try_password(Client(), user.email, **trusted).status_code == 302


def test_a_window_counts_attempts_and_keeps_no_addresses() -> None:
    for _ in range(5):
        take(PASSWORDS_OF_ADDRESS, "a@example.com")
    with pytest.raises(TooOften) as refused:
        take(PASSWORDS_OF_ADDRESS, "a@example.com")
    assert 299 <= int(str(refused.value.facts["seconds"])) <= 300
    take(PASSWORDS_OF_ADDRESS, "b@example.com")
    row = Attempts.objects.get(count=6)
    assert "example" not in row.name
    give_back(PASSWORDS_OF_ADDRESS, "a@example.com")
    with pytest.raises(TooOften):
        take(PASSWORDS_OF_ADDRESS, "a@example.com")
    forget(PASSWORDS_OF_ADDRESS, "a@example.com")
    take(PASSWORDS_OF_ADDRESS, "a@example.com")


def test_who_has_an_app_gives_its_code_before_anything_opens() -> None:
    user = person(is_staff=True)
    with_factor(user)
    client = Client()

    first = try_password(client, user.email, data={"next": "/admin/partners/partner/"})
    half = client.get("/account/")
    wrong = client.post("/sign-in/code/", {"code": "000000", "next": "/account/"})
    key = client.session.session_key
    right = client.post("/sign-in/code/", {"code": f" {code()}", "next": "/account/"})

    assert first["Location"] == ("/sign-in/code/?next=%2Fadmin%2Fpartners%2Fpartner%2F")
    assert half["Location"] == "/sign-in/?next=%2Faccount%2F"
    assert client.get("/account/").status_code == 200
    assert "This code is wrong, too old, or was used before." in wrong.content.decode()
    assert right["Location"] == "/account/"
    assert client.session.session_key != key
    assert SignIn.objects.count() == 1


def test_half_way_one_may_leave_but_not_set_up_another_app() -> None:
    user = person()
    with_factor(user)
    client = Client()
    try_password(client, user.email)

    assert client.get("/account/second-factor/")["Location"] == "/sign-in/code/"
    for path in ("codes", "remove"):
        answer = client.post(f"/account/second-factor/{path}/", {"code": code()})
        assert answer["Location"].startswith("/sign-in/?next=")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert SecondFactor.objects.get(user=user).last_counter == 0


def test_codes_are_tried_five_times_in_five_minutes() -> None:
    user = person()
    recovery = with_factor(user)
    client = Client()
    try_password(client, user.email)
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "000000"})

    for given in (code(), recovery[0]):
        answer = client.post("/sign-in/code/", {"code": given})
        assert WAIT in answer.content.decode()
    Attempts.objects.all().delete()
    assert client.post("/sign-in/code/", {"code": recovery[0]}).status_code == 302


def test_a_forgotten_password_is_set_anew_once_and_ends_every_sign_in() -> None:
    from invoices.members import letters

    user = person(email="ann@example.com")
    elsewhere = signed_in(user)
    letters.write_new_password(user.pk, "en")
    link = next(
        line for line in mail.outbox[0].body.split() if "/password/new/" in line
    )
    path = link[link.index("/password/") :]
    client = Client()

    form = client.get(path, follow=True)
    bad = client.post(form.request["PATH_INFO"], {"new_password1": "x"})
    words = {"new_password1": "quite a good one", "new_password2": "quite a good one"}
    done = client.post(form.request["PATH_INFO"], words)
    again = Client().get(path, follow=True)

    assert mail.outbox[0].to == ["ann@example.com"]
    assert form.headers["Referrer-Policy"] == "strict-origin"
    assert "This field is required" in bad.content.decode()
    assert done["Location"] == "/sign-in/"
    assert (again.status_code, elsewhere.get("/account/").status_code) == (200, 302)
    assert "This link no longer works" in again.content.decode()
    assert try_password(Client(), user.email, "quite a good one").status_code == 302


def test_whoever_asks_for_a_new_password_learns_nothing_about_addresses() -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    user = person(email="ann@example.com")
    told = []
    for address in ("ann@example.com", "nobody@example.com"):
        answer = Client().post("/password/forgotten/", {"email": address})
        text = answer.content.decode().replace(address, "")
        told.append(text[text.index("<h1>") :])
    jobs = ProcrastinateJob.objects.filter(task_name="invoices.mail_new_password")

    assert told[0] == told[1]
    assert list(jobs.order_by("id").values_list("args", flat=True)) == [
        {"user_id": user.pk, "language": "en"},
        {"user_id": 0, "language": "en"},
    ]
    asked = [
        Client().post("/password/forgotten/", {"email": "ann@example.com"})
        for _ in range(3)
    ]
    assert "Too many attempts." in asked[-1].content.decode()
    wrong = Client().post("/password/forgotten/", {"email": "ann"})
    assert "Enter an e-mail address." in wrong.content.decode()


def test_a_business_that_demands_it_leads_members_to_set_one_up() -> None:
    user = person(is_staff=True)
    demanding = BusinessFactory(demands_totp=True, name="Strict Ltd")
    MembershipFactory(business=demanding, user=user)
    client = Client()

    first = try_password(client, user.email, data={"next": "/send/"})
    page = client.get(first["Location"])
    secret = page.content.decode().split('<code class="secret copyable">')[1][:39]
    answer = client.post(
        "/account/second-factor/",
        {"code": code(secret.replace(" ", "")), "next": "/send/"},
    )

    assert first["Location"] == "/account/second-factor/?next=%2Fsend%2F"
    assert "Strict Ltd demands a second factor" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert "your recovery codes" in answer.content.decode().lower()
    assert 'href="/send/"' in answer.content.decode()
    assert client.get("/account/").status_code == 200
