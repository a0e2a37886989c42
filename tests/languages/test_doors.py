"""Who is answered in which language: people in theirs, programs in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import translation

from config.languages import is_for_people
from tests.api.test_shared_path import Caller
from tests.pages.cast import Office, member, office, signed_in

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
_PROGRAMS = (
    "invoices.api",
    "invoices.mailing.views",
    "config.documentation",
    "config.health",
    "config.shared_path",
    "config.demo",
    "config.favicon",
    "drf_spectacular",
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request's language outlives it; the next test begins in English."""
    yield
    translation.activate("en")


def views(resolver: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Each path's beginning with the module of its view."""
    for each in resolver.url_patterns:
        path = before + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            yield from views(each, path)
        else:
            view = getattr(each.callback, "view_class", None) or getattr(
                each.callback, "cls", each.callback
            )
            yield path, str(getattr(view, "__module__", type(view).__module__))


def test_every_door_for_programs_is_known_as_one() -> None:
    found = list(views(get_resolver()))
    programs = {path for path, module in found if module.startswith(_PROGRAMS)}
    people = {path for path, module in found if not module.startswith(_PROGRAMS)}

    assert len(programs) > 100
    assert [path for path in sorted(programs) if is_for_people(f"/{path}")] == []
    assert [path for path in sorted(people) if not is_for_people(f"/{path}")] == []


@pytest.mark.django_db
def test_each_dialect_refuses_in_english_whatever_the_browser_speaks(business) -> None:
    caller = Caller(business)
    native = {"Authorization": f"Bearer {caller.key}"}
    empty = {"organization_id": business.slug}
    calls = [
        (f"/businesses/{business.public_id}/invoices/", native),
        (f"/businesses/{business.public_id}/inc_payments/", native),
        ("/businesses/nowhere/invoices/", {}),
        ("/api/invoices", caller.headers["cannlytics"]),
        ("/api/vendors", caller.headers["finario"]),
        ("/webapi/invoices/filtered", caller.headers["nutcache"]),
        ("/hooks/bounces/nobody/", {}),
        ("/api/nothing", {}),
    ]
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"

    def answers(**more: str) -> list[tuple[int, bytes, str]]:
        return [
            (answer.status_code, answer.content, answer.get("Vary", ""))
            for path, headers in calls
            for answer in [
                client.post(
                    path,
                    {"date": "soon", "lines": [{"quantity": "many"}], "pageIndex": "x"},
                    content_type="application/json",
                    query_params=empty,
                    headers=headers | more,
                )
            ]
        ]

    english = answers()
    assert answers(**GERMAN) == english
    assert [status for status, _, _ in english] == [
        *(400, 400, 401, 400, 422, 400, 401, 404),
    ]


def lang(answer: Any) -> str:
    """The language that a page says it is in."""
    return str(answer.content.decode().split('<html lang="')[1].split('"')[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "en", "There is nothing here"),
        ("de-AT,de;q=0.8", "de", "Hier ist nichts"),
        ("fr-CA, en;q=0.1", "fr", "Il n’y a rien ici"),
        ("th", "th", "ไม่มีอะไรที่นี่"),
        ("es, pt;q=0.5", "en", "There is nothing here"),
    ],
)
def test_a_page_that_is_not_there_is_told_in_the_browsers_language(
    accepted, language, title
) -> None:
    answer = Client().get("/nowhere/", headers={"Accept-Language": accepted})

    assert (answer.status_code, lang(answer)) == (404, language)
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Diese Seite gibt es nicht mehr"),
        ("fr", "Cette page n’existe plus"),
        ("th", "ไม่มีหน้านี้แล้ว"),
    ],
)
def test_a_link_that_ended_is_told_in_the_browsers_language(language, title) -> None:
    answer = Client().get("/i/a/b/c/", headers={"Accept-Language": language})

    assert (answer.status_code, lang(answer)) == (404, language)
    assert f"<h1>{title}</h1>" in answer.content.decode()


@pytest.fixture
def own(db) -> Office:
    return office()


def chosen(client: Client, language: str, back: str) -> Any:
    """Choose a language as the page's menu does."""
    body = {"language": language, "next": back}
    return client.post("/language/", body)


def test_a_person_chooses_once_and_the_pages_stay_so(own) -> None:
    client = signed_in(member(own.business))
    drafts = own.url("send-drafts")

    answer = chosen(client, "de", drafts)
    page = client.get(drafts, headers={"Accept-Language": "fr"})

    assert (answer.status_code, answer["Location"]) == (302, drafts)
    assert lang(page) == "de"
    assert "<h1>Entwürfe</h1>" in page.content.decode()
    assert "100,00\N{NO-BREAK SPACE}USD" in page.content.decode()


def test_a_language_that_we_do_not_speak_and_a_foreign_way_back_are_not_followed(
    own,
) -> None:
    client = signed_in(member(own.business))

    answer = chosen(client, "es", "https://elsewhere.example.com/")

    assert answer["Location"] == "/"
    assert lang(client.get(own.url("send-drafts"))) == "en"
    assert lang(client.get("/nowhere/", headers=GERMAN)) == "de"


@pytest.mark.parametrize("language", ["de", "fr", "th"])
def test_every_page_opens_in_every_language(own, language) -> None:
    client = signed_in(member(own.business))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    compose = own.url("send-compose", own.draft.public_id)

    for path in [*own.pages()[:6], compose]:
        assert lang(client.get(path)) == language, path
