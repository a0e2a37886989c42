"""Any sequence of verbs leaves books that agree with a model of them.

The model below knows documents and payments as a bookkeeper would on paper. Each step
does one verb to the books and to the model; whether it is refused and what stands
afterwards must be the same in both.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from invoices.crediting import credit
from invoices.drafting import revise_draft
from invoices.models import Event, Invoice
from partners.exceptions import BookError
from payments.models import Allocation, Payment
from payments.recording import (
    allocate,
    cancel_payment,
    record_payment,
    refund,
    revise_payment,
    unallocate,
)
from payments.verifying import verify
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_line,
    actor,
    draft_of,
    payment_of,
)
from tests.payments.paper import PIECES, Document, Money

COVERED: Counter[str] = Counter()


AMOUNTS = st.decimals("0.01", "30", places=2)
PRICES = st.decimals("0.01", "9.99", places=2)
USUALLY = st.sampled_from([True, True, True, False])
T = TypeVar("T")


class Books(RuleBasedStateMachine):
    """The verbs, each done to both."""

    @initialize()
    def open_books(self) -> None:
        self.business = BusinessFactory()
        self.by = actor(self.business)
        self.partner = PartnerFactory(business=self.business)
        self.account = AccountFactory(business=self.business)
        self.documents: dict[int, Document] = {}
        self.payments: dict[int, Money] = {}
        self.events = 0

    # --- choosing and doing -----------------------------------------------------------

    def document(
        self, data: st.DataObject, fit: Callable[[Document], bool]
    ) -> tuple[Document, Invoice]:
        """Mostly one that fits, where there is one: else most is refused."""
        known = sorted(self.documents.values(), key=lambda one: one.pk)
        one = self._chosen(data, known, fit)
        return one, Invoice.objects.get(pk=one.pk)

    def payment(
        self, data: st.DataObject, fit: Callable[[Money], bool]
    ) -> tuple[Money, Payment]:
        """As above."""
        known = sorted(self.payments.values(), key=lambda one: one.pk)
        one = self._chosen(data, known, fit)
        return one, Payment.objects.get(pk=one.pk)

    @staticmethod
    def _chosen(data: st.DataObject, known: list[T], fit: Callable[[T], bool]) -> T:
        fitting = [one for one in known if fit(one)]
        usually: bool = data.draw(st.sampled_from([True, True, True, False]))
        return data.draw(st.sampled_from(fitting if fitting and usually else known))

    def is_open(self, one: Document) -> bool:
        return one.stands and self.open_on(one) > 0

    def done(self, verb: str, may: bool, events: int, deed: Any) -> Any:
        """Do it to the books; it is refused just where the model says so."""
        try:
            result = deed()
        except BookError:
            assert not may, f"{verb} was refused"
            COVERED[f"{verb}: refused"] += 1
            return None
        assert may, f"{verb} was not refused"
        COVERED[verb] += 1
        self.events += events
        return result

    def open_on(self, one: Document) -> Decimal:
        paid = sum(
            (money.shares.get(one.pk, Decimal(0)) for money in self.payments.values()),
            Decimal(0),
        )
        return one.total - paid - one.applied

    def is_paid(self, one: Document) -> bool:
        return any(one.pk in money.shares for money in self.payments.values())

    def may_settle(self, money: Money, one: Document, amount: Decimal) -> bool:
        direction = money.incoming == (one.credits is None)
        within = amount <= min(money.left, self.open_on(one))
        return one.stands and direction and within and not money.cancelled

    # --- documents --------------------------------------------------------------------

    @rule(price=PRICES)
    def draft(self, price: Decimal) -> None:
        invoice = self.done("draft", True, 1, lambda: self._drafted(price))
        self.documents[invoice.pk] = Document(invoice.pk, price)

    def _drafted(self, price: Decimal) -> Invoice:
        return a_draft(
            self.business,
            by=self.by,
            partner=self.partner,
            lines=[a_line(PIECES, price)],
        )

    @rule(price=PRICES)
    def draft_and_issue(self, price: Decimal) -> None:
        self.draft(price)
        pk = max(self.documents)
        invoice = Invoice.objects.get(pk=pk)
        self.done("issue", True, 1, lambda: invoice.issue(by=self.by, now=NOW))
        self.documents[pk].state = "issued"

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), price=PRICES)
    def revise(self, data: st.DataObject, price: Decimal) -> None:
        one, invoice = self.document(data, Document.is_draft)
        lines = [a_line(PIECES, price)]
        new = draft_of(self.business, partner=self.partner, lines=lines)
        may = one.is_draft()
        if self.done("revise", may, 1, lambda: revise_draft(invoice, new, by=self.by)):
            one.price = price

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def issue(self, data: st.DataObject) -> None:
        one, invoice = self.document(data, Document.is_draft)
        may = one.is_draft()
        if self.done("issue", may, 1, lambda: invoice.issue(by=self.by, now=NOW)):
            one.state = "issued"

    @precondition(lambda self: len(self.documents) > 3)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        one, invoice = self.document(data, Document.is_draft)
        may = one.is_draft()
        self.done("delete", may, 1, lambda: invoice.delete(by=self.by))
        if may:
            del self.documents[one.pk]

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        one, invoice = self.document(data, lambda one: one.stands)
        may = one.stands and not self.is_paid(one) and not one.notes
        deed = lambda: invoice.void(by=self.by, reason="", now=NOW)  # noqa: E731
        if self.done("void", may, 1, deed):
            one.state = "void"
            if one.credits:
                one.credits.notes.remove(one)
                one.credits.applied -= one.applied
                one.applied = Decimal(0)

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def write_off(self, data: st.DataObject) -> None:
        one, invoice = self.document(data, self.is_open)
        may = one.state == "issued" and self.open_on(one) > 0
        deed = lambda: invoice.write_off(by=self.by, reason="")  # noqa: E731
        if self.done("write off", may, 1, deed):
            one.state = "written_off"

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), pieces=st.integers(1, PIECES))
    def credit(self, data: st.DataObject, pieces: int) -> None:
        one, invoice = self.document(data, Document.is_creditable)
        may = one.is_creditable() and pieces <= one.pieces_left
        asked = {1: Decimal(pieces)}
        deed = lambda: credit(invoice, asked, by=self.by, now=NOW, date=TODAY)  # noqa: E731
        if note := self.done("credit", may, 2, deed):
            applied = min(one.price * pieces, self.open_on(one))
            new = Document(note.pk, one.price, pieces, "issued", applied, one)
            one.applied += applied
            one.notes.append(new)
            self.documents[note.pk] = new

    # --- payments ---------------------------------------------------------------------

    @rule(amount=AMOUNTS, incoming=st.booleans())
    def pay_on_account(self, amount: Decimal, incoming: bool) -> None:
        way = "in" if incoming else "out"
        draft = payment_of(self.business, amount, account=self.account, direction=way)
        deed = lambda: record_payment(draft, by=self.by)  # noqa: E731
        payment = self.done("pay on account", True, 1, deed)
        self.payments[payment.pk] = Money(payment.pk, amount, incoming)

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), amount=AMOUNTS | st.none(), rightly=USUALLY)
    def pay(self, data: st.DataObject, amount: Decimal | None, rightly: bool) -> None:
        one, invoice = self.document(data, self.is_open)
        whole = self.open_on(one) or Decimal(1)
        share = min(amount, whole) if amount and rightly else amount or whole
        incoming = (one.credits is None) == rightly
        money = Money(0, share, incoming)
        draft = payment_of(
            self.business,
            share,
            account=self.account,
            direction="in" if incoming else "out",
            settles=[(invoice, share)],
        )
        may = self.may_settle(money, one, share)
        deed = lambda: record_payment(draft, by=self.by)  # noqa: E731
        if payment := self.done("pay", may, 2, deed):
            money.pk, money.shares = payment.pk, {one.pk: share}
            self.payments[payment.pk] = money

    @precondition(lambda self: self.documents and self.payments)
    @rule(data=st.data(), amount=AMOUNTS)
    def allocate(self, data: st.DataObject, amount: Decimal) -> None:
        one, invoice = self.document(data, self.is_open)
        money, payment = self.payment(data, lambda one: one.left > 0)
        share = min(amount, money.left or amount, self.open_on(one) or amount)
        may = self.may_settle(money, one, share)
        deed = lambda: allocate(payment, invoice, share, by=self.by)  # noqa: E731
        if self.done("allocate", may, 1, deed):
            money.shares[one.pk] = money.shares.get(one.pk, Decimal(0)) + share

    @precondition(lambda self: self.documents and self.payments)
    @rule(data=st.data())
    def unallocate(self, data: st.DataObject) -> None:
        money, payment = self.payment(data, lambda one: bool(one.shares))
        pks = sorted(money.shares) or sorted(self.documents)
        pk = data.draw(st.sampled_from(pks), "share")
        invoice = Invoice.objects.get(pk=pk)
        may = pk in money.shares
        deed = lambda: unallocate(payment, invoice, by=self.by)  # noqa: E731
        if self.done("unallocate", may, 1, deed):
            del money.shares[pk]

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), amount=AMOUNTS)
    def refund(self, data: st.DataObject, amount: Decimal) -> None:
        money, payment = self.payment(data, lambda one: one.left > 0)
        may = amount <= money.left and not money.cancelled
        deed = lambda: refund(  # noqa: E731
            payment, amount, date=TODAY, account=self.account, by=self.by
        )
        if back := self.done("refund", may, 2, deed):
            new = Money(back.pk, amount, not money.incoming, refund_of=money)
            money.refunds.append(new)
            self.payments[back.pk] = new

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), amount=AMOUNTS)
    def revise_payment(self, data: st.DataObject, amount: Decimal) -> None:
        money, payment = self.payment(data, lambda one: bool(one.shares))
        grows = amount - money.amount
        shares = [
            share + grows > 0 and grows <= self.open_on(self.documents[pk])
            for pk, share in money.shares.items()
        ]
        fixed = money.refunds or money.refund_of or len(shares) > 1
        may = not money.cancelled and (not grows or (not fixed and all(shares)))
        deed = lambda: revise_payment(  # noqa: E731
            payment,
            by=self.by,
            date=TODAY,
            account=self.account,
            amount=amount,
            currency_rate=Decimal(1),
            description="",
        )
        events = 2 if grows and shares else 1
        if self.done("revise payment", may, events, deed):
            money.amount = amount
            for pk in money.shares:
                money.shares[pk] += grows

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        money, payment = self.payment(data, lambda one: not one.refunds)
        may = not money.cancelled and not money.refunds
        events = 1 + len(money.shares)
        deed = lambda: cancel_payment(payment, by=self.by, now=NOW)  # noqa: E731
        if self.done("cancel", may, events, deed):
            money.cancelled, money.shares = True, {}
            if money.refund_of:
                money.refund_of.refunds.remove(money)

    # --- what must hold after every step ----------------------------------------------

    @invariant()
    def documents_stand_as_the_model_says(self) -> None:
        found = Invoice.objects.for_business(self.business)
        names = ("state", "total", "amount_credited", "credit_applied", "balance")
        stored = {one.pk: [getattr(one, name) for name in names] for one in found}
        assert stored == {
            one.pk: [
                one.state,
                one.total,
                one.credited,
                one.applied,
                self.open_on(one) if one.state != "void" else one.total,
            ]
            for one in self.documents.values()
        }
        assert all(row[-1] >= 0 for row in stored.values())
        COVERED.update(f"state {one.state}" for one in self.documents.values())
        COVERED.update(
            "state paid"
            for one in self.documents.values()
            if one.stands and not self.open_on(one)
        )

    @invariant()
    def payments_stand_as_the_model_says(self) -> None:
        found = Payment.objects.for_business(self.business)
        assert {one.pk: (one.amount, one.unallocated) for one in found} == {
            one.pk: (one.amount, one.left) for one in self.payments.values()
        }
        shares = Allocation.objects.for_business(self.business)
        assert {(a.payment_id, a.invoice_id): a.amount for a in shares} == {
            (one.pk, pk): share
            for one in self.payments.values()
            for pk, share in one.shares.items()
        }

    @invariant()
    def every_deed_is_in_the_history(self) -> None:
        assert Event.objects.for_business(self.business).count() == self.events

    def teardown(self) -> None:
        if hasattr(self, "business"):
            assert not [finding for finding in verify(self.business) if finding.wrong]


@pytest.mark.django_db
def test_any_sequence_of_verbs_keeps_the_books_true():
    COVERED.clear()
    run_state_machine_as_test(
        Books, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
    lines = [f"  {count:5} {what}" for what, count in sorted(COVERED.items())]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
