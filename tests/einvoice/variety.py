"""Many different documents, each the same for its seed, every one a valid e-invoice.

`document(seed)` needs no database; its figures come from `invoices.totals`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from invoices.documents.facts import (
    Bank,
    DocumentFacts,
    Language,
    Line,
    Look,
    Party,
    TaxLine,
)
from invoices.totals import (
    NOTHING,
    ComponentRate,
    CreditableTax,
    CreditLine,
    LineInput,
    LineTotals,
    Totals,
    compute,
    credit,
)

D = Decimal
DAY = datetime.date(2025, 3, 31)
CURRENCIES = [
    "EUR",
    "EUR",
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "PLN",
    "CAD",
    "THB",
    "SEK",
    "JPY",
    "KRW",
    "ISK",
    "CLP",
]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "th")
TEXTS = [
    "Consulting",
    "Beratung für März – 2 Tage",
    "Café crème, œufs à la coque",
    "ค่าบริการรายเดือน",
    "请付款",
    "Разработка",
    "שלום",
    "First line\r\nsecond line\rthird",
    "<b>bold</b> & \"quoted\" ]]> <!-- 'x' -->",
    '#import "x"; $ 1/0 $ *_bold_* @ref <label> \\ `raw`',
    "{{ seller.name }} {% load x %}",
    "a\x00b\x0bc\ufffe\x1bd",
    "=1+1; DROP TABLE lines",
    "💩 emoji 👩‍👩‍👧 and e\u0301 and \u202eturned",
    "x" * 300,
    "word " * 60,
]
"""What a description or a memo may hold."""
PLACES = [
    ("DE", "DE123456789", "Berlin"),
    ("FR", "FR 12 345678901", "Paris"),
    ("AT", "ATU12345678", "Wien"),
    ("GR", "EL-123456789", "Αθήνα"),
    ("TH", "TH0105536000315", "กรุงเทพ"),
    ("US", "US123456789", "New York"),
]


@dataclass(frozen=True)
class Mix:
    """Taxes as (category, rate, reason); whether lines without tax stand among them."""

    taxes: tuple[tuple[str, str, str], ...]
    untaxed: bool = False
    registered: bool = True


MIXES = {
    "standard": Mix((("", "19", ""),)),
    "rates": Mix((("", "19", ""), ("S", "7", ""), ("", "5.5", ""), ("", "0", ""))),
    "fine rate": Mix((("", "8.875", ""), ("S", "0.753456", ""))),
    "partly taxed": Mix((("", "20", ""),), untaxed=True),
    "untaxed": Mix((), untaxed=True),
    "no VAT number": Mix((), untaxed=True, registered=False),
    "zero": Mix((("Z", "0", ""),)),
    "exempt": Mix((("E", "0", "§ 19 UStG"), ("E", "0", "")), untaxed=True),
    "reverse charge": Mix((("AE", "0", ""), ("S", "19", ""))),
    "inside the EU": Mix((("K", "0", ""), ("S", "21", ""))),
    "export": Mix((("G", "0", "Art. 146"),)),
    "outside VAT": Mix((("O", "0", ""),)),
    "islands": Mix((("L", "7", ""), ("L", "3", ""), ("M", "4", ""))),
    "everything": Mix(
        (
            ("S", "25", ""),
            ("Z", "0", ""),
            ("E", "0", "Health care"),
            ("AE", "0", "Reverse charge, § 13b"),
            ("K", "0", ""),
            ("G", "0", ""),
            ("L", "9.5", ""),
            ("M", "10", ""),
        )
    ),
}


def documents(count: int, start: int = 0) -> Iterator[DocumentFacts]:
    """So many documents, of one seed after the other."""
    return map(document, range(start, start + count))


def document(seed: int) -> DocumentFacts:
    """An invoice or, every third time, a first credit note of one."""
    sold = _sold(seed)
    if seed % 3 != 2:
        return sold.invoice
    random = Random(f"shares of {seed}")
    shares = [random.choice([D(0), D("0.5"), D(1)]) for _ in sold.inputs]
    if not any(shares) or random.random() < 0.3:
        shares = [D(1)] * len(sold.inputs)
    return _credited(sold, _parts(sold, shares), [])[0]


def partition(seed: int) -> list[DocumentFacts]:
    """Three credit notes that together take the whole of an invoice."""
    sold = _sold(seed)
    notes: list[DocumentFacts] = []
    before: list[Totals] = []
    for share in (D("0.25"), D("0.5"), D("0.25")):
        note, made = _credited(sold, _parts(sold, [share] * len(sold.inputs)), before)
        notes.append(note)
        before.append(made)
    return notes


@dataclass(frozen=True)
class Sold:
    """An invoice, and what it was computed from."""

    invoice: DocumentFacts
    inputs: list[LineInput]
    totals: Totals
    mix: Mix


def _sold(seed: int) -> Sold:
    random = Random(seed)
    mix = MIXES[sorted(MIXES)[seed % len(MIXES)]]
    currency = random.choice(CURRENCIES)
    rates = _rates(mix)
    inputs = _inputs(random, mix, list(rates))
    percent = random.choice([D(0), D(0), D(3), D("12.5"), D("33.333"), D(100)])
    totals = compute(inputs, currency=currency, discount=percent, taxes=rates)
    blank = _blank(random, seed, mix, currency)
    invoice = filled(replace(blank, discount_percent=percent), inputs, totals, mix)
    return Sold(invoice, inputs, totals, mix)


def _parts(sold: Sold, shares: Sequence[Decimal]) -> list[LineInput]:
    return [
        given._replace(quantity=given.quantity * share)
        for given, share in zip(sold.inputs, shares, strict=True)
    ]


def _rates(mix: Mix) -> dict[str, list[ComponentRate]]:
    return {
        f"t{i}": [ComponentRate("vat", D(rate), compound=False)]
        for i, (_, rate, _) in enumerate(mix.taxes)
    }


def _inputs(random: Random, mix: Mix, taxes: Sequence[str]) -> list[LineInput]:
    choice: list[str | None] = [*taxes, *([None] if mix.untaxed else [])]
    count = random.choice([1, 2, 3, 5, 8, 40])
    # Each tax at least once; the others as they come.
    picked = [*choice, *random.choices(choice, k=count)]
    return [LineInput(_quantity(random), _price(random), tax) for tax in picked]


def _quantity(random: Random) -> Decimal:
    whole, fine = random.randint(1, 40), random.randint(1, 9_999_999)
    number = random.choice([D(whole), D(fine).scaleb(-6), D(whole * 25).scaleb(-2)])
    return -number if random.random() < 0.1 else number


def _price(random: Random) -> Decimal:
    places = random.choice([0, 2, 2, 4, 6])
    number = D(random.randint(0, 999 * 10**places)).scaleb(-places)
    return -number if random.random() < 0.1 else number


def _blank(random: Random, seed: int, mix: Mix, currency: str) -> DocumentFacts:
    """The document's head, its figures still missing."""
    moment = datetime.datetime(2025, 3, 31, 12, tzinfo=datetime.UTC)
    return DocumentFacts(
        kind="invoice",
        number=f"R-2025/{seed:05}",
        date=DAY,
        due_date=DAY + datetime.timedelta(days=random.choice([0, 14, 30])),
        currency=currency,
        seller=_seller(random, mix),
        buyer=_buyer(random),
        lines=(),
        taxes=(),
        line_total=D(0),
        discount_percent=D(0),
        discount_total=D(0),
        subtotal=D(0),
        tax_total=D(0),
        total=D(0),
        issued_at=moment,
        bank=random.choice(_banks(currency)),
        look=Look(
            language=random.choice(LANGUAGES), page=random.choice(["a4", "letter"])
        ),
        memo=random.choice(["", *TEXTS]),
        description=random.choice(["", "", *TEXTS]),
        terms=random.choice(["", "Net 30 days", "2 % Skonto\n10 Tage"]),
        purchase_order=random.choice(["", "PO <7>"]),
        reference=random.choice(["", "04011000-12345-34"]),
        project=random.choice(["", "Umbau Süd"]),
    )


