"""Every address of the project is somebody's to prove: a new one without a rule fails.

The URL configuration and the admin's registry are the lists; nothing is named by hand
but who proves a group of addresses, and what the admin's own pages are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from partners.access import ROLE_CAPABILITIES, Role
from partners.admin_pages import PAGES
from partners.models import Business
from tests.admin_cast import STRANGER, Books, books, row_of, signed_in, staff
from tests.books import contents

# Who proves that nobody sees another business's rows behind these addresses.
PROVEN = {
    "businesses": "tests/api/native/test_isolation.py",
    "send/": "tests/pages/test_access.py",
    "i/": "tests/pages/test_customers.py",
    "api": "tests/api/*/test_isolation.py",
    "webapi": "tests/api/nutcache/test_isolation.py",
    "account/": "tests/partners/access/",
    "sign-": "tests/partners/access/",
    "password/": "tests/partners/access/",
    "join/": "tests/partners/access/",
    "hooks/bounces/": "tests/mailing/",
}
# What belongs to no business.
OPEN = (
    "",
    "countries",
    "currencies",
    "demo/",
    "docs/",
    "favicon.ico",
    "language/",
    "livez",
    "readyz",
)


def addresses(
    patterns: list[Any], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        template = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, template)
        else:
            yield template, pattern


def test_every_address_is_proven_by_somebody() -> None:
    found = [template for template, _ in addresses(get_resolver().url_patterns)]
    orphans = [
        template
        for template in found
        if not template.startswith((*PROVEN, "admin/"))
        and not any(
            template == free or (free and template.startswith(free)) for free in OPEN
        )
    ]
    assert len(found) > 300
    assert orphans == []


def test_every_address_of_the_admin_is_a_models_a_pages_or_the_sites_own() -> None:
    """Models' addresses are tried one by one below, pages in the tests after it."""
    models = {
        f"{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    }
    own = {"", "login/", "logout/", "password_change/", "password_change/done/"}
    own |= {"autocomplete/", "jsi18n/", "search/", "business/", "outcome/"}
    own |= {"r/<path:content_type_id>/<path:object_id>/"}
    own |= {entry.path for entry in PAGES.values()}
    inside = [
        template.removeprefix("admin/")
        for template, _ in addresses(get_resolver().url_patterns)
        if template.startswith("admin/")
    ]
    strange = [
        template
        for template in inside
        if template not in own
        and not any(template.startswith(model) for model in models)
        and "app_label" not in template
        and template != "(?P<url>.*)$"
    ]
    assert strange == []


def pages_of(own: Books, other: Books) -> dict[str, dict[str, Any]]:
    """What each page's address takes; KeyError for a page that nobody thought of."""
    from payments.models import BankLine

    line = BankLine.objects.for_business(other.business).first()
    assert line is not None
    taken: dict[str, dict[str, Any]] = {
        name: {} for name, entry in PAGES.items() if "<" not in entry.path
    }
    return taken | filled(own, other, line)


def filled(own: Books, other: Books, line: Any) -> dict[str, dict[str, Any]]:
    known = {"pk": line.pk, "name": "aging", "format": "csv", "kind": "partners"}
    found = {}
    for name, entry in PAGES.items():
        if "<" in entry.path:
            parts = [part.split(">")[0] for part in entry.path.split("<")[1:]]
            names = [part.split(":")[-1] for part in parts]
            found[name] = {part: known[part] for part in names}
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*Role, None])
def test_a_page_needs_what_it_says_and_never_shows_a_strangers_row(
    role: Role | None,
) -> None:
    own, other = books(), books(STRANGER)
    client = signed_in(staff(own.business, role) if role else staff())
    session = client.session
    session["business"] = other.business.pk  # as if it had been chosen
    session.save()
    before, cells = contents(), 0
    held = ROLE_CAPABILITIES[role] if role else frozenset()
    for name, parts in pages_of(own, other).items():
        entry, where = PAGES[name], reverse(f"admin:{name}", kwargs=parts)
        for method in (client.get, client.post):
            answer = method(where, follow=True)
            text = answer.content if not answer.streaming else b"".join(answer)
            assert STRANGER.encode() not in text, (role, where)
            if role and entry.needs not in held:
                assert answer.status_code == 403, (role, where)
            else:
                assert answer.status_code in {200, 400, 404, 405, 409}, (role, where)
            cells += 1
    assert contents() == before
    print(f"{role}: {cells} cells of pages")  # noqa: T201 - for -s


@pytest.mark.django_db
def test_nobody_reaches_the_admin_without_signing_in() -> None:
    own, other = books(), books(STRANGER)
    client = Client()
    paths = [
        reverse(f"admin:{name}", kwargs=parts)
        for name, parts in pages_of(own, other).items()
    ]
    for model in admin.site._registry:
        row = row_of(model, own.business)
        base = reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        paths += [base, f"{base}add/", f"{base}{row.pk}/change/"]
    for path in paths:
        assert client.get(path).status_code == 302, path
        assert client.post(path).status_code == 302, path
    assert Business.objects.count() == 2
