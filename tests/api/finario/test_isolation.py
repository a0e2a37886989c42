"""Who may do what where: every URL, every method, two businesses alike but in name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from tests.api.finario.door import Door, text_of, unchanged
from tests.api.finario.routes import METHODS, Rows, Url, urls
from tests.factories import BusinessFactory, a_key

READING = ("GET", "HEAD", "OPTIONS")


@dataclass
class Cast:
    """Our business and theirs."""

    ours: Rows
    theirs: Rows
    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, door: Door, url: Url, method: str, path: str, status: int) -> None:
        """Send one request with our valid body; note what is wrong with its answer."""
        response = door.send(method, path, self.ours.body(url, method))
        self.cells += 1
        where, said = f"{method} {url.template}", text_of(response)
        if response.status_code != status:
            self.wrong.append(f"{where}: {response.status_code}, not {status}: {said}")
        secret = self.theirs if door.business == self.ours.business else self.ours
        if secret.mark in said:
            self.wrong.append(f"{where}: tells {said}")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The two businesses; at the end nothing must have been wrong."""
    cast = Cast(
        Rows.of(BusinessFactory(name="alpha"), "alpha"),
        Rows.of(BusinessFactory(name="omega"), "omega"),
    )
    yield cast
    print(f"{cast.cells} cells, {len(cast.wrong)} wrong")  # noqa: T201 - for -s
    assert cast.wrong == []


def done(url: Url, method: str) -> int:
    """The status of success, or 405 where the method is not offered."""
    if method == "OPTIONS":
        return 204
    if method == "HEAD":
        return 200 if "GET" in url.methods else 405
    if method not in url.methods:
        return 405
    if method == "POST":
        return 200 if "investment_id>/invoices" in url.template else 201
    answers = ("cost_categories", "api/investments/<str:investment_id>")
    if method == "PUT" and not url.template.endswith(answers):
        return 200 if "category" in url.template else 204
    return 200


def test_every_url_has_a_case(cast: Cast) -> None:
    assert len(urls()) == 18
    for url in urls():
        for method in url.methods:
            assert "<" not in url.filled(cast.ours.ids(url))
            assert (cast.ours.body(url, method) is None) == (method == "GET")


def test_the_owner_can_do_everything_that_is_offered(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    for url in urls():
        for method in METHODS:
            with transaction.atomic():
                path = url.filled(cast.ours.ids(url))
                cast.check(door, url, method, path, done(url, method))
                transaction.set_rollback(True)


def test_another_business_is_nowhere_to_be_found(cast: Cast) -> None:
    """Their key, our ids and names: nothing found, nothing told, nothing changed."""
    door = Door(cast.theirs.business, a_key(cast.theirs.business))
    for ids in (cast.ours.ids(), cast.ours.ids() | cast.ours.names()):
        with unchanged():
            for url in [url for url in urls() if url.parameters]:
                for method in {*url.methods} - {"PUT", "POST"}:
                    cast.check(door, url, method, url.filled(ids), 404)
            for url in [url for url in urls() if "investment_id" in url.parameters]:
                for method in url.methods:
                    cast.check(door, url, method, url.filled(ids), 404)


def test_their_ids_inside_our_paths_are_not_found(cast: Cast) -> None:
    """Every one of the ids in a path in turn, all others being ours."""
    door = Door(cast.ours.business, a_key(cast.ours.business))
    upserted = ("invoice_id", "payment_id", "vendor_id")
    with unchanged():
        for url in urls():
            for name in url.parameters:
                last = url.template.endswith(f"<str:{name}>")
                ids = cast.ours.ids() | {name: cast.theirs.ids()[name]}
                for method in url.methods:
                    if last and name in upserted and method != "GET":
                        continue  # it creates one of ours by that name
                    cast.check(door, url, method, url.filled(ids), 404)


def test_an_upsert_by_their_id_leaves_theirs_alone(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    before = vars_of(cast.theirs)
    for url in urls():
        for ids in (cast.theirs.ids(), cast.theirs.names()):
            here = cast.ours.ids()
            for name in ("invoice_id", "payment_id", "vendor_id"):
                if url.template.endswith(f"<str:{name}>") and "PUT" in url.methods:
                    path = url.filled(here | {name: ids[name]})
                    with transaction.atomic():
                        door.send("PUT", path, cast.ours.body(url, "PUT"))
                        assert vars_of(cast.theirs) == before
                        transaction.set_rollback(True)
                    cast.cells += 1


def vars_of(rows: Rows) -> list[dict[str, Any]]:
    """Their rows as they are stored."""
    found = []
    for name in ("vendor", "project", "cost", "category", "invoice", "payment"):
        row = getattr(rows, name)
        row.refresh_from_db()
        found.append({k: v for k, v in vars(row).items() if not k.startswith("_")})
    return found


@pytest.mark.parametrize(
    ("collection", "field", "path"),
    [
        ("invoices", "unique_cost_id", "vendors/{vendor_id}/invoices"),
        ("invoices", "vendor_id", "vendors/{vendor_id}/invoices"),
        ("payments", "unique_cost_id", "payments"),
        ("payments", "vendor_id", "payments"),
        ("payments", "account_id", "payments"),
        ("costs", "vendor_name", "costs"),
        ("costs", "account", "costs"),
        ("costs", "cost_category", "costs"),
    ],
)
def test_their_rows_in_a_body_are_like_rows_that_never_were(
    cast: Cast, collection: str, field: str, path: str
) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    ours, theirs = cast.ours.bodies()[collection], cast.theirs.bodies()[collection]
    ids = cast.ours.ids()
    path = f"investments/{ids['investment_id']}/{path.format(**ids)}"
    with unchanged():
        for given in (theirs[field], cast.theirs.account.public_id, "never-was"):
            if given == "1000":
                continue  # both have an account of this code
            answer = door.post(path, ours | {field: given})
            assert answer.status_code in (404, 406, 422)
            assert cast.theirs.account.name not in text_of(answer).replace(given, "")
            cast.cells += 1


def test_lists_show_only_ours(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    for url in urls():
        if not url.parameters:
            cast.check(door, url, "GET", url.filled({}), 200)
    found = door.get("investments", vendor="omega", keywords="")
    assert text_of(found) == "[]"


def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business, role="viewer"))
    with unchanged():
        for url in urls():
            for method in METHODS:
                status = done(url, method)
                if status < 300 and method not in READING:
                    status = 403
                path = url.filled(cast.ours.ids(url))
                cast.check(door, url, method, path, status)
