"""Whatever comes in, the answer is a clean one: never a 5xx, always JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Business
from tests.api.finario.door import Door, dumps, text_of
from tests.api.finario.routes import Rows, urls
from tests.api.nasty import drawn
from tests.factories import a_key

# As JSON texts, because Python cannot say all of them.
NASTY = [
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "1e-400",
    "9" * 40,
    "9" * 41,
    "0." + "3" * 200,
    "1234567890123",
    '""',
    '"NaN"',
    '"-0"',
    '"1e400"',
    '"' + "9" * 1001 + '"',
    '"' + "x" * 100_000 + '"',
    '"a\\u0000b"',
    '"💩\u202e\u0301\ufeff"',
    '"9999-12-31"',
    '"0001-01-01T00:00:00+14:00"',
    '"Jan-99-0000"',
    '"M999"',
    '"\'; DROP TABLE invoices_invoice; --"',
    "[]",
    "[null]",
    "[[[]]]",
    "{}",
    '[{"quantity": null}]',
    '{"dollars": "1e39"}',
    '{"id": {"id": "x"}}',
]
RAW = [
    b"",
    b" ",
    b"null",
    b"[]",
    b"{",
    b'{"a": NaN}',
    b'{"a": 01}',
    b'{"name": "\\ud800"}',
    b'{"number": "\xff\xfe"}',
    b"\xff\xfe{\x00}\x00",
    b"\x00",
    b"[" * 100_000,
    b'{"a": ' + b"9" * 100_000 + b"}",
    b"<xml/>",
    b"a=1&b=2",
]
FORMS = [
    b"",
    b"&&&=",
    b"name=%00",
    b"name[]=1&name=2",
    b"amount[cents]=1",
    b"external_ids[]=%00",
    b"expected_units=M3",
    b"unit_price=7",
    b"=" * 1000,
]
WORDS = ["", " ", "0", "-1", "9" * 40, "x" * 5000, "\0", "\ud800", "💩", "%", "'", "["]
IDS = [
    "0",
    "x",
    "0" * 9,
    "f" * 15,
    "1" * 5000,
    "\0",
    "\xff",
    "💩",
    "..",
    "a b",
    ".json",
]
QUERIES = [
    "closed",
    "closed_within_days_ago",
    "vendor_id",
    "unique_cost_id",
    "token",
    "start_month",
    "start_year",
    "end_month",
    "end_year",
    "keywords",
    "organization",
    "categories[]",
    "rounds",
    "vendor",
    "size_range",
    "c_x",
    "format",
    "_method",
]


@dataclass
class Attack:
    """The owner's door, rows to begin with, and what went wrong so far."""

    door: Door
    rows: Rows
    cases: int = 0
    faults: list[str] = field(default_factory=list)

    def send(self, method: str, path: str, body: bytes | None, **options: Any) -> None:
        """One request, undone afterwards; anything but a clean answer is a fault."""
        self.cases += 1
        if not drawn(self.cases):
            return
        with transaction.atomic():
            response = self.door.send(method, path, body, **options)
            problem = impure(response)
            transaction.set_rollback(True)
        if problem:
            shown = (body or b"")[:200]
            self.faults.append(f"{method} {path[:200]} {shown!r} {options}: {problem}")


def impure(response: Any) -> str:
    """What is wrong with an answer: a fault of ours, or a refusal without a shape."""
    status, text = response.status_code, text_of(response)
    if status >= 500:
        return f"{status} {text[:200]}"
    if status < 400:
        return ""
    if response["Content-Type"] != "application/json":
        return f"{status} {response['Content-Type']}"
    said = json.loads(text)
    if "success" in said:
        return "" if said["success"] is False and said["message"] else text
    fields = said.get("errors", said)
    good = isinstance(fields, (list, dict)) and fields
    return "" if good else f"{status} {text}"


