"""What clients do all day, as calls through the whole stack with authentication."""

from __future__ import annotations

import datetime
import io
import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from invoices.models import Account, Invoice, Product, Tax
from partners.models import Partner
from tests.benchmarks import seeding
from tests.benchmarks.seeding import Seeded

Operation = Callable[[], Any]
# Each question is asked in turn about so many rows, so that after the warm-up the
# pages they lie on are in memory at every size of the books.
_ASKED = 20


class Client:
    """A client of the WSGI application in this process; no socket, no test client."""

    def __init__(self, application: WSGIHandler, key: str = "") -> None:
        self.application = application
        self.key = key

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; raises for anything but success, returns the body's bytes."""
        data = b"" if body is None else json.dumps(body).encode()
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_AUTHORIZATION": f"Bearer {self.key}",
            "wsgi.input": io.BytesIO(data),
            "wsgi.url_scheme": "http",
        }
        response = self.application(environ, self._start)
        content = b"".join(response)
        response.close()
        if not self.status.startswith("2"):
            raise RuntimeError(f"{method} {path}: {self.status} {content[:300]!r}")
        return content

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.status, self.headers = status, headers


def reads(client: Client, seeded: Seeded) -> dict[str, Operation]:
    """Lists and look-ups, each with its name in the table."""
    base = f"/businesses/{seeded.business.public_id}"
    draw = random.Random(7)
    rows = Invoice.objects.for_business(seeded.business)
    ids = [Invoice(pk=pk).public_id for pk in _sample(rows, draw)]
    partners = Partner.objects.for_business(seeded.business).order_by("id")[:_ASKED]
    some_partners = itertools.cycle([partner.public_id for partner in partners])
    some_names = itertools.cycle([partner.name.split()[0] for partner in partners])
    some_ids, numbers = itertools.cycle(ids), _numbers(seeded.size)

    def get(path: Callable[[], str]) -> Operation:
        return lambda: client.call("GET", base + path())

    deep = max(seeded.size // 200, 1)
    middle = _middle(client, base)
    return {
        "list of 100 with lines": get(lambda: "/invoices/"),
        "list of 10 with lines": get(lambda: "/invoices/?per_page=10"),
        "deep page by keyset": get(lambda: f"/invoices/?after={middle}"),
        "deep page by number": get(lambda: f"/invoices/?page={deep}"),
        "by partner": get(lambda: f"/partners/{next(some_partners)}/invoices/"),
        "by number": get(lambda: f"/invoices/?invoice_no={next(numbers)}"),
        "by text": get(lambda: f"/invoices/?q={next(some_names)}"),
        "one invoice": get(lambda: f"/invoices/{next(some_ids)}/"),
    }


def _sample(rows: Any, draw: random.Random) -> list[int]:
    first = rows.order_by("id").values_list("pk", flat=True)[:1000]
    return draw.sample(list(first), _ASKED)


def _numbers(count: int) -> Iterator[str]:
    draw = random.Random(11)
    asked = [f"B-{draw.randint(1, count):07}" for _ in range(_ASKED)]
    return itertools.cycle(asked)


def _middle(client: Client, base: str) -> str:
    """The place of the middle of the list, as the `Link` header gives it."""
    day = seeding.FIRST_DAY + datetime.timedelta(days=seeding.DAYS // 2)
    client.call("GET", f"{base}/invoices/?per_page=1&from_date={day}")
    link = dict(client.headers)["Link"]
    return link.split("after=")[1].split(">")[0].split("&")[0]


def writes(client: Client, seeded: Seeded) -> dict[str, Operation]:
    """Create five taxed lines, issue, and pay in full; each works on its own rows."""
    base = f"/businesses/{seeded.business.public_id}"
    partner = Partner.objects.for_business(seeded.business).order_by("id").first()
    product = Product.objects.for_business(seeded.business).order_by("id").first()
    tax = Tax.objects.for_business(seeded.business).get()
    bank = Account.objects.for_business(seeded.business).get(code="1000")
    assert partner and product
    line = {
        "product": {"id": product.public_id},
        "quantity": 3,
        "unit_price": "19.99",
        "tax": {"id": tax.public_id},
    }
    document = {
        "date": "2026-01-05",
        "due_date": "2026-02-05",
        "currency": {"code": "GBP"},
        "currency_rate": 1,
        "details": [line] * 5,
    }
    numbers = _fresh_numbers(seeded)
    drafts: list[dict[str, Any]] = []
    issued: list[dict[str, Any]] = []

    def create() -> Any:
        body = document | {"invoice_no": next(numbers)}
        made = client.call(
            "POST", f"{base}/partners/{partner.public_id}/invoices/", body
        )
        drafts.append(json.loads(made))

    def issue() -> Any:
        draft = drafts.pop()
        client.call("POST", f"{base}/invoices/{draft['id']}/issue/", {})
        issued.append(draft)

    def pay() -> Any:
        invoice = issued.pop()
        body = {
            "date": "2026-01-06",
            "currency_rate": 1,
            "amount": invoice["total"],
            "payment_account": {"id": bank.public_id},
        }
        client.call("POST", f"{base}/invoices/{invoice['id']}/inc_payments/", body)

    return {"create (5 taxed lines)": create, "issue": issue, "pay in full": pay}


def _fresh_numbers(seeded: Seeded) -> Iterator[str]:
    used = Invoice.objects.for_business(seeded.business).filter(date="2026-01-05")
    start = used.count()
    return (f"X-{n:07}" for n in itertools.count(start + 1))
