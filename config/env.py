"""Reads the environment and refuses nonsense, naming the variable and the remedy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
POSTGRES_SCHEMES = ("postgres", "postgresql")

_env = Env()


def text(name: str, default: str | None = None) -> str:
    """Return the variable without surrounding blanks; demanded if it has no default."""
    value = str(_env.str(name, default="")).strip()
    if value:
        return value
    if default is None:
        raise _refusal(name, "is not set", "give it a value")
    return default


def choice(name: str, options: Collection[str], default: str) -> str:
    """Return one of a few words."""
    value = text(name, default)
    if value not in options:
        raise _refusal(name, f"is {value!r}", f"use one of {', '.join(options)}")
    return value


def boolean(name: str, default: bool) -> bool:
    """Return a truth value; `DEBUG=ture` is refused instead of read as false."""
    value = text(name, str(default)).lower()
    if value not in WORDS:
        raise _refusal(name, f"is {value!r}", f"use one of {', '.join(WORDS)}")
    return WORDS[value]


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Return a whole number that is not below the minimum."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < minimum:
        raise _refusal(name, f"is {value!r}", f"use a whole number from {minimum} up")
    return int(value)


def words(name: str, default: Collection[str] | None = None) -> list[str]:
    """Return the parts of a comma-separated list; demanded if it has no default."""
    value = text(name, None if default is None else ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def hosts(name: str, default: Collection[str] | None = None) -> list[str]:
    """Return host names; a wildcard for all of them is refused."""
    found = words(name, default)
    for host in found:
        if host == "*" or "/" in host or " " in host:
            raise _refusal(
                name, f"contains {host!r}", "list host names such as books.example.com"
            )
    return found


def rates(name: str, default: str) -> list[tuple[int, int]]:
    """Return how many calls there may be in how many seconds, from CALLS/SECONDS,….

    The word `none` is for no limit.
    """
    found: list[tuple[int, int]] = []
    if text(name, default) == "none":
        return found
    for word in words(name, default.split(",")):
        calls, _, seconds = word.partition("/")
        if not (calls.isdecimal() and seconds.isdecimal() and int(seconds)):
            raise _refusal(name, f"contains {word!r}", "use CALLS/SECONDS,… or none")
        found.append((int(calls), int(seconds)))
    return found


def secret(name: str) -> str:
    """Return a secret that is long and varied enough to sign sessions with."""
    value = text(name)
    if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-"):
        raise _refusal(
            name,
            "is too easy to guess",
            "use 50 random characters or more, for example from "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
        )
    return value


def database(name: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL URL; no other database will do."""
    value = text(name)
    remedy = "use postgres://user:password@host:5432/name"
    scheme = value.partition("://")[0]
    if scheme not in POSTGRES_SCHEMES:
        raise _refusal(name, "is no PostgreSQL URL", remedy)
    try:
        settings = dict(Env.db_url_config(value))
    except (ValueError, ImproperlyConfigured) as error:
        raise _refusal(name, "cannot be read", remedy) from error
    if not settings.get("NAME"):
        raise _refusal(name, "names no database", remedy)
    return settings


def email(name: str, default: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings for a URL such as smtp+tls://user:pw@host:587."""
    value = text(name, default)
    try:
        return dict(Env.email_url_config(value))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise _refusal(
            name, "cannot be read", "use smtp+tls://user:password@host:587"
        ) from error


def _refusal(name: str, problem: str, remedy: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}: {remedy}.")