def _seller(random: Random, mix: Mix) -> Party:
    country, number, city = random.choice(PLACES)
    return Party(
        name=random.choice(["Müller & Söhne GmbH", "Studio <Ünï>", "บริษัท ก"]),
        tax_number=number if mix.registered else random.choice(["", "12/345/678"]),
        registration="HRB 12345 B",
        email="office@seller.example",
        phone=random.choice(["", "+49 30 1234"]),
        contact_name=random.choice(["", "Frau Ö"]),
        line1="Hauptstraße 1",
        city=city,
        postal_code="10115",
        country=country,
    )


def _buyer(random: Random) -> Party:
    country, number, city = random.choice(PLACES)
    return Party(
        name=random.choice(["Dupont S.A.R.L.", 'ACME "Inc"', "上海公司", "n" * 200]),
        code=random.choice(["", "C-1"]),
        tax_number=number,
        email=random.choice(["", "pay@buyer.example"]),
        line1=random.choice(TEXTS),
        line2=random.choice(["", "Floor\x007"]),
        city=city,
        province=random.choice(["", "Bavaria"]),
        country=country,
    )


def _banks(currency: str) -> list[Bank]:
    return [
        Bank(),
        Bank(holder="Müller", iban="DE89 3704 0044 0532 0130 00", bic="COBADEFFXXX"),
        Bank(holder="Müller", name=f"First {currency} Bank", account="000123456789"),
    ]


