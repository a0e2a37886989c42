"""The environment is read strictly: what makes no sense is refused with a remedy."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

GOOD_SECRET = "correct horse battery staple, correct horse battery staple"


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("true", True), ("YES", True), ("1", True), ("off", False), (" 0 ", False)],
)
def test_a_boolean_is_a_boolean_word(monkeypatch, value, meaning) -> None:
    monkeypatch.setenv("DEBUG", value)

    assert env.boolean("DEBUG", default=not meaning) is meaning


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("", [(5, 1), (200, 60)]),
        ("7/10", [(7, 10)]),
        ("0/1, 9/86400", [(0, 1), (9, 86400)]),
        ("none", []),
    ],
)
def test_rates_are_calls_in_seconds(monkeypatch, value, meaning) -> None:
    monkeypatch.setenv("RATES", value)

    assert env.rates("RATES", "5/1,200/60") == meaning


@pytest.mark.parametrize("value", ["5", "5/0", "5/", "/1", "-5/1", "5/1.5", "5/1,x"])
def test_rates_that_make_no_sense_are_refused(monkeypatch, value) -> None:
    monkeypatch.setenv("RATES", value)

    with pytest.raises(ImproperlyConfigured, match=r"^RATES contains "):
        env.rates("RATES", "none")


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_is_an_unset_one(monkeypatch, value) -> None:
    monkeypatch.setenv("DEBUG", value)

    assert env.boolean("DEBUG", default=True) is True
    with pytest.raises(ImproperlyConfigured, match=r"^DEBUG is not set: "):
        env.text("DEBUG")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: env.boolean(name, default=False), "ture"),
        (lambda name: env.boolean(name, default=False), "2"),
        (lambda name: env.choice(name, ["left", "right"], "left"), "up"),
        (lambda name: env.integer(name, 8, minimum=1), "0"),
        (lambda name: env.integer(name, 8), "-1"),
        (lambda name: env.integer(name, 8), "1.5"),
        (lambda name: env.integer(name, 8), "٣"),
        (env.hosts, "*"),
        (env.hosts, "books.example.com,*"),
        (env.hosts, "https://books.example.com"),
        (env.secret, "short"),
        (env.secret, "a" * 60),
        (env.secret, f"django-insecure-{GOOD_SECRET}"),
        (env.database, "sqlite:///books.sqlite3"),
        (env.database, "mysql://user@host/books"),
        (env.database, "books"),
        (env.database, "postgres://user@host/"),
        (env.database, "postgres://user@host:port/books"),
        (lambda name: env.email(name, "smtp://localhost"), "pigeon://coop"),
    ],
)
def test_nonsense_is_refused_by_name_and_with_a_remedy(
    monkeypatch, read, value
) -> None:
    monkeypatch.setenv("THE_VARIABLE", value)

    with pytest.raises(ImproperlyConfigured, match=r"^THE_VARIABLE .+: .+\.$"):
        read("THE_VARIABLE")


def test_a_refused_secret_is_not_repeated(monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")

    with pytest.raises(ImproperlyConfigured) as refusal:
        env.secret("SECRET_KEY")

    assert "hunter2" not in str(refusal.value)


def test_lists_are_separated_by_commas(monkeypatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "books.example.com, .example.org,")

    assert env.hosts("ALLOWED_HOSTS") == ["books.example.com", ".example.org"]


def test_a_database_url_may_name_a_socket_directory(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://clerk@/books?host=/run/postgres")

    assert env.database("DATABASE_URL") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "books",
        "USER": "clerk",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "OPTIONS": {"host": "/run/postgres"},
    }


def test_a_long_and_varied_secret_is_taken(monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", GOOD_SECRET)

    assert env.secret("SECRET_KEY") == GOOD_SECRET
