"""Each request has an id, in its answer and in its log lines."""

from __future__ import annotations

import logging
import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import RequestIdFilter, RequestIdMiddleware


def test_the_callers_id_is_returned(client) -> None:
    answer = client.get("/livez", headers={"X-Request-ID": "job-7.a_B"})

    assert answer["X-Request-ID"] == "job-7.a_B"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\nlevel=ERROR", "é"])
def test_an_id_that_could_spoil_a_log_is_replaced(client, given) -> None:
    own = client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{32}", own)


def test_answers_of_two_requests_differ(client) -> None:
    first, second = client.get("/livez"), client.get("/livez")

    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_an_error_has_an_id_too(client) -> None:
    answer = client.get("/nowhere", headers={"X-Request-ID": "job-8"})

    assert (answer.status_code, answer["X-Request-ID"]) == (404, "job-8")


def test_log_records_carry_the_id_during_the_request_only() -> None:
    def record() -> logging.LogRecord:
        made = logging.makeLogRecord({})
        RequestIdFilter().filter(made)
        return made

    def view(request: object) -> HttpResponse:
        return HttpResponse(record().request_id)  # type: ignore[attr-defined]

    request = RequestFactory().get("/", headers={"X-Request-ID": "job-9"})

    answer = RequestIdMiddleware(view)(request)

    assert isinstance(answer, HttpResponse)
    assert answer.content == b"job-9"
    assert record().request_id == "-"  # type: ignore[attr-defined]