@pytest.fixture
def attack(business: Business) -> Iterator[Attack]:
    """At the end there must be no fault."""
    door = Door(business, a_key(business))
    door.client.raise_request_exception = False
    attack = Attack(door, Rows.of(business, "alpha"))
    yield attack
    print(f"{attack.cases} cases, {len(attack.faults)} faults")  # noqa: T201 - for -s
    assert attack.faults == []


_INVESTMENT = "api/investments/<str:investment_id>"
# One for each way in which a kind of body is read.
WRITES = [
    ("POST", f"{_INVESTMENT}/vendors/<str:vendor_id>/invoices"),
    ("PUT", f"{_INVESTMENT}/vendors/<str:vendor_id>/invoices/<str:invoice_id>"),
    ("POST", f"{_INVESTMENT}/invoices/<str:invoice_id>"),
    ("POST", "api/payments"),
    ("PUT", f"{_INVESTMENT}/payments/<str:payment_id>"),
    ("PUT", "api/vendors/<str:vendor_id>"),
    ("POST", "api/investments"),
    ("PUT", _INVESTMENT),
    ("POST", f"{_INVESTMENT}/costs"),
    ("POST", "api/cost_categories"),
]


@pytest.mark.parametrize(("method", "template"), WRITES)
def test_any_value_in_any_place_of_a_body(
    attack: Attack, method: str, template: str
) -> None:
    [url] = [url for url in urls() if url.template == template]
    body = attack.rows.body(url, method) or {}
    path = url.filled(attack.rows.ids(url))
    for name in body:
        for nasty in NASTY:
            text = dumps(body | {name: "@@"}).decode().replace('"@@"', nasty)
            attack.send(method, path, text.encode())


def test_any_bytes_as_a_body(attack: Attack) -> None:
    form = "application/x-www-form-urlencoded"
    for url in urls():
        path = url.filled(attack.rows.ids(url))
        for method in {*url.methods} - {"GET"}:
            for body in RAW:
                attack.send(method, path, body)
            for body in FORMS:
                attack.send(method, path, body, content_type=form)


def test_any_id_in_any_path(attack: Attack) -> None:
    for url in urls():
        for name in url.parameters:
            for word in IDS:
                escaped = quote(word.encode("utf-8", "surrogatepass"))
                path = url.filled(attack.rows.ids(url) | {name: escaped})
                for method in url.methods:
                    body = attack.rows.body(url, method)
                    attack.send(method, path, None if body is None else dumps(body))


def test_any_word_in_any_query(attack: Attack) -> None:
    for url in urls():
        if "GET" not in url.methods:
            continue
        path = url.filled(attack.rows.ids(url))
        for name in QUERIES:
            for word in WORDS:
                escaped = quote(word.encode("utf-8", "surrogatepass"))
                attack.send("GET", f"{path}?{name}={escaped}", None)
    for word in WORDS:
        escaped = quote(word.encode("utf-8", "surrogatepass"))
        attack.send("POST", f"/api/payments?unique_cost_id={escaped}", b"{}")


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(body=st.dictionaries(st.sampled_from(["amount", "date", "number",
    "reference", "currency_iso_code", "description", "po_number", "vendor_id",
    "unique_cost_id", "gl_line", "check_number", "account_id"]), _ANY))  # fmt: skip
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[*HealthCheck],
    print_blob=True,
)
def test_any_types_at_all(attack: Attack, body: dict[str, Any]) -> None:
    good = {"amount": 1, "date": "2016-11-30", "number": "1", "reference": "x"}
    ids = attack.rows.ids()
    data = json.dumps(good | body).encode("utf-8", "replace")
    investment = f"investments/{ids['investment_id']}"
    attack.send("POST", f"{investment}/vendors/{ids['vendor_id']}/invoices", data)
    attack.send("PUT", f"{investment}/vendors/{ids['vendor_id']}/invoices/x", data)
    attack.send("POST", f"{investment}/payments", data)
