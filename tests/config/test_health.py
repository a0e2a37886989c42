"""Probes: what they need and what they say."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection


def test_alive_needs_no_database(client) -> None:
    """Without the django_db mark, a query here would fail the test."""
    answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_costs_one_query(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_not_ready_tells_the_kind_of_failure_and_nothing_of_the_server(client) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection to host db.internal as clerk refused")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "reason": "The database does not answer (OperationalError).",
    }


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_are_only_read(client, path) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
@pytest.mark.django_db
def test_probes_come_by_plain_http_where_others_are_sent_to_https(
    client, settings, path
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
    assert client.get("/admin/login/").status_code == 301