def filled(
    blank: DocumentFacts, inputs: Sequence[LineInput], totals: Totals, mix: Mix
) -> DocumentFacts:
    """The document with these lines and figures."""
    lines = [
        Line(
            position=i,
            description=("" if i % 7 == 0 else TEXTS[(i * 5) % len(TEXTS)]),
            quantity=given.quantity,
            unit_price=given.unit_price,
            amount=made.amount,
            discount=made.discount,
            net=made.net,
            tax_amount=made.tax,
            tax="" if given.tax is None else str(given.tax),
            code="" if given.tax is None else "VAT",
        )
        for i, (given, made) in enumerate(zip(inputs, totals.lines, strict=True), 1)
    ]
    return replace(
        blank,
        lines=tuple(lines),
        taxes=tuple(_tax_lines(totals, mix)),
        line_total=totals.line_total,
        discount_total=totals.discount,
        subtotal=totals.subtotal,
        tax_total=totals.tax_total,
        total=totals.total,
    )


def _tax_lines(totals: Totals, mix: Mix) -> Iterator[TaxLine]:
    for part in totals.taxes:
        category, _, reason = mix.taxes[int(str(part.tax)[1:])]
        yield TaxLine(
            tax=str(part.tax),
            code="VAT",
            name=f"VAT {part.component.rate} %",
            rate=part.component.rate,
            compound=False,
            base=part.base,
            amount=part.amount,
            category=category,
            exemption=reason,
        )


def _credited(
    sold: Sold, parts: Sequence[LineInput], before: Sequence[Totals]
) -> tuple[DocumentFacts, Totals]:
    """A credit note of these parts, after equal shares of every line were credited."""
    made = credit(
        [_credit_line(sold, i, part, before) for i, part in enumerate(parts)],
        currency=sold.invoice.currency,
        taxes=[
            CreditableTax(
                *whole,
                sum((made.taxes[i].base for made in before), D(0)),
                sum((made.taxes[i].amount for made in before), D(0)),
            )
            for i, whole in enumerate(sold.totals.taxes)
        ],
    )
    kept = [i for i, part in enumerate(parts) if part.quantity]
    note = replace(
        sold.invoice,
        kind="credit_note",
        number=f"{sold.invoice.number.replace('R-', 'G-')}-{len(before)}",
        credited_number=sold.invoice.number,
        credited_date=sold.invoice.date,
    )
    lines = made._replace(lines=tuple(made.lines[i] for i in kept))
    return filled(note, [parts[i] for i in kept], lines, sold.mix), made


def _credit_line(
    sold: Sold, i: int, part: LineInput, before: Sequence[Totals]
) -> CreditLine:
    """One line's part; before it came a quarter of the line, then a half."""
    whole = sold.inputs[i].quantity
    shares = sum((D("0.25"), D("0.5"))[: len(before)], D(0))
    credited = [
        sum(column, D(0))
        for column in zip(*(made.lines[i] for made in before), strict=True)
    ]
    return CreditLine(
        *part,
        whole,
        sold.totals.lines[i],
        whole * shares,
        LineTotals(*credited) if credited else NOTHING,
    )
