"""Whatever a client sends, the fault is never ours: no answer above 499.

Every field of every body, every word of every query, every id in every path, and
the raw bytes of the body and the headers are set to what should not be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction

from partners.models import Business
from tests.api.nasty import NASTY as ANYWHERE
from tests.api.nasty import drawn
from tests.api.native.door import Door, dumps, read, refusal, unchanged
from tests.api.native.routes import Rows, Url, urls
from tests.api.native.routes_sending import picture
from tests.factories import a_key

NASTY = [
    *ANYWHERE,
    "9" * 41,
    '"2026-03-10T00:00:00Z"',
    '{"id": null}',
    '{"id": 1}',
    '{"id": "' + "f" * 15 + '"}',
    '{"id": "' + "f" * 5000 + '"}',
    '{"id": "\\u0000"}',
    '{"id": {"id": "x"}}',
    '{"code": null}',
    '{"code": "\\u00c4\\u00d6\\u00dc"}',
    '{"code": "X\\u0000X"}',
    '{"code": ["USD"]}',
]

RAW = [
    b"",
    b" ",
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{",
    b"}",
    b"{]",
    b"{'a': 1}",
    b'{"a": 1,}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 01}',
    b'{"a": 1} {"a": 2}',
    b'{"id": "\\ud800"}',
    b'{"\\udfff": 1}',
    b'{"type": "\\ud800", "name": "x"}',
    b'{"id": "\xff\xfe"}',
    b"\xff\xfe{\x00}\x00",
    b'\xef\xbb\xbf{"id": "x"}',
    b"\x00",
    b'{"a": "\x00"}',
    b'{"a": "\n"}',
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"details": ' + b"[" * 300 + b"]" * 300 + b"}",
    b'{"a": ' + b"9" * 100_000 + b"}",
    b"<xml/>",
    b"a=1&b=2",
]

WORDS = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "1e400",
    "NaN",
    "9" * 40,
    "x" * 5000,
    "\0",
    "\ud800",
    "💩",
    "%",
    "_",
    "\\",
    "'",
    "':*",
    "!&|()<->",
    "null",
    "true",
    "maybe",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01",
    "MSAyMDI2LTAxLTAx",
    "MSBOYU4=",
    "gg==",
    "=",
]

IDS = [
    "0",
    "x",
    "-1",
    "0" * 9,
    "f" * 8,
    "f" * 9,
    "f" * 15,
    "f" * 16,
    "F" * 9,
    "1" * 5000,
    "\0",
    "\xff",
    "💩",
    "..",
    "%2e%2e",
    "a b",
    ";",
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
            transaction.set_rollback(True)
        if problem := impure(response, method):
            shown = (body or b"")[:200]
            self.faults.append(f"{method} {path[:200]} {shown!r} {options}: {problem}")


def impure(response: Any, method: str) -> str:
    """What is wrong with an answer: a fault of ours, or a refusal without its shape."""
    status = response.status_code
    if status >= 500:
        return f"{status} {response.content[:200]!r}"
    if status < 400 or method == "HEAD":
        return ""
    if response["Content-Type"] != "application/json":
        return f"{status} {response['Content-Type']}"
    error = json.loads(response.content)["apierror"]
    if sorted(error) != ["code", "fields", "message", "status"]:
        return f"{status} {error}"
    return "" if error["status"] == status else f"{status} {error['status']}"


@pytest.fixture
def attack(business: Business) -> Iterator[Attack]:
    """At the end there must be no fault."""
    door = Door(business, a_key(business))
    door.client.raise_request_exception = False
    attack = Attack(door, Rows.of(business, "alpha"))
    yield attack
    print(f"{attack.cases} cases, {len(attack.faults)} faults")  # noqa: T201 - for -s
    assert attack.faults == []


def slashed() -> list[Url]:
    """The URLs without their doubles."""
    return [url for url in urls() if url.template.endswith("/")]


def spoiled(document: Any) -> Iterator[bytes]:
    """The document with each of its values, at any depth, replaced by each nasty."""
    marker = "@@spoiled@@"
    for variant in marked(document, marker):
        text = dumps(variant).decode()
        for nasty in NASTY:
            yield text.replace(f'"{marker}"', nasty).encode()


def marked(value: Any, marker: str) -> Iterator[Any]:
    """The value with each part in turn replaced by the marker."""
    yield marker
    if isinstance(value, dict):
        for name, inner in value.items():
            for variant in marked(inner, marker):
                yield value | {name: variant}
    if isinstance(value, list):
        for index, inner in enumerate(value):
            for variant in marked(inner, marker):
                yield [*value[:index], variant, *value[index + 1 :]]


def purchases(rows: Rows) -> dict[str, tuple[str, str, dict]]:
    """The same of what is bought."""
    bodies = rows.bodies()
    waiting, project = rows.waiting.public_id, rows.closed.public_id
    texts = {"reference": "", "duplicate_reason": "", "customer": None}
    shares = {name: bodies["bills"][name] for name in ("project", "cost_shares")}
    planned = {"owner": "", "keywords": ["a"], "starts_on": "2026-01-01"}
    planned["in_service_on"] = "2026-02-01"
    figures: dict[str, Any] = {
        "quantity": 1,
        "unit_price": 1,
        "freight": 1,
        "taxed": True,
    }
    figures |= {"month": "2026-01-01", "currency": {"code": "USD"}}
    payment = bodies["billpayments"] | {"description": ""}
    paid = f"billpayments/{rows.paid_out.public_id}"
    return {
        "bill": ("POST", "bills/", bodies["bills"] | texts),
        "patch bill": ("PATCH", f"bills/{waiting}", bodies["bills"] | texts),
        "assign": ("POST", f"bills/{waiting}/assign", shares),
        "cancel": ("POST", f"bills/{waiting}/cancel", {"reason": ""}),
        "pay bill": ("POST", f"bills/{waiting}/billpayments", payment),
        "put bill payment": ("PUT", paid, payment),
        "project": ("PUT", f"projects/{project}", bodies["projects"] | planned),
        "close": (
            "POST",
            f"projects/{rows.project.public_id}/close",
            {"closed_on": "2026-03-10"},
        ),
        "cost": ("POST", "costs/", bodies["costs"] | figures | {"unique_cost_id": ""}),
        "category": ("POST", "cost_categories/", bodies["cost_categories"]),
    }


def correspondence(rows: Rows) -> dict[str, tuple[str, str, dict]]:
    """The same of what goes to customers."""
    bodies, sending = rows.bodies(), rows.sending
    letter: dict[str, Any] = {"recipients": ["a@example.com"], "copies": []}
    letter |= {"subject": "", "body": ""}
    issued = f"invoices/{rows.issued.public_id}"
    recurring = bodies["recurring"] | {"until": None, "count": None, "discount": 0}
    recurring |= {"due_days": 30, "interval": 1, "makes": "draft", "terms": ""}
    settings = bodies["document_settings"] | {"iban": "", "bic": "", "reply_to": ""}
    run = bodies["send_runs"] | letter | {"recipients": [], "key": None}
    statement = {"since": "2026-01-01", "until": "2026-12-31", "currency": "USD"}
    hook = bodies["webhooks"] | {"description": "", "active": True}
    return {
        "send": ("POST", f"{issued}/send", letter | {"key": ""}),
        "dispute": ("POST", f"{issued}/dispute", {"reason": "x"}),
        "hold": ("POST", f"{issued}/hold", {"reason": "x"}),
        "settle": (
            "POST",
            f"deliveries/{sending.uncertain.public_id}/settle",
            {"arrived": True},
        ),
        "run": ("POST", "send_runs", run),
        "statement": (
            "POST",
            f"partners/{rows.customer.public_id}/statement",
            statement | letter,
        ),
        "settings": ("PATCH", "document_settings", settings | {"footer": ""}),
        "template": ("POST", "mail_templates", bodies["mail_templates"]),
        "rule": ("POST", "reminder_rules", bodies["reminder_rules"] | {"active": True}),
        "recurring": ("POST", "recurring", recurring),
        "patch recurring": (
            "PATCH",
            f"recurring/{sending.recurring.public_id}",
            recurring,
        ),
        "webhook": ("POST", "webhooks", hook),
    }


def documents(rows: Rows) -> dict[str, tuple[str, str, dict]]:
    """Every body with all its attributes, and where it goes."""
    bodies = rows.bodies()
    texts = {"po_so_no": "", "memo": "", "reference": "", "discount": 0}
    texts |= {"description": "", "terms": ""}
    invoice = bodies["invoices"] | texts | {"project": bodies["bills"]["project"]}
    invoice["details"][0]["description"] = ""
    issued = f"invoices/{rows.issued.public_id}"
    payment = bodies["inc_payments"] | {"description": "", "desription": ""}
    credit = {"date": "2026-03-11", "invoice_no": "N", "reason": ""}
    # One of each kind: the other thirty are texts like these.
    partner = {
        "name": "x",
        "customer": True,
        "default_selling_currency": "USD",
        "email": "",
        "website": "",
        "note": "",
        "billing_addr_country_id": "DE",
    }
    return {
        "invoice": ("POST", "invoices/", invoice),
        "put invoice": ("PUT", f"invoices/{rows.draft.public_id}", invoice),
        "patch invoice": ("PATCH", f"invoices/{rows.draft.public_id}", invoice),
        "put by id": ("PUT", "invoices", {"id": rows.draft.public_id}),
        "payment": ("POST", f"{issued}/inc_payments/", payment),
        "put payment": ("PUT", f"inc_payments/{rows.payment.public_id}", payment),
        "credit": (
            "POST",
            f"{issued}/credit/",
            credit | {"details": [{"line": 1, "quantity": 1}]},
        ),
        "void": ("POST", f"{issued}/void/", {"reason": ""}),
        "write off": ("POST", f"{issued}/write_off/", {"reason": "x"}),
        "partner": ("POST", "partners/", partner),
        "product": (
            "POST",
            "products/",
            bodies["products"] | {"code": "", "description": ""},
        ),
        "patch product": (
            "PATCH",
            f"products/{rows.spare.public_id}",
            bodies["products"],
        ),
        "account": (
            "POST",
            "accounts/",
            bodies["accounts"]
            | {
                "code": "",
                "description": "",
                "payment_account": True,
                "contra_account": False,
                "iban": "",
            },
        ),
        **purchases(rows),
        **correspondence(rows),
    }


DOCUMENTS = [
    "invoice",
    "put invoice",
    "patch invoice",
    "put by id",
    "payment",
    "put payment",
    "credit",
    "void",
    "write off",
    "partner",
    "product",
    "patch product",
    "account",
    "bill",
    "patch bill",
    "assign",
    "cancel",
    "pay bill",
    "put bill payment",
    "project",
    "close",
    "cost",
    "category",
    "send",
    "dispute",
    "hold",
    "settle",
    "run",
    "statement",
    "settings",
    "template",
    "rule",
    "recurring",
    "patch recurring",
    "webhook",
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_value_in_any_place_of_a_body(attack: Attack, name: str) -> None:
    found = documents(attack.rows)
    assert list(found) == DOCUMENTS
    method, path, document = found[name]
    for body in spoiled(document):
        attack.send(method, path, body)


def test_any_bytes_as_a_body(attack: Attack) -> None:
    for url in slashed():
        path = url.filled(attack.rows.ids(url))
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(url.actions):
            for body in RAW:
                attack.send(method, path, body)


PAGING = ("per_page", "page", "after", "unknown")
QUERIES = {
    "invoices": (
        "from_date to_date invoice_no status due_from due_to total_min total_max "
        "currency partner reference q ordering"
    ),
    "credit_notes": "status q ordering",
    "bills": "status bill_no approved project ordering",
    "exp_payments": "from_date",
    "billpayments": "from_date to_date",
    "projects": "code closed",
    "costs": "project vendor unique_cost_id",
    "cost_categories": "code",
    "deliveries": "state invoice since",
    "messages": "state since",
    "mail_templates": "",
    "reminder_rules": "",
    "webhooks": "",
    "send_runs": "",
    "recurring": "",
    "inc_payments": "from_date to_date",
    "invoicepayments": "from_date to_date",
    "partners": "code customer vendor",
    "products": "code sell buy",
    "accounts": "type sub_type code payment_account",
    "taxes": "code",
    "currencies": "locale",
    "countries": "locale name",
    "businesses": "",
}


def test_any_word_in_any_query(attack: Attack) -> None:
    for url in slashed():
        if url.actions.get("GET") != "list":
            continue
        path = url.filled(attack.rows.ids(url))
        for name in (*PAGING, *QUERIES[url.words[-1]].split()):
            for word in WORDS:
                escaped = quote(word.encode("utf-8", "surrogatepass"))
                attack.send("GET", f"{path}?{name}={escaped}", None)
    path = f"{attack.door.root}/invoices"
    for query in (
        "%",
        "%zz=%ff",
        "&&&=",
        "a" * 10_000,
        "q=a&q=b&page=0&page=x",
        "\xff",
    ):
        attack.send("GET", f"{path}?{query}", None)


def test_any_word_in_the_query_of_a_statement(attack: Attack) -> None:
    path = f"partners/{attack.rows.customer.public_id}/statement"
    for name in ("since", "until", "currency", "unknown"):
        for word in WORDS:
            escaped = quote(word.encode("utf-8", "surrogatepass"))
            attack.send("GET", f"{path}?{name}={escaped}", None)


def test_any_bytes_as_a_logo(attack: Attack) -> None:
    path = "document_settings/logo"
    good = picture()
    for body in (good[:8], good[:20], good[:-20], good[:8] + b"\0" * 5000, good * 2):
        attack.send("PUT", path, body)
    for body in (b"<svg onload='x()'/>", b"GIF89a", b"\xff\xd8\xff\xe0", b""):
        attack.send("PUT", path, body, headers={"Content-Type": "image/png"})


def test_any_place_in_any_order(attack: Attack) -> None:
    for ordering in ("date", "-total", "invoice_no", "due_date", "-invoice_no"):
        for word in WORDS:
            escaped = quote(word.encode("utf-8", "surrogatepass"))
            path = f"invoices?ordering={ordering}&after={escaped}"
            attack.send("GET", path, None)


def test_any_id_in_any_path(attack: Attack) -> None:
    for url in slashed():
        ids = attack.rows.ids(url)
        for name in url.parameters:
            if name == "business_id" and url.parameters != [name]:
                continue  # all of them begin alike
            for word in IDS:
                escaped = quote(word.encode("utf-8", "surrogatepass"))
                path = url.filled(ids | {name: escaped})
                for method in url.actions:
                    attack.send(method, path, b"{}")


HEADERS = [
    {"Content-Type": kind}
    for kind in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/xml",
        "application/merge-patch+json",
        ";;;",
        "/",
        "*/*",
        "a" * 5000,
    )
] + [
    {"Accept": kind}
    for kind in ("", "text/html", "application/xml", "*/*", ";;;", "application/*", "/")
]
HEADERS += [
    {"Authorization": text}
    for text in (
        "",
        "Bearer",
        "Bearer  ",
        "bearer x",
        "Basic eDp4",
        "Token x",
        "Bearer \xff",
        "Bearer " + "x" * 10_000,
        "\0",
    )
]
HEADERS += [
    {"If-Match": tag} for tag in ("", '""', "W/", '"x"', "-1", "9" * 30, "²", "\xff")
]
HEADERS += [
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Request-ID": "\xff" * 100},
    {"If-None-Match": "*"},
    {"Range": "bytes=0-1"},
    {"Accept-Language": "\xff"},
    {"Accept-Encoding": "zstd"},
    {"Content-Encoding": "gzip"},
    {"Expect": "100-continue"},
]


def test_any_header(attack: Attack) -> None:
    # One of each kind: headers are read before the view.
    kinds = ("invoices", "inc_payments", "products", "void", "currencies")
    for url in slashed():
        if url.words[-1] not in kinds:
            continue
        path = url.filled(attack.rows.ids(url))
        for method in url.actions:
            body = attack.rows.body(url, method)
            for header in HEADERS:
                options = {"headers": {**header}}
                attack.send(
                    method, path, None if body is None else dumps(body), **options
                )


def test_an_override_of_the_method_is_not_heard(attack: Attack) -> None:
    path = f"invoices/{attack.rows.draft.public_id}/"
    headers = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"}
    query = {"_method": "DELETE"}
    shown = attack.door.send("GET", path, headers=headers, query=query)
    assert read(shown) == read(attack.door.get(path))


def test_a_body_that_is_too_long_is_not_read(attack: Attack, settings: Any) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    room = limit - len('{"reason": ""}')
    message = f"The body is longer than {limit} bytes."
    for url in slashed():
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(url.actions):
            path = url.filled(attack.rows.ids(url))
            body = b'{"reason": "' + b"x" * (room + 1) + b'"}'
            if url.words[-1] == "logo":
                body = picture().ljust(limit + 1)
            attack.cases += 1
            answer = attack.door.send(method, path, body)
            assert read(answer, 413) == refusal(413, "too_large", message)
    path = f"invoices/{attack.rows.issued.public_id}/void/"
    body = b'{"reason": "' + b"x" * room + b'"}'
    assert read(attack.door.post(path, body), 400)["apierror"]["fields"] == {
        "reason": ["Ensure this field has no more than 500 characters."]
    }


def test_a_body_without_its_length_is_not_taken_for_none(attack: Attack) -> None:
    """Else a credit of one line, sent in chunks, would credit the whole invoice."""
    message = "Send the body with its Content-Length, not in chunks."
    headers = {"Transfer-Encoding": "chunked"}
    path = f"invoices/{attack.rows.issued.public_id}/credit/"
    with unchanged():
        answer = attack.door.post(path, None, headers=headers)
        assert read(answer, 411) == refusal(411, "length_required", message)
    assert read(attack.door.send("GET", "invoices?page=9", headers=headers)) == []


def test_of_a_name_given_twice_the_last_counts(attack: Attack) -> None:
    body = b'{"name": "First", "name": "Last"}'
    assert read(attack.door.post("partners/", body), 201)["name"] == "Last"


def test_numbers_keep_every_digit(attack: Attack) -> None:
    [line] = attack.rows.bodies()["invoices"]["details"]
    line |= {"quantity": "@q", "unit_price": "@p"}
    body = attack.rows.bodies()["invoices"] | {"details": [line]}
    del line["tax"]
    text = dumps(body).replace(b'"@q"', b"0.1").replace(b'"@p"', b"123456789012.123456")
    answer = attack.door.post("invoices/", text)
    assert answer.status_code == 201
    assert b'"unit_price":123456789012.123456,' in answer.content
    assert b'"line_amount":12345678901.21,' in answer.content
