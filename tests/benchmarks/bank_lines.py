"""Ten thousand lines of a bank's statement against real books, each with its truth.

Seeded: the same books give the same lines. Every kind of line is a way in which
people and banks write, mistype, merge, shorten and repeat.
"""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from invoices.models import Invoice
from partners.models import Business

Truth = dict[int, Decimal]
"""How much each document really gets, by primary key; empty for none of ours."""

_CENT = Decimal("0.01")


class Owed(NamedTuple):
    """An open document, as the generator knows it."""

    pk: int
    number: str
    partner: int
    name: str
    date: datetime.date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """A line as the bank would write it, and what it really was."""

    kind: str
    date: datetime.date
    amount: Decimal
    counterparty: str
    text: str
    truth: Truth


_SHARES: dict[str, int] = {
    "number exact": 24,
    "number mangled": 14,
    "name and amount only": 14,
    "several, numbers listed": 5,
    "several, by name only": 4,
    "less bank charges": 7,
    "over-paid": 5,
    "typo: another's number": 5,
    "typo: another's, equal amount": 2,
    "swapped digits": 4,
    "equal amounts, name only": 4,
    "unknown money": 5,
    "duplicate": 3,
    "noise": 2,
    "refund of a credit note": 2,
}
_EXACT = [
    "Invoice {0}",
    "invoice no. {0} thank you",
    "INV {0}",
    "Payment of bill {0} from {1:%d.%m.%Y}",
    "Rechnung {0}",
    "FACTURE {0}/",
    "{0}",
    "SEPA CREDIT {0} REF 99120045117",
]
_MANGLED = [
    "inv{0}",
    "Inv.No:{0}",
    "invoice-{0}",
    "your invoice{0}",
    "INV {2} {3}",
    "{2}-{3}",
    "{0}/2011",
    "re:{0},thanks",
    "RECHNUNGSNR.{0}",
    "#{0}",
]
_STRANGE = [
    "TEL {0}",
    "call us on 020 {0}",
    "order {0}",
    "customer no {0}",
    "card {0}XXXXXX1234",
    "{0}9 ref",
    "donation {0}",
    "CONTRACT NO {0}",
    "rent march",
]
_NOISE = ["MONTHLY FEE", "INTEREST Q3", "TRANSFER TO SAVINGS", "CARD PAYMENT FUEL"]


def lines_about(business: Business, count: int, seed: int) -> list[Told]:
    """So many lines about the open documents of a business, by date."""
    return sorted(_Writer(business, seed).write(count), key=lambda one: one.date)


