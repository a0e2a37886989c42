"""A charset in Content-Type decides nothing: pages refuse it, APIs read bytes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from config.wsgi import application

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
REFUSAL = b"Send the page's form in UTF-8; its Content-Type names another charset.\n"
DOORS = ["/admin/login/", "/send/", "/docs/", "/i/x/y/z/", "/livez"]
JSON_DOORS = ["/api/invoices", "/webapi/invoices", "/businesses/x/invoices/"]
STRANGE = ["hex", "utf-16", "utf-7", "rot13", "idna", "nothing", "x" * 300]


def posted(path: str, kind: str) -> Any:
    return Client(enforce_csrf_checks=True).generic("POST", path, b"a=b", kind)


def status(method: str, path: str, kind: str) -> int:
    """As the server asks the application; the test client makes requests of its own."""
    target = f"{path}?q=%C3%BC&organization_id=1"
    asked = RequestFactory(SERVER_NAME="localhost").generic(method, target, b"{}", "x")
    environ = asked.META | {"CONTENT_TYPE": kind}
    answers: list[str] = []

    def start(line: str, *_: Any) -> Any:
        answers.append(line)

    application(environ, start).close()
    return int(answers[0].split()[0])


@pytest.mark.parametrize("charset", STRANGE)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_a_form_in_a_strange_charset_is_refused(kind: str, charset: str) -> None:
    answer = posted("/admin/login/", f"{kind}; charset={charset}")
    assert (answer.status_code, answer.content) == (415, REFUSAL)


@pytest.mark.parametrize("charset", ["hex", "utf-16", "rot13"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_door_has_a_fault_of_its_own(method: str, charset: str) -> None:
    for kind in (FORM, "application/json", "text/plain"):
        named = f"{kind}; charset={charset}"
        assert [status(method, path, named) for path in DOORS] == [415] * len(DOORS)
        for path in JSON_DOORS:
            assert status(method, path, named) == status(method, path, kind) < 500


def test_json_in_any_charset_gets_the_doors_own_answer() -> None:
    plain, odd = (
        posted("/api/invoices", f"application/json{charset}")
        for charset in ("", "; charset=hex")
    )
    assert (odd.status_code, odd.content) == (plain.status_code, plain.content)


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", '"utf-8"'])
def test_forms_in_utf_8_are_read(charset: str) -> None:
    answer = posted("/admin/login/", f"{FORM}; charset={charset}")
    assert answer.status_code == 403  # no token, which it has looked for
