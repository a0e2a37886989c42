"""What filtered searches should find, said over documents as they are shown.

Also draws rules: values near those that documents have, in every documented form.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from hypothesis import strategies as st

ORDERING = ("gt", "lt", "gte", "lte")
PARTS = ("ct", "sw", "ew")
OPERATORS = {
    "string": ("eq", "neq", "ne", *ORDERING, *PARTS),
    "number": ("eq", "neq", "ne", *ORDERING),
    "decimal": ("eq", "neq", "ne", *ORDERING),
    "datetime": ("eq", "neq", "ne", *ORDERING),
    "boolean": ("eq", "neq", "ne"),
}


@dataclass(frozen=True)
class Drawn:
    """A rule as it is sent, and the value that it means."""

    name: str
    operator: str
    sent: Any
    meant: Any

    def rule(self) -> tuple[str, str, Any]:
        """As it is sent."""
        return self.name, self.operator, self.sent


def finds(drawn: Drawn, document: dict[str, Any], kind: str) -> bool:
    """Whether the rule finds the document, by what the document shows."""
    shown, value = document[drawn.name], drawn.meant
    if kind == "datetime" and shown is not None:
        shown = datetime.datetime.fromisoformat(shown).replace(tzinfo=datetime.UTC)
    if drawn.operator == "eq":
        return bool(shown == value)
    if drawn.operator in ("neq", "ne"):
        return bool(shown != value)
    if shown is None:
        return False
    if drawn.operator in ORDERING:
        sign = (shown > value) - (shown < value)
        return (
            sign
            in {"gt": [1], "lt": [-1], "gte": [0, 1], "lte": [0, -1]}[drawn.operator]
        )
    whole, part = shown.lower(), value.lower()
    place = {"ct": part in whole, "sw": whole[: len(part)] == part}
    place["ew"] = part == "" or whole[-len(part) :] == part
    return place[drawn.operator]


def in_order(
    documents: list[dict[str, Any]], sort: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The documents in an order, blanks last ascending; then as they came."""

    def compare(one: dict[str, Any], other: dict[str, Any]) -> int:
        for name, direction in sort:
            a, b = one[name], other[name]
            if a == b:
                continue
            after = a is None or (b is not None and a > b)
            return 1 if after == direction.lower().startswith("asc") else -1
        return 0

    return sorted(documents, key=cmp_to_key(compare))


# --- drawing --------------------------------------------------------------------------

LETTERS = "abzABZé É%_\\'\"0-"
directions = st.sampled_from(["asc", "ascending", "desc", "descending"]).flatmap(
    lambda word: st.sampled_from([word, word.upper(), word.title()])
)


@st.composite
def rules(
    draw: st.DrawFn, documents: list[dict[str, Any]], kinds: dict[str, str]
) -> Drawn:
    """A rule that the entity can answer."""
    name = draw(st.sampled_from(sorted(kinds)))
    kind = kinds[name]
    operator = draw(st.sampled_from(OPERATORS[kind]))
    if operator in ("eq", "neq", "ne") and draw(st.integers(0, 4)) == 0:
        return Drawn(name, operator, None, None)
    seen = [each[name] for each in documents if each[name] is not None]
    sent, meant = draw(_VALUES[kind](seen))
    return Drawn(name, operator, sent, meant)


def _texts(seen: list[str]) -> st.SearchStrategy[tuple[str, str]]:
    whole = st.sampled_from([*seen, ""])
    parts = st.builds(
        lambda w, a, b: w[a : a + b], whole, st.integers(0, 9), st.integers(0, 9)
    )
    cased = st.builds(
        lambda w, up: w.upper() if up else w.lower(), parts, st.booleans()
    )
    drawn = whole | parts | cased | st.text(LETTERS, max_size=3)
    return drawn.map(lambda text: (text, text))


def _numbers(seen: list[int]) -> st.SearchStrategy[tuple[Any, int]]:
    near = st.builds(
        lambda n, d: n + d, st.sampled_from([*seen, 0]), st.integers(-2, 2)
    )
    far = st.sampled_from([10**25, -(10**25), 2**63, -(2**63) - 1])
    return (near | far).map(lambda n: (n, n))


def _decimals(seen: list[Any]) -> st.SearchStrategy[tuple[Any, Decimal]]:
    near = st.builds(
        lambda n, d: Decimal(n) + d,
        st.sampled_from([*seen, 0]),
        st.sampled_from([Decimal(d) for d in ("0", "0", "0.01", "-0.000001", "1")]),
    )
    far = st.sampled_from([Decimal(10) ** 25, Decimal("-1e-20")])
    return (near | far).map(lambda n: (Number(n), n))


class Number:
    """A decimal that JSON shall have with all its digits."""

    def __init__(self, value: Decimal) -> None:
        self.value = value


FORMS = (
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%MZ",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
)
OFFSETS = ("+00", "+05:30", "-0330", "+1400", "-11", "-00:30")


@st.composite
def _dates(draw: st.DrawFn, seen: list[str]) -> tuple[str, datetime.datetime]:
    day = draw(st.sampled_from([*seen, "2026-03-10T00:00:00"]))
    moment = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
    steps = ["0h", "0h", "24h", "-24h", "12h", "-1h", "0.5h"]
    hours = float(draw(st.sampled_from(steps)).removesuffix("h"))
    moment += datetime.timedelta(hours=hours)
    if moment.hour == moment.minute == 0 and draw(st.booleans()):
        return moment.strftime("%Y-%m-%d"), moment
    if draw(st.booleans()):
        return moment.strftime(draw(st.sampled_from(FORMS))), moment
    offset = draw(st.sampled_from(OFFSETS))
    zone = datetime.datetime.strptime(
        offset if len(offset) > 3 else f"{offset}00", "%z"
    ).tzinfo
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M:%S}{offset}", moment


_VALUES: dict[str, Any] = {
    "string": _texts,
    "number": _numbers,
    "decimal": _decimals,
    "datetime": _dates,
    "boolean": lambda seen: st.booleans().map(lambda truth: (truth, truth)),
}
