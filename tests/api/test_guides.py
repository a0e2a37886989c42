"""The documentation pages tell the truth: every command on them is run, and answers."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config import demo_books
from config.documentation import GUIDES, demo_names
from invoices.api.guide import Guide, curl
from partners.models.api_key import DIALECTS

HOST = "http://localhost"


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> None:
    """The demo's books, served as the demo serves them, with no limit of calls."""
    settings.VAR_DIR = tmp_path
    settings.DEMO = True
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.NUTCACHE_RATES = ()
    demo_books.create(timezone.now())


def run(command: str) -> Any:
    """What a curl command would get: its words are read as a shell reads them."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, headers, body, path = "GET", {}, "", ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            path = word.removeprefix(HOST)
    kind = headers.pop("Content-Type", "application/json")
    return Client().generic(method, path, body.encode(), kind, headers=headers)


def content(response: Any) -> str:
    streamed = getattr(response, "streaming_content", None)
    body = response.content if streamed is None else b"".join(streamed)
    return str(body.decode())


def test_every_dialect_has_its_page() -> None:
    assert tuple(GUIDES) == DIALECTS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_example_answers_as_its_page_says(demo: None, dialect: str) -> None:
    guide = GUIDES[dialect]
    wrong = []
    for endpoint in guide.endpoints:
        for example in endpoint.examples:
            # Afresh each time: what an example made, a later one may name.
            command = curl(guide, endpoint, example, HOST, demo_names(guide))
            response = run(command)
            if response.status_code != example.status:
                said = content(response)
                wrong.append(f"{command}\n{response.status_code}: {said}")
    assert wrong == []


def slots(path: str) -> str:
    """A path with its parameters unnamed, without a trailing slash."""
    return re.sub(r"<[^>]+>|\{[^}]+\}|\[[^]]+\]", "*", path).rstrip("/")


def described(dialect: str) -> set[tuple[str, str]]:
    """The operations of the dialect's OpenAPI document."""
    document = json.loads(Client().get(f"/api/schema/{dialect}.json").content)
    return {
        (method.upper(), slots(path))
        for path, operations in document["paths"].items()
        for method in operations
    }


def shown(guide: Guide) -> set[tuple[str, str]]:
    """The endpoints on a page."""
    return {(each.method, slots(each.path)) for each in guide.endpoints}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_page_has_exactly_the_endpoints_that_there_are(dialect: str) -> None:
    guide = GUIDES[dialect]
    assert shown(guide) == described(dialect)
    assert all(each.examples for each in guide.endpoints)
    assert len(guide.endpoints) == len(shown(guide))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_page_in_the_demo_shows_its_credentials(demo: None, dialect: str) -> None:
    guide = GUIDES[dialect]
    page = Client().get(f"/docs/{dialect}/").content.decode()
    assert guide.title in page
    assert "work as\npasted" in page
    secret = demo_names(guide)["nut_basic" if dialect == "nutcache" else "key"]
    assert secret in page


@pytest.mark.django_db
@pytest.mark.parametrize("dialect", DIALECTS)
def test_elsewhere_a_page_shows_no_credential(dialect: str) -> None:
    page = Client().get(f"/docs/{dialect}/").content.decode()
    assert GUIDES[dialect].title in page
    assert "cf_" not in page
    assert "Put your own key" in page


def test_the_first_page_leads_to_all_others() -> None:
    page = Client().get("/docs/").content.decode()
    assert all(f'href="/docs/{dialect}/"' in page for dialect in DIALECTS)
    assert Client().get("/docs/esperanto/").status_code == 404