class _Writer:
    """Writes lines; every document is paid by one line only, but for duplicates."""

    def __init__(self, business: Business, seed: int) -> None:
        self.draw = random.Random(seed)
        self.owed = _owed(business, "invoice")
        self.notes = iter(_owed(business, "credit_note"))
        self.by_number = {one.number: one for one in self.owed}
        self.by_amount: dict[Decimal, list[Owed]] = defaultdict(list)
        self.by_partner: dict[int, list[Owed]] = defaultdict(list)
        for one in self.owed:
            self.by_amount[one.balance].append(one)
            self.by_partner[one.partner].append(one)
        self.free = {one.pk for one in self.owed}
        self.order = self.draw.sample(self.owed, len(self.owed))
        self.written: list[Told] = []

    def write(self, count: int) -> list[Told]:
        for kind, share in _SHARES.items():
            deed = self.kinds()[kind]
            for _ in range(count * share // 100):
                self.written.append(deed(kind))
        while len(self.written) < count:
            self.written.append(self.exact("number exact"))
        return self.written

    def kinds(self) -> dict[str, Callable[[str], Told]]:
        ways = [self.exact, self.mangled, self.name_only, self.listed, self.unlisted]
        ways += [self.charged, self.over, self.typo, self.typo_equal, self.swapped]
        ways += [self.equal, self.unknown, self.duplicate, self.noise, self.refund]
        return dict(zip(_SHARES, ways, strict=True))

    # --- picking ------------------------------------------------------------------

    def one(self, accept: Callable[[Owed], bool] = lambda _: True) -> Owed:
        """A document that nobody has paid yet."""
        for place in range(len(self.order) - 1, -1, -1):
            found = self.order[place]
            if found.pk not in self.free:
                if place == len(self.order) - 1:
                    self.order.pop()
                continue
            if accept(found):
                self.free.discard(found.pk)
                return found
        raise LookupError("The books have too few open documents of this kind.")

    def some(self) -> list[Owed]:
        """Two to four documents of one partner with a name of its own."""
        first = self.one(
            lambda one: len(self.open_of(one)) > 4 and "Cash" not in one.name
        )
        rest = self.draw.sample(self.open_of(first), self.draw.randint(1, 3))
        self.free -= {one.pk for one in rest}
        return [first, *rest]

    def open_of(self, one: Owed) -> list[Owed]:
        others = self.by_partner[one.partner]
        return [other for other in others if other.pk in self.free and other != one]

    def told(
        self, kind: str, paid: Sequence[Owed], text: str, name: str, by: Decimal
    ) -> Told:
        total = sum((one.balance for one in paid), Decimal(0))
        date = max(one.date for one in paid) + datetime.timedelta(
            days=self.draw.randint(0, 40)
        )
        truth = {one.pk: one.balance for one in paid}
        return Told(kind, date, total + by, name, text, truth)

    def payer(self, one: Owed, named: float = 0.7) -> str:
        forms = [one.name, one.name.upper(), f"{one.name} Ltd", f"THE {one.name}"]
        known = "Cash" not in one.name and self.draw.random() < named
        return self.draw.choice(forms) if known else ""

    def fill(self, forms: list[str], one: Owed) -> str:
        number = one.number
        return self.draw.choice(forms).format(number, one.date, number[:3], number[3:])

    # --- the kinds ------------------------------------------------------------------

    def exact(self, kind: str) -> Told:
        one = self.one()
        return self.told(
            kind, [one], self.fill(_EXACT, one), self.payer(one), Decimal(0)
        )

    def mangled(self, kind: str) -> Told:
        one = self.one()
        return self.told(
            kind, [one], self.fill(_MANGLED, one), self.payer(one), Decimal(0)
        )

    def name_only(self, kind: str) -> Told:
        one = self.one(lambda one: "Cash" not in one.name)
        return self.told(kind, [one], "thank you", self.payer(one, 1), Decimal(0))

    def listed(self, kind: str) -> Told:
        paid = self.some()
        glue = self.draw.choice([", ", " / ", " and ", " ", "+"])
        text = "Invoices " + glue.join(one.number for one in paid)
        return self.told(kind, paid, text, self.payer(paid[0]), Decimal(0))

    def unlisted(self, kind: str) -> Told:
        paid = self.some()
        return self.told(kind, paid, "all of them", self.payer(paid[0], 1), Decimal(0))

    def charged(self, kind: str) -> Told:
        one = self.one(lambda one: one.balance > 50)
        most = min(int(one.balance), 500)
        fee = -_CENT * self.draw.randint(50, max(51, most))
        return self.told(kind, [one], self.fill(_EXACT, one), self.payer(one), fee)

    def over(self, kind: str) -> Told:
        one = self.one()
        more = _CENT * self.draw.randint(1, 20_000)
        return self.told(kind, [one], self.fill(_EXACT, one), self.payer(one), more)

    def typo(self, kind: str) -> Told:
        """The number is that of somebody else's open invoice."""
        one = self.one(lambda one: "Cash" not in one.name)
        other = self.draw.choice(self.owed)
        while other.balance == one.balance or other.partner == one.partner:
            other = self.draw.choice(self.owed)
        text = self.fill(_EXACT, other)
        return self.told(kind, [one], text, self.payer(one, 0.8), Decimal(0))

    def typo_equal(self, kind: str) -> Told:
        """And that invoice is of just this amount; but the payer is told."""
        one = self.one(lambda one: "Cash" not in one.name and bool(self.twins(one)))
        other = self.draw.choice(self.twins(one))
        text = self.fill(_EXACT, other)
        return self.told(kind, [one], text, self.payer(one, 1), Decimal(0))

    def twins(self, one: Owed) -> list[Owed]:
        equal = self.by_amount[one.balance]
        return [other for other in equal if other.partner != one.partner]

    def swapped(self, kind: str) -> Told:
        """Two neighbouring digits changed places."""
        one = self.one(lambda one: self.swap(one) != one.number)
        text = self.draw.choice(_EXACT).format(self.swap(one), one.date)
        return self.told(kind, [one], text, self.payer(one), Decimal(0))

    def swap(self, one: Owed) -> str:
        place = one.pk % (len(one.number) - 2) + 1
        signs = list(one.number)
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
        return "".join(signs)

    def equal(self, kind: str) -> Told:
        """Several partners owe just this amount."""
        one = self.one(lambda one: "Cash" not in one.name and len(self.twins(one)) > 2)
        return self.told(kind, [one], "invoice", self.payer(one, 1), Decimal(0))

    def unknown(self, kind: str) -> Told:
        """Money of strangers; the digits are often an open invoice's by chance."""
        other = self.draw.choice(self.owed)
        amount = self.draw.choice(
            [other.balance, self.draw.choice(self.owed).balance, Decimal("123.45")]
        )
        text = self.fill(_STRANGE, other)
        day = other.date + datetime.timedelta(days=self.draw.randint(0, 60))
        name = self.draw.choice(["Alice Jones", "Tax Office", "Insurance plc", ""])
        return Told(kind, day, amount, name, text, {})

    def duplicate(self, kind: str) -> Told:
        """A line that came already, paid by mistake once more a little later."""
        first = self.draw.choice(self.written[:2000])
        day = first.date + datetime.timedelta(days=self.draw.randint(1, 9))
        return Told(kind, day, first.amount, first.counterparty, first.text, {})

    def noise(self, kind: str) -> Told:
        amount = -_CENT * self.draw.randint(100, 90_000)
        other = self.draw.choice(self.owed)
        return Told(kind, other.date, amount, "", self.draw.choice(_NOISE), {})

    def refund(self, kind: str) -> Told:
        """What a customer is paid back, by the credit note's number."""
        note = next(self.notes)
        day = note.date + datetime.timedelta(days=self.draw.randint(0, 20))
        text = self.draw.choice(["Refund {0}", "credit note {0}", "{0}"])
        told = text.format(note.number)
        return Told(
            kind, day, -note.balance, self.payer(note), told, {note.pk: note.balance}
        )


def _owed(business: Business, kind: str) -> list[Owed]:
    rows: Iterator[tuple[object, ...]] = (
        Invoice.objects.for_business(business)
        .unpaid()
        .filter(kind=kind)
        .order_by("id")
        .values_list("pk", "number", "partner_id", "partner__name", "date", "balance")
        .iterator()
    )
    return [Owed(*row) for row in rows]  # type: ignore[arg-type]
