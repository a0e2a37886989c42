"""Documents to compute: a few known taxes, and strategies that draw whole documents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from invoices.totals import ComponentRate, LineInput, Totals, compute

D = Decimal
VAT = {1: [ComponentRate("vat", D(7), compound=False)]}
QUEBEC = {
    1: [
        ComponentRate("gst", D(5), compound=False),
        ComponentRate("qst", D("9.975"), compound=False),
    ]
}
COMPOUND = {
    1: [
        ComponentRate("gst", D(5), compound=False),
        ComponentRate("pst", D("9.5"), compound=True),
    ]
}
DECIMALS = {"JPY": 0, "EUR": 2, "KWD": 3}


def line(quantity: str, unit_price: str, tax: int | None = None) -> LineInput:
    return LineInput(D(quantity), D(unit_price), tax)


def figures(totals: Totals) -> list[str]:
    return [str(total) for total in totals[2:]]


def decimals(lowest: int, highest: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.builds(
        lambda digits, scale: D(digits).scaleb(-scale),
        st.integers(lowest, highest),
        st.integers(0, places),
    )


quantities = decimals(-20, 20, 1) | decimals(-9999, 9999, 3)
unit_prices = decimals(-9, 60, 2) | decimals(-999_999, 99_999_999, 4)
percents = decimals(0, 100, 1) | decimals(0, 100_000, 3).filter(lambda p: p <= 100)
components = st.builds(
    ComponentRate,
    key=st.just(""),
    rate=percents | decimals(-20, 0, 0) | st.sampled_from([D(7), D("9.975"), D(19)]),
    compound=st.booleans(),
)
tax_tables = st.lists(
    st.lists(components, max_size=3).map(
        lambda parts: [part._replace(key=str(i)) for i, part in enumerate(parts)]
    ),
    min_size=3,
    max_size=3,
).map(lambda tables: dict(enumerate(tables)))
line_inputs = st.builds(
    LineInput, quantities, unit_prices, st.sampled_from([None, 0, 1, 2])
)


@dataclass(frozen=True)
class Document:
    """The arguments of `compute`."""

    lines: list[LineInput]
    currency: str
    discount: Decimal
    taxes: dict[int, list[ComponentRate]]

    def totals(self, lines: list[LineInput] | None = None) -> Totals:
        return compute(
            self.lines if lines is None else lines,
            currency=self.currency,
            discount=self.discount,
            taxes=self.taxes,
        )


def documents(
    lines: st.SearchStrategy[LineInput] = line_inputs,
) -> st.SearchStrategy[Document]:
    # Repeated lines bring about ties.
    drawn = st.lists(lines, min_size=1, max_size=6)
    repeated = st.builds(lambda few, times: (few * times)[:9], drawn, st.integers(1, 3))
    return st.builds(
        Document,
        repeated,
        st.sampled_from(sorted(DECIMALS)),
        st.just(D(0)) | percents,
        tax_tables,
    )


properties = settings(max_examples=300, deadline=None)


def assert_adds_up(totals: Totals) -> None:
    for part in totals.lines:
        assert part.net == part.amount - part.discount
        assert part.total == part.net + part.tax
    assert sum(part.amount for part in totals.lines) == totals.line_total
    assert sum(part.discount for part in totals.lines) == totals.discount
    assert sum(part.net for part in totals.lines) == totals.subtotal
    assert sum(part.tax for part in totals.lines) == totals.tax_total
    assert sum(part.amount for part in totals.taxes) == totals.tax_total
    assert sum(part.total for part in totals.lines) == totals.total
    assert totals.subtotal == totals.line_total - totals.discount
    assert totals.total == totals.subtotal + totals.tax_total
