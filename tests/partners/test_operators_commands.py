"""The operators' commands: what they make, and what they refuse to make."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partners.credentials import presented
from partners.models import ApiKey, Business, Membership, User
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NOTHING = 0


def run(command: str, *args: str, **options: Any) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def test_create_user_lowers_the_address_and_hashes_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The password comes from standard input; the person may use the admin."""
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough secret\n"))
    out = run("create_user", "Ann@Example.COM", name="Ann", password_stdin=True)
    assert out == "Created ann@example.com.\n"
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("ann@example.com", "Ann", True)
    assert user.check_password("a long enough secret")
    assert not user.is_superuser


def test_create_user_without_a_password_makes_one_who_cannot_sign_in() -> None:
    """Such a person only holds keys."""
    run("create_user", "robot@example.com")
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("email", "password", "remedy"),
    [
        ("no address", None, "is no e-mail address"),
        ("a" * 250 + "@example.com", None, "is no e-mail address|at most 254"),
        ("ann@example.com", "123\n", "too short"),
        ("ann@example.com", "", "too short"),
    ],
)
def test_create_user_refuses_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, email: str, password: str | None, remedy: str
) -> None:
    """Nobody is made."""
    monkeypatch.setattr("sys.stdin", io.StringIO(password or ""))
    with pytest.raises(CommandError, match=remedy):
        run("create_user", email, password_stdin=password is not None)
    assert User.objects.count() == NOTHING


def test_a_second_user_of_one_address_is_refused() -> None:
    """Whatever its case."""
    UserFactory(email="ann@example.com")
    with pytest.raises(CommandError, match="exists already"):
        run("create_user", "ANN@example.com")
    assert User.objects.count() == 1


def test_create_business_makes_its_owner_a_member() -> None:
    """Both rows, with the details given."""
    UserFactory(email="ann@example.com")
    out = run(
        "create_business",
        "Acme Ltd",
        slug="acme",
        currency="GBP",
        owner="ann@example.com",
        country="GB",
        time_zone="Europe/London",
        invoice_template="A-{seq:04}",
    )
    business = Business.objects.get()
    assert out == f"Created acme ({business.public_id}), owned by ann@example.com.\n"
    member = Membership.objects.get()
    assert (member.business, member.user.email, member.role) == (
        business,
        "ann@example.com",
        "owner",
    )
    assert (business.currency, business.country, business.invoice_template) == (
        "GBP",
        "GB",
        "A-{seq:04}",
    )


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"currency": "GPB"}, "GPB is no ISO 4217 currency code"),
        ({"slug": "not a slug"}, "--slug"),
        ({"country": "England"}, "--country"),
        ({"time_zone": "Mars/Olympus"}, "--time-zone"),
        ({"invoice_template": "INV-{year}"}, "--invoice-template"),
        ({"owner": "nobody@example.com"}, "create one with create_user"),
    ],
)
def test_create_business_refuses_with_the_option_named(
    options: dict[str, str], remedy: str
) -> None:
    """No business is made."""
    UserFactory(email="ann@example.com")
    given = {"slug": "acme", "currency": "GBP", "owner": "ann@example.com"} | options
    with pytest.raises(CommandError, match=remedy):
        run("create_business", "Acme", **given)
    assert Business.objects.count() == NOTHING


def test_create_api_key_prints_the_key_alone_on_the_last_line() -> None:
    """The key works, and only its digest is kept."""
    member = MembershipFactory()
    out = run(
        "create_api_key",
        business=member.business.slug,
        user=member.user.email,
        scopes="view, draft",
        expires="2199-12-31",
    )
    key = out.splitlines()[-1]
    found = presented(key, timezone.now())
    assert found is not None
    assert found.actor.capabilities == {"view", "draft"}
    row = ApiKey.objects.get()
    assert key not in {str(value) for value in vars(row).values()}
    later = datetime.datetime(3000, 1, 2, tzinfo=datetime.UTC)
    assert presented(key, later) is None


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"scopes": "everything"}, "Unknown scope everything"),
        ({"expires": "yesterday"}, "no day such as"),
        ({"expires": "2001-01-01"}, "lies in the past"),
        ({"business": "elsewhere"}, "No business has the slug elsewhere"),
    ],
)
def test_create_api_key_refuses_with_the_remedy(
    options: dict[str, str], remedy: str
) -> None:
    """No key is made."""
    member = MembershipFactory()
    given = {"business": member.business.slug, "user": member.user.email} | options
    with pytest.raises(CommandError, match=remedy):
        run("create_api_key", **given)
    assert ApiKey.objects.count() == NOTHING


def test_a_key_needs_a_membership() -> None:
    """A person of another business gets none here."""
    member, stranger = MembershipFactory(), MembershipFactory()
    with pytest.raises(CommandError, match="is no member"):
        run(
            "create_api_key",
            business=member.business.slug,
            user=stranger.user.email,
        )
    assert ApiKey.objects.count() == NOTHING
