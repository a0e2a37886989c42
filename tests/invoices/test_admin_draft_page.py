"""The page of a draft: it computes what saving would, and two people never lose input."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from invoices.admin.seen import sealed
from invoices.models import Bill, Invoice, TaxRate
from tests.admin_cast import (
    Books,
    books,
    errors,
    everything,
    formset,
    said,
    signed_in,
    staff,
    url,
)
from tests.factories import (
    NOW,
    ProductFactory,
    TaxFactory,
    a_draft,
    a_line,
    actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def line(**values: Any) -> dict[str, Any]:
    return {"description": "Work", "quantity": "2", "unit_price": "50", **values}


def posted(own: Books, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    head = {
        "business": own.business.pk,
        "kind": "invoice",
        "partner": own.partner.pk,
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "currency": "USD",
        "discount_percent": "0",
    }
    return head | values | formset("lines", *lines)


def typed(document: Invoice, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What the page of a draft posts; without lines those that it has."""
    columns = ("description", "quantity", "unit_price")
    rows: Any = document.lines.order_by("position").values()
    stored = [
        {name: row[name] for name in columns}
        | {"product": row["product_id"] or "", "tax": row["tax_id"] or ""}
        | {"id": row["id"], "invoice": document.pk}
        for row in rows
    ]
    names = ("number", "reference", "date", "due_date", "currency", "currency_rate")
    head = {name: getattr(document, name) for name in (*names, "discount_percent")}
    head |= {"kind": document.kind, "partner": document.partner_id}
    words = {"memo": document.memo, "seen": sealed(document)}
    return head | words | values | formset("lines", *(lines or stored))


def computed(client: Client, target: Any, data: dict[str, Any]) -> dict[str, Any]:
    page = "compute" if isinstance(target, Invoice) else "compute_new"
    answer = client.post(url(target, page), data)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- computing as one types ----------------------------------------------------------------


def test_what_is_typed_is_computed_as_it_would_be_saved_and_nothing_is_written(
    own: Books, owner: Client
) -> None:
    taxed = line(tax=own.tax.pk, quantity="0.333", unit_price="10.01")
    data = posted(own, taxed, line(), discount_percent="3.3")
    before = everything()
    answer = computed(owner, Invoice, data)
    assert everything() == before
    owner.post(url(Invoice, "add"), data)
    saved = Invoice.objects.latest("id")
    rows = saved.lines.order_by("position")
    assert answer["lines"] == {
        f"lines-{number}": f"{row.amount:.2f} USD" for number, row in enumerate(rows)
    }
    assert answer["errors"] == {}
    for amount in (saved.line_total, saved.discount_total, saved.tax_total):
        assert f"{amount:,.2f} USD" in answer["totals"]
    assert f"<td>{saved.total:,.2f} USD</td>" in answer["totals"]


def test_lines_that_are_not_complete_are_left_out_and_not_complained_about(
    own: Books, owner: Client
) -> None:
    half = {"description": "Half", "quantity": "3", "unit_price": ""}
    gone = line(DELETE="on")
    data = posted(own, half, line(), gone, {"description": ""}, partner="")
    answer = computed(owner, Invoice, data)
    assert answer["lines"] == {"lines-1": "100.00 USD"}
    assert "Without line 1, which is not complete yet." in answer["totals"]
    assert answer["errors"] == {}


def test_what_the_books_would_refuse_is_told_at_its_place(
    own: Books, owner: Client
) -> None:
    bare = TaxFactory(business=own.business, rate=0)
    cases: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        (line(quantity="much"), {}, "lines-0-quantity"),
        (line(), {"date": "soon"}, "date"),
        (line(), {"due_date": "2026-01-01"}, "due_date"),
        (line(), {"currency": "XQQ"}, "currency"),
        (line(), {"currency": "GBP"}, "currency_rate"),
        (line(quantity="-1"), {}, "lines"),
        (line(tax=bare.pk), {}, "lines"),
        (line(quantity="999999999999", unit_price="999999999999"), {}, "lines"),
    ]
    for part, values, field in cases:
        answer = computed(owner, Invoice, posted(own, part, **values))
        assert list(answer["errors"]) in ([field], []), (part, values, answer)
        if values.get("currency") != "XQQ":
            assert field in answer["errors"], (part, values)


