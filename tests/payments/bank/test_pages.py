"""The page that matches: what it shows, what its buttons do, and who may press them."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from payments.models import BankLine, Payment
from tests.admin_cast import everything, signed_in, staff
from tests.books import contents
from tests.factories import (
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    PartnerFactory,
    a_line,
    actor,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db


class Desk:
    """A bookkeeper at a statement of a business with three open invoices."""

    def __init__(self, business: Any) -> None:
        self.business = business
        self.client = signed_in(staff(business))
        self.statement = BankStatementFactory(account=AccountFactory(business=business))
        self.partner = PartnerFactory(business=business, name="Acme Rockets")
        self.by = actor(business)

    def invoice(self, number: str, total: int = 100, **values: Any) -> Any:
        values = {"partner": self.partner, "lines": [a_line(1, total)]} | values
        return an_issued_invoice(self.business, by=self.by, number=number, **values)

    def line(self, text: str, amount: Any = 100, **values: Any) -> Any:
        return BankLineFactory(
            statement=self.statement, text=text, amount=Decimal(amount), **values
        )

    def words(self, name: str, *args: Any, **query: str) -> str:
        return seen(self.client.get(reverse(f"admin:{name}", args=args), query))

    def tokens(self) -> list[str]:
        content = self.client.get(reverse("admin:bank")).content.decode()
        return re.findall(r'name="one" value="([^"]+)"', content)

    def press(self, name: str, *args: Any, **data: Any) -> str:
        place = reverse(f"admin:{name}", args=args)
        return seen(self.client.post(place, data, follow=True))


def seen(response: Any) -> str:
    """What stands on the page, in one line."""
    assert response.status_code == 200, response.status_code
    body = response.content.decode().partition("<main")[2] or response.content.decode()
    return " ".join(unescape(re.sub("<[^>]*>", " ", body)).split())


@pytest.fixture
def desk(business) -> Desk:
    return Desk(business)


def test_an_empty_page_teaches(desk):
    assert "Read a file of your bank" in desk.words("bank")
    assert "Nothing is certain here" in desk.words("bank_accept")


def test_one_click_books_the_best_proposal_and_undo_takes_it_back(desk):
    invoice = desk.invoice("INV-2026-00001")
    line = desk.line("Invoice INV-2026-00001", "99.50", counterparty="ACME ROCKETS")
    page = desk.words("bank")
    assert "The bank moved 0.50 less than what was paid: bank charges?" in page
    assert "Certain" not in page

    [token] = desk.tokens()
    page = desk.press("bank_accept", one=token)

    assert "Booked 100.00 USD for INV-2026-00001, bank charges 0.50 USD." in page
    assert "Undo" in page
    assert "Every line is decided" in page
    invoice.refresh_from_db()
    assert invoice.balance == 0
    matched = desk.words("bank", show="matched")
    assert "ACME ROCKETS" in matched
    assert "Acme Rockets INV-2026-00001" in matched

    page = desk.press("bank_undo", line=line.pk)
    assert "Undone: the line waits again. The payment was cancelled" in page
    assert desk.tokens() == [token]
    assert Payment.objects.standing().count() == 0


def test_the_certain_ones_are_booked_after_a_page_that_says_what_will_happen(desk):
    for number in ("INV-2026-00001", "INV-2026-00002"):
        desk.invoice(number)
        desk.line(number)
    desk.line("who knows", 7)
    tokens = desk.tokens()
    assert len(tokens) == 2
    before = everything()
    page = desk.press("bank_accept", line=tokens)
    assert "This books 2 lines. Nothing has happened yet." in page
    assert "Record a payment of 100.00 USD. 100.00 USD settle INV-2026-00001." in page
    assert desk.words("bank_accept").count("Record a payment") == 2
    assert everything() == before

    page = desk.press("bank_accept", line=tokens, confirmed="1")
    assert page.count("Booked 100.00 USD for INV-2026-0000") == 2
    assert BankLine.objects.filter(state="matched").count() == 2
    page = desk.press("bank_accept", line=tokens, confirmed="1")
    assert "The line has been decided already" in page
    assert Payment.objects.count() == 2


def test_a_line_is_booked_by_hand_after_a_search(desk):
    first, second = desk.invoice("INV-2026-00001"), desk.invoice("INV-2026-00002", 30)
    desk.invoice("INV-2026-00003", partner=PartnerFactory(business=desk.business))
    line = desk.line("thanks", 150)
    page = desk.press("bank_line", line.pk, do="search", q="acme")
    assert "INV-2026-00001" in page
    assert "INV-2026-00003" not in page
    given = {
        "document": [first.pk, second.pk],
        f"amount_{first.pk}": "100",
        f"amount_{second.pk}": "20",
        "charge": "2",
        "version": line.version,
    }
    page = desk.press("bank_line", line.pk, do="search", q="30", **given)
    assert "Stays on account: 32.00 USD" in page
    nothing = desk.press("bank_line", line.pk, do="accept", version=line.version)
    assert "Tick a document, or choose a partner" in nothing
    wrong = desk.press("bank_line", line.pk, do="accept", **given | {"charge": "two"})
    assert "“two” is no number" in wrong
    page = desk.press("bank_line", line.pk, do="accept", **given)
    booked = (
        "Booked 152.00 USD for INV-2026-00001, INV-2026-00002, 32.00 USD on account"
    )
    assert booked in page
    again = desk.press("bank_line", line.pk, do="accept", **given)
    assert "Someone else decided about the line" in again
    assert "Undo: cancel the payment" in again
    found = reverse("admin:payments_payment_change", args=[Payment.objects.get().pk])
    assert "150.00 USD, 2026-03-10" in seen(desk.client.get(found))


def test_money_of_another_currency_is_booked_with_its_gain(desk):
    desk.invoice("INV-2026-00001", currency="EUR", currency_rate=Decimal("1.10"))
    desk.line("INV-2026-00001", 115)
    assert "Realised gain: 5.00 USD." in desk.press("bank_accept", line=desk.tokens())
    page = desk.press("bank_accept", one=desk.tokens()[0])
    assert "Booked 100.00 EUR for INV-2026-00001, realised gain 5.00 USD." in page
    payment = Payment.objects.get()
    change = reverse("admin:payments_payment_change", args=[payment.pk])
    assert "5.00 USD" in seen(desk.client.get(change))


def test_a_far_rate_is_booked_after_a_tick(desk):
    document = desk.invoice("A-1", currency="EUR", currency_rate=Decimal("1.10"))
    line = desk.line("thanks", "0.01")
    given = {"document": document.pk, f"amount_{document.pk}": "100", "do": "accept"}
    page = desk.press("bank_line", line.pk, **given)
    assert "1 EUR = 0.0001 USD, and the known rate is 1 EUR = 1.1 USD" in page
    assert "I know that the rate is far off" in page
    assert Payment.objects.count() == 0
    page = desk.press("bank_line", line.pk, unusual_rate="on", **given)
    assert "Booked 100.00 EUR for A-1, realised loss 109.99 USD." in page


LONG = "9" * 5000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"do": "accept", "partner": LONG}, "This partner is not in these books."),
        ({"do": "accept", "partner": "1_0"}, "This partner is not in these books."),
        ({"do": "set_aside", "reason": "x", "version": LONG}, "load it anew"),
        ({"do": "search", "q": "1e999999999"}, "No open document is found."),
        ({"do": "accept", "document": LONG}, "This document is not in these books."),
        ({"do": "accept", "document": range(51)}, "At most 50 documents"),
        ({"do": "accept", "partner": "own", "charge": "1e999999999"}, "is no number"),
        ({"do": "accept", "partner": "own", "charge": "1_0"}, "is no number"),
        ({"do": "accept", "partner": "own", "charge": "12,50"}, "is no number"),
        ({"do": "accept", "document": "own", "charge": "-1e99999999999"}, "no number"),
        ({"do": "accept", "document": ["own", "other"]}, "This document is not in"),
        ({"do": "accept", "partner": "other"}, "This partner is not in these books."),
    ],
)
def test_nonsense_and_strangers_rows_refuse_the_whole_deed(desk, given, words):
    stranger = Desk(AccountFactory().business)
    theirs = Desk.invoice(stranger, "A-2")
    ours = desk.invoice("A-1")
    keys: dict[str, dict[Any, int | None]] = {
        "document": {"own": ours.pk, "other": theirs.pk},
        "partner": {"own": ours.partner_id, "other": theirs.partner_id},
    }

    def posted(name: str, value: Any) -> Any:
        values = value if isinstance(value, list | range) else [value]
        return [keys.get(name, {}).get(one, one) for one in values]

    line = desk.line("thanks")
    data = {name: posted(name, value) for name, value in given.items()}
    data |= {f"amount_{one.pk}": "10" for one in (ours, theirs)}
    before = contents()
    assert words in desk.press("bank_line", line.pk, **data)
    assert contents() == before


def test_no_key_of_a_line_breaks_a_page(desk):
    place = reverse("admin:bank_undo")
    for key in (LONG, "1_0", "-1", ""):
        assert desk.client.post(place, {"line": key}).status_code == 404
    for key in ("9" * 18, "9" * 40):
        place = f"{reverse('admin:bank')}line/{key}/"
        assert desk.client.get(place).status_code == 404


def test_a_line_is_set_aside_and_taken_back(desk):
    line = desk.line("fees", -3)
    page = desk.press("bank_line", line.pk, do="set_aside", reason="Fees", version=1)
    assert "Set aside: Fees." in page
    assert "Fees" in desk.words("bank", show="set_aside")
    assert "The line waits again." in desk.press("bank_undo", line=line.pk)


def test_those_who_only_look_see_no_buttons_and_strangers_nothing(desk):
    desk.invoice("INV-2026-00001")
    line = desk.line("INV-2026-00001")
    [token] = desk.tokens()
    before = everything()
    viewer = Desk(desk.business)
    viewer.client = signed_in(staff(desk.business, role="viewer"))
    assert "INV-2026-00001" in viewer.words("bank")
    assert viewer.tokens() == []
    asked = [
        ("bank_accept", [], {"one": token}),
        ("bank_undo", [], {"line": line.pk}),
        ("bank_line", [line.pk], {"do": "accept"}),
    ]
    for name, args, data in asked:
        place = reverse(f"admin:{name}", args=args)
        assert viewer.client.post(place, data).status_code == 403
    stranger = signed_in(staff(AccountFactory().business))
    assert (
        stranger.post(reverse("admin:bank_undo"), {"line": line.pk}).status_code == 404
    )
    place = reverse("admin:bank_line", args=[line.pk])
    assert stranger.get(place).status_code == 404
    stranger.post(reverse("admin:bank_accept"), {"one": token})
    for nonsense in ("", "x.y", f"{line.pk}.", "9" * 30 + ".a"):
        desk.press("bank_accept", one=nonsense)
    assert everything()["Payment"] == before["Payment"]
    assert everything()["BankLine"] == before["BankLine"]


def test_any_address_of_the_list_is_answered(desk):
    desk.line("thanks")
    long = (f"page={LONG}", f"account={LONG}", f"statement={LONG}")
    usual = ("page=10000", "page=x", "show=nothing", "account=9e9", "statement=1")
    for query in usual + long:
        assert desk.client.get(f"{reverse('admin:bank')}?{query}").status_code == 200
