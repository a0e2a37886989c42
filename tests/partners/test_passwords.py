"""A password is checked by its slow hash, and remembered for a short time."""

from __future__ import annotations

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache

from partners import passwords
from partners.models import User
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def forgetful():
    """Nothing is remembered from before."""
    cache.clear()


@pytest.fixture
def hashings(monkeypatch) -> list[str]:
    """The passwords that were hashed."""
    seen: list[str] = []
    check = hashers.check_password

    def counted(password: str, stored: str) -> bool:
        seen.append(password)
        return check(password, stored)

    monkeypatch.setattr(passwords, "check_password", counted)
    return seen


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


def test_a_good_password_is_hashed_once(user: User, hashings: list[str]) -> None:
    assert all(passwords.belongs_to(user.pk, "password") for _ in range(3))
    assert hashings == ["password"]


def test_a_wrong_one_is_hashed_each_time(user: User, hashings: list[str]) -> None:
    assert not any(passwords.belongs_to(user.pk, "wrong") for _ in range(2))
    assert passwords.belongs_to(user.pk, "password")
    assert not passwords.belongs_to(user.pk, "wrong")
    assert hashings == ["wrong", "wrong", "password", "wrong"]


def test_a_new_password_ends_the_old_one_at_once(user: User) -> None:
    assert passwords.belongs_to(user.pk, "password")
    user.set_password("another")
    user.save()
    assert not passwords.belongs_to(user.pk, "password")
    assert passwords.belongs_to(user.pk, "another")


def test_it_is_each_person_s_own(user: User) -> None:
    other = UserFactory()
    User.objects.filter(pk=other.pk).update(password=user.password)
    assert passwords.belongs_to(user.pk, "password")
    assert passwords.belongs_to(other.pk, "password")
    assert passwords._name(user.pk, "x", "y") != passwords._name(other.pk, "x", "y")
    assert passwords._name(1, "a", "b:c") != passwords._name(1, "a:b", "c")


def test_what_is_remembered_says_nothing(user: User, settings) -> None:
    name = passwords._name(user.pk, user.password, "password")
    assert "password" not in name.partition(":")[2]
    settings.SECRET_KEY = "another" * 10
    assert passwords._name(user.pk, user.password, "password") != name


def test_nobody_and_one_without_a_password_are_refused(user: User) -> None:
    user.set_unusable_password()
    user.save()
    assert not passwords.belongs_to(user.pk, "")
    assert not passwords.belongs_to(user.pk, user.password)
    assert not passwords.belongs_to(0, "password")
