"""What is proposed for lines of a statement, why, and what is called certain."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices.crediting import credit
from invoices.models import ExchangeRate
from partners.models import PartnerAlias
from payments.bank.accepting import accept
from payments.bank.accepting_many import accept_certain, accept_chosen, book
from payments.bank.proposing import propose
from payments.exceptions import StaleLine
from payments.models import BankLine, Payment
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BankLineFactory,
    BankStatementFactory,
    PartnerFactory,
    a_line,
    a_payment,
    actor,
    an_approved_bill,
    an_issued_invoice,
)

pytestmark = pytest.mark.django_db
IBAN = "DE89370400440532013000"


class Cast:
    """A business with two customers, a vendor and a statement."""

    def __init__(self, business: Any) -> None:
        self.business, self.by = business, actor(business)
        self.account = AccountFactory(business=business)
        self.statement = BankStatementFactory(account=self.account)
        self.acme = PartnerFactory(business=business, name="Acme Rockets GmbH")
        self.zeta = PartnerFactory(business=business, name="Zeta Foods Ltd")
        self.vendor = PartnerFactory(
            business=business, name="Paper Mill", is_vendor=True
        )

    def invoice(self, number: str, total: Any = 100, **values: Any) -> Any:
        lines = [a_line(1, total)]
        values = {"partner": self.acme, "number": number, "lines": lines} | values
        return an_issued_invoice(self.business, by=self.by, **values)

    def line(self, text: str = "", amount: Any = 100, **values: Any) -> BankLine:
        given = {"counterparty": "", "text": text} | values
        return BankLineFactory(
            statement=self.statement, amount=Decimal(amount), **given
        )

    def told(self, *lines: BankLine) -> list[Any]:
        """The best proposal of each line, in short."""
        found = propose(self.business, lines)
        return [short(found[line.pk][0]) if found[line.pk] else None for line in lines]


def short(one: Any) -> tuple[Any, ...]:
    if one.payment is not None:
        return ("link", one.certain, codes(one))
    shares = {share.document.number: share.amount for share in one.settles}
    return (shares, one.certain, codes(one))


def codes(one: Any) -> set[str]:
    return {reason.code.value for reason in one.reasons}


@pytest.fixture
def cast(business) -> Cast:
    return Cast(business)


CERTAIN = {"number", "exact_amount"}


@pytest.mark.parametrize(
    ("number", "text", "certain"),
    [
        ("INV-2026-00012", "Invoice INV-2026-00012", True),
        ("INV-2026-00012", "inv 2026/00012 thank you", True),
        ("INV-2026-00012", "RF70INV202600012", True),
        ("536365", "Invoice 536365", True),
        ("536365", "Rechnung Nr. 536365 vom 10.03.2026", True),
        ("536365", "call 536365", False),
        ("536365", "Tel. 536365", False),
        ("20260310", "Invoice 20260310", False),
        ("INV-1", "INV-1", False),
        ("INV-2026-00012", "INV-2026-00012-2", False),
        ("INV-2026-00012", "00012", False),
    ],
)
def test_a_number_with_its_exact_amount_is_certain_where_it_is_whole(
    cast, number, text, certain
):
    cast.invoice(number)
    [(shares, told, why)] = cast.told(cast.line(text))
    assert (shares, told) == ({number: 100}, certain)
    assert "exact_amount" in why
    assert not certain or why == {*CERTAIN, "only_one_of_this_amount"}


def test_digits_alone_are_certain_where_the_payer_is_the_partner(cast):
    cast.invoice("536365")
    cast.invoice("536366", partner=cast.zeta)
    own = cast.line("536365", counterparty="ACME ROCKETS")
    others = cast.line("Invoice 536366", counterparty="ACME ROCKETS")
    assert [one[1] for one in cast.told(own, others)] == [True, False]
    found = [short(one) for one in propose(cast.business, [others])[others.pk]]
    assert found == [
        ({"536365": 100}, False, {"exact_amount", "name"}),
        ({"536366": 100}, False, {*CERTAIN, "other_partner"}),
    ]


def test_nothing_but_number_and_exact_amount_makes_certain(cast):
    cast.invoice("INV-2026-00012")
    for line in (
        cast.line("INV-2026-00012", "99.50"),
        cast.line("INV-2026-00012", "60"),
        cast.line("INV-2026-00012", "130"),
        cast.line("INV-2026-00012", "97"),
        cast.line("", counterparty="Acme Rockets"),
        cast.line(""),
        cast.line("nothing", -100),
        cast.line("INV-2026-00012", currency="EUR"),
    ):
        assert [one.certain for one in propose(cast.business, [line])[line.pk]] in (
            [],
            [False],
            [False, False],
        )


def test_what_differs_from_what_is_open_is_explained(cast):
    cast.invoice("INV-2026-00012")
    number = "INV-2026-00012"
    told = cast.told(
        cast.line(number, "99.50"),
        cast.line(number, "97"),
        cast.line(number, "60"),
        cast.line(number, "130"),
        cast.line(number, "90", currency="EUR"),
    )
    shares = [(one[0][number], sorted(one[2] - {"number"})) for one in told]
    assert shares == [
        (100, ["charge"]),
        (97, ["discount"]),
        (60, ["less"]),
        (100, ["more"]),
        (100, ["other_currency"]),
    ]
    line = cast.line(number, "99.50")
    [one] = propose(cast.business, [line])[line.pk]
    amounts = [one.amount, one.charge, one.on_account]
    assert amounts == [Decimal(100), Decimal("0.50"), Decimal(0)]
    assert [reason.words for reason in one.reasons] == [
        "The number INV-2026-00012 stands in the text.",
        "The bank moved 0.50 less than what was paid: bank charges?",
    ]


def test_several_numbers_are_paid_by_one_line(cast):
    for number, total in (("INV-2026-00001", 30), ("INV-2026-00002", 45)):
        cast.invoice(number, total)
    text = "INV-2026-00001, INV-2026-00002"
    both = {"INV-2026-00001": 30, "INV-2026-00002": 45}
    told = cast.told(cast.line(text, 75), cast.line(text, 45), cast.line(text, 50))
    assert [one[:2] for one in told] == [
        (both, True),
        ({"INV-2026-00002": 45}, False),
        ({"INV-2026-00001": 30, "INV-2026-00002": 20}, False),
    ]
    other = cast.invoice("INV-2026-00003", 5, partner=cast.zeta)
    [mixed] = cast.told(cast.line(f"{text} {other.number}", 80))
    assert (len(mixed[0]), mixed[1]) == (3, False)


def test_a_payer_who_is_like_another_partner_makes_doubtful(cast):
    PartnerFactory(business=cast.business, name="Harbour House Hotel")
    cast.invoice("INV-2026-00012")
    for name, certain in (
        ("Harbour House", False),
        ("Acme Rocket Holding Harbour", True),
        ("Acme Rockets", True),
        ("Somebody Unknown", True),
    ):
        line = cast.line("INV-2026-00012", counterparty=name)
        best = propose(cast.business, [line])[line.pk][0]
        assert (best.certain, "like_other" in codes(best)) == (certain, not certain)
    line = cast.line("INV-2026-00012", counterparty="Harbour House")
    words = [one.words for one in propose(cast.business, [line])[line.pk][0].reasons]
    assert "But the payer's name is like Harbour House Hotel." in words


def test_a_rate_far_from_the_known_one_asks_for_a_persons_decision(cast):
    ExchangeRate.objects.create(
        business=cast.business,
        currency="EUR",
        date=TODAY,
        rate=Decimal("1.10"),
        source="test",
    )
    for number, total in (("INV-2026-00004", 3774), ("INV-2026-00010", 1530)):
        cast.invoice(number, total, currency="EUR", currency_rate=Decimal("1.1"))
    line = cast.line("INV-2026-00004", "4150", end_to_end="INV-2026-00010")
    found = propose(cast.business, [line])[line.pk]
    told = [(sorted(short(one)[0]), one.asks, one.certain) for one in found]
    assert told == [
        (["INV-2026-00004"], False, False),
        (["INV-2026-00004", "INV-2026-00010"], True, False),
        (["INV-2026-00010"], True, False),
    ]
    assert found[1].reasons[-1].words == (
        "But 1 EUR would be 0.7824 USD, and the known rate of that day is 1.1000: "
        "decide for yourself what it settles."
    )
    chosen = {line.pk: found[1].token}
    [outcome] = accept_chosen(cast.business, chosen, by=cast.by, now=NOW)
    assert isinstance(outcome.refusal, StaleLine)


def test_what_was_written_off_may_still_be_paid(cast):
    for number in ("INV-2026-00012", "INV-2026-00013"):
        cast.invoice(number).write_off(reason="gone", by=cast.by)
    told = cast.told(
        cast.line("INV 2026 00012", 60), cast.line(counterparty="Acme Rockets")
    )
    assert told[0] == (
        {"INV-2026-00012": 60},
        False,
        {"written_off", "less"},
    )
    assert told[1][1:] == (False, {"written_off", "exact_amount", "name"})
    line = cast.line("INV-2026-00013", counterparty="Acme Rockets")
    best = propose(cast.business, [line])[line.pk][0]
    book(line, best, by=cast.by, now=NOW)
    assert cast.told(cast.line("INV-2026-00013 again"))[0][2] == {"closed"}


def test_a_settled_number_is_known_also_with_blanks(cast):
    cast.invoice("INV-2026-00007")
    line = cast.line("INV-2026-00007")
    accept_certain(cast.business, by=cast.by, now=NOW)
    line = cast.line("INV 2026 00007 minus Spesen", 90)
    [only] = propose(cast.business, [line])[line.pk]
    assert (codes(only), only.certain) == ({"closed"}, False)


def test_the_only_subset_of_the_partners_documents_is_proposed(cast):
    for number, total in (("A-1001", 30), ("A-1002", 45), ("A-1003", 80)):
        cast.invoice(number, total)
    payer = {"counterparty": "Acme Rockets"}
    told = cast.told(cast.line("", 75, **payer), cast.line("", 155, **payer))
    assert [one[0] for one in told] == [
        {"A-1001": 30, "A-1002": 45},
        {"A-1001": 30, "A-1002": 45, "A-1003": 80},
    ]
    assert {"sum", "name"} == told[0][2]
    cast.invoice("A-1004", 75)
    assert cast.told(cast.line("", 75, **payer))[0][0] == {"A-1004": 75}
    cast.invoice("A-1005", 110)
    assert cast.told(cast.line("", 110, **payer))[0][0] == {"A-1005": 110}


def test_the_payer_is_known_by_iban_name_and_alias(cast):
    seen = cast.line("", 5, iban=IBAN)
    accept(seen, [], partner=cast.zeta, by=cast.by, now=NOW)
    PartnerAlias.objects.create(
        business=cast.business, partner=cast.acme, value="Coyote Supplies"
    )
    cast.invoice("A-1001")
    cast.invoice("Z-1001", partner=cast.zeta)
    told = cast.told(
        cast.line(iban=IBAN, counterparty="unreadable"),
        cast.line(counterparty="COYOTE SUPPLIES INC"),
        cast.line("A-1001 please", iban=IBAN),
        cast.line("goods for zeta foods"),
    )
    assert [(list(one[0]), sorted(one[2])) for one in told] == [
        (["Z-1001"], ["exact_amount", "iban"]),
        (["A-1001"], ["exact_amount", "name"]),
        (["Z-1001"], ["exact_amount", "iban"]),
        (["Z-1001"], ["exact_amount", "name_in_text"]),
    ]
    assert not any(one[1] for one in told)


def test_references_purchase_orders_and_the_payers_id_are_read(cast):
    cast.invoice("A-1001", 11, reference="CLIENT-77")
    cast.invoice("A-1002", 12, purchase_order="PO-4500123")
    cast.invoice("A-1003", 13)
    told = cast.told(
        cast.line("CLIENT-77", 11),
        cast.line("PO-4500123", 12),
        cast.line("", 13, end_to_end="A-1003"),
        cast.line("", 11, end_to_end="client77"),
    )
    only = "only_one_of_this_amount"
    assert [(list(one[0]), one[1], one[2] - {only}) for one in told] == [
        (["A-1001"], False, {"reference", "exact_amount"}),
        (["A-1002"], False, {"purchase_order", "exact_amount"}),
        (["A-1003"], True, {"end_to_end", "exact_amount"}),
        (["A-1001"], True, {"end_to_end", "exact_amount"}),
    ]


def test_money_out_settles_bills_and_notes_of_customers(cast):
    bill = an_approved_bill(
        cast.business, by=cast.by, partner=cast.vendor, number="RE-2026-77"
    )
    sold = cast.invoice("INV-2026-00001", 40)
    a_payment(cast.business, sold, 40, by=cast.by)
    note = credit(sold, None, by=cast.by, now=NOW, date=TODAY)
    cast.invoice("RE-2026-78", 55)
    told = cast.told(
        cast.line("RE-2026-77", -100),
        cast.line(note.number, -40),
        cast.line("RE-2026-77", 100),
        cast.line("RE-2026-78", -55),
    )
    assert [one and one[:2] for one in told] == [
        ({bill.number: 100}, True),
        ({note.number: 40}, True),
        None,
        None,
    ]


def test_a_payment_that_was_recorded_is_linked_not_booked_again(cast):
    paid = cast.invoice("INV-2026-00001")
    a_payment(cast.business, paid, 100, account=cast.account, by=cast.by)
    named = cast.line("INV-2026-00001")
    silent = cast.line("thank you")
    assert cast.told(named) == [("link", True, {"recorded", "number"})]
    assert cast.told(silent) == [("link", False, {"recorded"})]
    late = cast.line("INV-2026-00001", date=TODAY + datetime.timedelta(days=30))
    assert cast.told(late) == [({}, False, {"closed"})]
    cast.invoice("INV-2026-00002")
    a_payment(cast.business, None, 100, account=cast.account, partner=cast.acme)
    [one] = cast.told(cast.line("INV-2026-00002"))
    assert one[:2] == ("link", False)


def test_of_lines_that_claim_one_document_at_most_one_is_certain(cast):
    cast.invoice("INV-2026-00001")
    text = "INV-2026-00001"
    first, second = cast.line(text, iban=IBAN), cast.line(text, iban=IBAN)
    assert [one[1] for one in cast.told(second, first)] == [False, True]
    other = cast.line(text, counterparty="Somebody")
    assert [one[1] for one in cast.told(first, other)] == [False, False]


def test_a_batch_costs_the_same_statements_however_long(cast):
    lines = [cast.line(f"INV {n}", n + 1) for n in range(30)]
    counts = []
    for some in (lines[:1], lines):
        with CaptureQueriesContext(
            connection,
        ) as counted:
            propose(cast.business, some)
        counts.append(len(counted))
    assert counts == [6, 6]
    assert propose(cast.business, []) == {}
    stranger = BankLineFactory()
    assert propose(cast.business, [stranger]) == {}


def test_the_certain_ones_are_booked_and_the_others_wait(cast):
    invoice = cast.invoice("INV-2026-00001")
    paid = cast.invoice("INV-2026-00002", 70)
    a_payment(cast.business, paid, 70, account=cast.account, by=cast.by)
    lines = [
        cast.line("INV-2026-00001"),
        cast.line("INV-2026-00002", 70),
        cast.line("who knows", 3),
    ]
    outcomes = accept_certain(cast.business, by=cast.by, now=NOW)
    assert [(one.line.pk, one.refusal) for one in outcomes] == [
        (lines[0].pk, None),
        (lines[1].pk, None),
    ]
    states = BankLine.objects.order_by("pk").values_list("state", "payment_made")
    assert list(states) == [("matched", True), ("matched", False), ("open", False)]
    invoice.refresh_from_db()
    assert (invoice.balance, Payment.objects.count()) == (0, 2)
    assert accept_certain(cast.business, by=cast.by, now=NOW) == []


def test_what_was_shown_is_booked_or_nothing(cast):
    invoice = cast.invoice("INV-2026-00001")
    line = cast.line("INV-2026-00001", 60)
    [shown] = propose(cast.business, [line])[line.pk]
    a_payment(cast.business, invoice, 70, by=cast.by)
    [outcome] = accept_chosen(
        cast.business, {line.pk: shown.token}, by=cast.by, now=NOW
    )
    assert isinstance(outcome.refusal, StaleLine)
    [now] = propose(cast.business, [line])[line.pk]
    [outcome] = accept_chosen(cast.business, {line.pk: now.token}, by=cast.by, now=NOW)
    assert outcome.payment is not None
    assert (outcome.payment.amount, outcome.payment.unallocated) == (60, 30)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_stands_in_a_text_only_the_named_document_is_certain(cast, data):
    """Numbers that begin alike, equal amounts, and texts glued from pieces of them."""
    known = {one.number: one for one in getattr(cast, "made", [])}
    if not known:
        words = ("INV-2026-00001", "INV-2026-00011", "536365", "5363651", "A-1000")
        cast.made = [cast.invoice(word, 50) for word in words]
        known = {one.number: one for one in cast.made}
    pieces = st.sampled_from([*known, "INV", "invoice", "2026", "1", "-", "/", "tel"])
    parts = data.draw(st.lists(pieces, min_size=1, max_size=4))
    glue = data.draw(st.sampled_from([" ", "-", "", "/", ", "]))
    text = glue.join(parts)
    line = BankLine(
        pk=1,
        business=cast.business,
        account=cast.account,
        statement=cast.statement,
        currency="USD",
        date=TODAY,
        amount=Decimal(50),
        text=text,
    )
    for one in propose(cast.business, [line])[1]:
        if one.certain:
            (share,) = one.settles
            assert set(parts) & known.keys() == {share.document.number}
            number = re.escape(share.document.number)
            assert re.search(rf"(?<![0-9]){number}(?![0-9A-Za-z])", text)