def test_where_there_is_no_total_the_box_says_why(own: Books, owner: Client) -> None:
    cases: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        (line(), {"currency": "XXX"}, "Currency rate: "),
        (line(quantity=""), {}, "Line 1 is not complete yet."),
        (line(quantity="1.2345678901"), {}, "Line 1, Quantity: "),
        (line(quantity="99999999999999"), {}, "Line 1, Quantity: "),
        (line(), {"discount_percent": "150"}, "Discount percent: "),
        (line(), {"discount_percent": "150", "partner": ""}, "Discount percent: "),
        (line(quantity="-1"), {}, "total"),
        ({"description": ""}, {}, "Fill in a line"),
    ]
    for part, values, told in cases:
        totals = computed(owner, Invoice, posted(own, part, **values))["totals"]
        assert told in totals, (part, values, totals)
        assert "<table" not in totals


def test_the_total_is_of_what_is_chosen_of_two_peoples_changes(
    own: Books, owner: Client
) -> None:
    theirs = typed(own.draft, discount_percent="5")
    mine = typed(own.draft, line(quantity="4"))
    owner.post(url(own.draft, "change"), theirs)
    page = owner.post(url(own.draft, "change"), mine)
    again = mine | {"seen": page.context["seen"]}
    chosen = again | {"take-discount_percent": "theirs"}
    for data, total in ((again, "200.00 USD"), (chosen, "190.00 USD")):
        answer = computed(owner, own.draft, data)
        assert answer["lines"] == {"lines-0": "200.00 USD"}
        assert f"<td>{total}</td>" in answer["totals"].rpartition("strong")[2]
    owner.post(url(own.draft, "change"), chosen)
    own.draft.refresh_from_db()
    assert own.draft.total == 190


def test_only_who_may_edit_a_draft_computes_on_it(own: Books, owner: Client) -> None:
    other = books("Zebra")
    data = posted(own, line())
    assert owner.get(url(own.draft, "compute")).status_code == 405
    assert owner.post(url(other.draft, "compute"), data).status_code == 404
    assert owner.post(url(own.invoice, "compute"), data).status_code == 403
    viewer = signed_in(staff(own.business, "viewer"))
    assert viewer.post(url(own.draft, "compute"), data).status_code == 403
    assert viewer.post(url(Invoice, "compute_new"), data).status_code == 403
    forged = posted(own, line(tax=other.tax.pk), business=own.business.pk)
    assert "lines-0-tax" in computed(owner, Invoice, forged)["errors"]


def test_a_product_fills_its_line_in_the_documents_currency(
    own: Books, owner: Client
) -> None:
    other = books("Zebra")
    asked = {"product": own.product.pk, "currency": "usd"}
    assert owner.get(url(Invoice, "product"), asked).json() == {
        "description": "Own Thing",
        "unit_price": "10",
        "tax": {"id": own.tax.pk, "text": "Own-VAT"},
        "note": "",
    }
    foreign = owner.get(url(Invoice, "product"), asked | {"currency": "EUR"}).json()
    assert foreign["unit_price"] is None
    assert "has no price in EUR; it costs" in foreign["note"]
    bought = owner.get(url(Bill, "product"), asked).json()
    assert (bought["unit_price"], bought["tax"]) == (None, None)
    old = ProductFactory(business=own.business, archived_at=NOW)
    for key in (other.product.pk, old.pk, 2**70, "x", ""):
        refused = owner.get(url(Invoice, "product"), {"product": key})
        assert refused.status_code == 404, key
    viewer = signed_in(staff(own.business, "viewer"))
    assert viewer.get(url(Invoice, "product"), asked).status_code == 404


def test_a_partner_brings_the_currency_agreed_with_them(
    own: Books, owner: Client
) -> None:
    own.partner.default_selling_currency = "EUR"
    own.partner.default_buying_currency = "JPY"
    own.partner.save()
    asked = {"partner": own.partner.pk}
    address = url(Invoice, "partner")
    assert owner.get(address, asked).json() == {"currency": "EUR"}
    assert owner.get(url(Bill, "partner"), asked).json() == {"currency": "JPY"}
    assert (
        f'data-partner="{address}"' in owner.get(url(Invoice, "add")).content.decode()
    )
    for key in (books("Zebra").partner.pk, 2**70, "x", ""):
        assert owner.get(address, {"partner": key}).status_code == 404, key
    viewer = signed_in(staff(own.business, "viewer"))
    assert viewer.get(address, asked).status_code == 404


