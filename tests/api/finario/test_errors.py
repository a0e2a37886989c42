"""Every refusal of the books has a status and a shape; so has everything around."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

import invoices.exceptions
import payments.exceptions
from invoices.api.finario import errors
from invoices.exceptions import NoSuchCost, PeriodClosed
from partners import master
from partners.exceptions import BookError, Invalid, NotAllowed, Stale
from tests.api.finario.door import failure, read, text_of, unchanged

ROOMS = (invoices.exceptions, payments.exceptions, master)


def family(kind: type[BookError] = BookError) -> Iterator[type[BookError]]:
    """All kinds of refusals below this one."""
    for below in kind.__subclasses__():
        yield below
        yield from family(below)


def test_every_refusal_of_the_books_is_in_the_table() -> None:
    found = set(family())
    assert len(found) >= 20, ROOMS
    statuses: dict[int, set[type[BookError]]] = {}
    for kind in found:
        status, message = errors.told(kind("Said.", field="number"))
        statuses.setdefault(status, set()).add(kind)
        assert message
    assert statuses.pop(403) == {NotAllowed, *family(NotAllowed)}
    assert statuses.pop(409) == {Stale, *family(Stale)}
    assert statuses.pop(404) == {NoSuchCost}
    assert list(statuses) == [422]


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (Invalid("Said."), 422, {"errors": {"base": ["Said."]}}),
        (
            PeriodClosed("Said.", field="date"),
            422,
            {"errors": {"date": ["Said."]}},
        ),
        (
            Invalid("Said.", field="lines.0.unit_price"),
            422,
            {"errors": {"amount": ["Said."]}},
        ),
        (NotAllowed("Said."), 403, failure("Said.")),
        (Stale("Said."), 409, failure("Said.")),
        (NoSuchCost("Said."), 404, {"errors": ["Said."]}),
        (Http404(), 404, failure("Not Found")),
        (
            ValidationError({"email": ["Said."], "__all__": ["Also."]}),
            422,
            {"errors": {"email": ["Said."], "base": ["Also."]}},
        ),
        (ValidationError("Said."), 422, {"errors": {"base": ["Said."]}}),
    ],
)
def test_shapes(error, status, body) -> None:
    answer = errors.translate(error)
    assert answer is not None
    assert (answer.status_code, answer.data) == (status, body)


def test_our_own_faults_are_none_of_these() -> None:
    assert errors.translate(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    "path",
    [
        "investments/a/b",
        "investments/a/vendors/b",
        "investments/a/costs/b/c",
        "vendors/a/b",
        "payments/a/b",
        "cost_categories/a/b",
    ],
)
def test_paths_that_are_none(api, path) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert read(api.send(method, path), 404) == failure("Not Found")


@pytest.mark.parametrize(
    "path", ["invoices", "vendors", "payments", "investments", "cost_categories"]
)
def test_methods_that_are_none(api, path) -> None:
    with unchanged():
        for method in ("DELETE", "PATCH", "PUT"):
            answer = api.send(method, path, {})
            assert read(answer, 405) == failure(f'Method "{method}" not allowed.')
    assert api.send("OPTIONS", path).status_code == 204
    assert text_of(api.send("HEAD", path)) == ""


def test_bodies_that_cannot_be_read(api, settings, vendor, project) -> None:
    path = "investments/WORKSHOP/vendors/TIMBER/invoices"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    form = "application/x-www-form-urlencoded"
    with unchanged():
        too_long = b'{"number": "' + b"x" * limit + b'"}'
        message = failure(f"The body is longer than {limit} bytes.")
        assert read(api.post(path, too_long), 413) == message
        answer = api.post(path, b"number=" + b"x" * limit, content_type=form)
        assert read(answer, 413) == message
        answer = api.post(path, b"{}", headers={"Transfer-Encoding": "chunked"})
        message = failure("Send the body with its Content-Length, not in chunks.")
        assert read(answer, 411) == message
        answer = api.post(path, b"<a/>", content_type="application/xml")
        message = failure('Unsupported media type "application/xml" in request.')
        assert read(answer, 415) == message
        assert read(api.post(path, b"{"), 400)["success"] is False
        answer = api.post(path, b"a=1&" * 1000, content_type=form)
        message = failure("The form has more than 1000 fields.")
        assert read(answer, 400) == message
        for body in (b"number=%ff", b"a=\xff"):
            answer = api.post(path, body, content_type=form)
            message = failure("The body is not a form in UTF-8.")
            assert read(answer, 400) == message


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*", ""])
def test_the_answer_is_json_whatever_is_accepted(api, accept) -> None:
    answer = api.send("GET", "vendors?format=xml", headers={"Accept": accept})
    assert read(answer) == []