def test_a_draft_costs_as_many_queries_for_sixty_lines_as_for_three(
    own: Books, owner: Client
) -> None:
    by = actor(own.business)

    def queries(count: int) -> tuple[int, int, int]:
        lines = [
            a_line(
                product=ProductFactory(business=own.business),
                tax=TaxFactory(business=own.business),
            )
            for _ in range(count)
        ]
        draft = a_draft(own.business, by=by, lines=lines)
        data = typed(draft)
        pages = [
            lambda: owner.get(url(draft, "change")),
            lambda: owner.post(url(draft, "compute"), data),
            lambda: owner.post(url(draft, "change"), data),
        ]
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert page().status_code in (200, 302)
            found.append(len(captured))
        return found[0], found[1], found[2]

    queries(1)
    assert queries(3) == queries(60)


# --- two people and one draft -----------------------------------------------------------------


def test_the_second_is_told_what_changed_and_keeps_what_was_typed(own: Books) -> None:
    ann = signed_in(staff(own.business, email="ann@example.com"))
    ben = signed_in(staff(own.business, email="ben@example.com"))
    first = typed(own.draft, memo="From Ann", discount_percent="5")
    second = typed(own.draft, memo="From Ben", reference="BEN-1")
    assert ann.post(url(own.draft, "change"), first).status_code == 302
    before = everything()
    page = ben.post(url(own.draft, "change"), second)
    assert everything() == before
    assert errors(page)[0].startswith("Somebody else changed the draft")
    told = {
        c.key: (c.before, c.theirs, c.yours, c.clash) for c in page.context["changes"]
    }
    assert told == {
        "memo": ("Own memo", "From Ann", "From Ben", True),
        "discount_percent": ("0", "5", "0", False),
    }
    text = page.content.decode()
    assert "ann@example.com saved at" in text
    assert "From Ben</textarea>" in text
    again = second | {"seen": page.context["seen"]}
    again |= {"take-memo": "mine", "take-discount_percent": "theirs"}
    wrong = ben.post(url(own.draft, "change"), again | {"date": "soon"})
    assert wrong.context["taken"] == ["discount_percent"]
    kept = '<input type="hidden" name="take-discount_percent" value="theirs">'
    assert kept in wrong.content.decode()
    assert ben.post(url(own.draft, "change"), again).status_code == 302
    own.draft.refresh_from_db()
    saved = (own.draft.memo, own.draft.discount_percent, own.draft.reference)
    assert saved == ("From Ben", Decimal(5), "BEN-1")


def test_lines_are_compared_one_by_one_or_together(own: Books, owner: Client) -> None:
    by = actor(own.business)
    lines = [a_line(1, 10, description=word) for word in ("A", "B")]
    draft = a_draft(own.business, by=by, lines=lines)
    mine = typed(
        draft,
        line(description="A", quantity="1", unit_price="10"),
        line(description="B", quantity="1", unit_price="12"),
    )
    longer = typed(draft, *[line(description=word) for word in "ABC"])
    other = typed(draft, line(description="A", quantity="4", unit_price="10"), line())
    owner.post(url(draft, "change"), other)
    page = owner.post(url(draft, "change"), mine)
    told = [(c.key, c.before, c.theirs, c.clash) for c in page.context["changes"]]
    assert told == [
        ("lines.0", "1 × 10 A", "4 × 10 A", False),
        ("lines.1", "1 × 10 B", "2 × 50 Work", True),
    ]
    again = mine | {"seen": page.context["seen"], "take-lines.0": "theirs"}
    assert owner.post(url(draft, "change"), again).status_code == 302
    assert [
        (row.description, row.quantity, row.unit_price) for row in draft.lines.all()
    ] == [("A", 4, 10), ("B", 1, 12)]
    page = owner.post(url(draft, "change"), longer)
    [whole] = page.context["changes"]
    assert (whole.key, whole.theirs) == ("lines", "1. 4 × 10 A\n2. 1 × 12 B")


def test_a_draft_that_was_issued_meanwhile_is_shown_with_who_did_it(own: Books) -> None:
    ben = signed_in(staff(own.business))
    data = typed(own.draft, memo="Late")
    own.draft.issue(by=actor(own.business), now=NOW)
    before = everything()
    page = ben.post(url(own.draft, "change"), data, follow=True)
    assert everything() == before
    [told] = said(page)
    assert "what you typed was not saved. Last: issued by person" in told


def test_saving_the_page_as_it_is_shown_changes_no_figure(
    own: Books, owner: Client
) -> None:
    TaxRate.objects.update(rate=25)
    page = owner.get(url(own.draft, "change"))
    assert "100.00 USD" in page.content.decode()
    data = typed(own.draft) | {"seen": page.context["seen"]}
    assert owner.post(url(own.draft, "change"), data).status_code == 302
    own.draft.refresh_from_db()
    assert own.draft.tax_total == 25
