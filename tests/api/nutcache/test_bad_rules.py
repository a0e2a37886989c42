"""What a filtered search cannot answer is refused with its place and its property."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.api.nutcache.entities import ENTITIES
from tests.api.nutcache.door import Door, read, refusal, search, unchanged

KNOWN = {name: ", ".join(sorted(each.kinds())) for name, each in ENTITIES.items()}
OPERATORS = "eq, neq, ne, gt, lt, gte, lte, ct, sw, ew"
DIRECTIONS = "asc, ascending, desc, descending"
TAKES = {
    "string": "a text",
    "number": "a whole number of at most 30 digits",
    "decimal": "a number of at most 30 digits before and behind the point",
    "datetime": "a date, or a date with a time, such as 2018-04-18T12:30:00Z",
    "boolean": "true or false",
}


def refused(
    api: Door, body: Any, message: str, prop: str, name: str = "invoices"
) -> None:
    """400 with this message; nothing changes."""
    with unchanged():
        response = api.send("POST", f"{name}/filtered", body)
    assert read(response, 400) == refusal(400, "bad_request", message, prop)


@pytest.mark.parametrize("name", ["invoices", "customers", "countries"])
@pytest.mark.parametrize(
    "prop", ["nonsense", "", "links", "type", "ID", "pk", "partner__id"]
)
def test_an_unknown_property(api: Door, name: str, prop: str) -> None:
    message = f"the property is none of {KNOWN[name]}."
    good = ("id", "eq", 1)
    refused(
        api,
        search(good, (prop, "eq", 1)),
        f"filter_rules[1]: {message}",
        "filter_rules[1].property",
        name,
    )
    refused(
        api,
        search(good, sort=[(prop, "asc")]),
        f"sorting_rules[0]: {message}",
        "sorting_rules[0].property",
        name,
    )


@pytest.mark.parametrize("prop", [None, 1, True, [], {}, ["id"]])
def test_a_property_that_is_no_text(api: Door, prop: Any) -> None:
    message = f"filter_rules[0]: the property is none of {KNOWN['invoices']}."
    refused(api, search((prop, "eq", 1)), message, "filter_rules[0].property")


@pytest.mark.parametrize("word", ["like", "", "EQ", "eq ", None, 1, [], {"eq": 1}])
def test_an_unknown_operator(api: Door, word: Any) -> None:
    message = f"filter_rules[0]: the operator of total is none of {OPERATORS}."
    refused(api, search(("total", word, 1)), message, "total")


@pytest.mark.parametrize("word", ["up", "", "asc ", None, 1, [], "-"])
def test_an_unknown_direction(api: Door, word: Any) -> None:
    message = f"sorting_rules[0]: the direction of total is none of {DIRECTIONS}."
    refused(api, search(sort=[("total", word)]), message, "total")


@pytest.mark.parametrize(
    ("prop", "operator", "what"),
    [
        *(("total", each, "a decimal") for each in ("ct", "sw", "ew")),
        *(("id", each, "a number") for each in ("ct", "sw", "ew")),
        *(("due_date", each, "a datetime") for each in ("ct", "sw", "ew")),
    ],
)
def test_only_texts_contain(api: Door, prop: str, operator: str, what: str) -> None:
    message = f"filter_rules[0]: {prop} is {what}: {operator} cannot be asked."
    refused(api, search((prop, operator, "1")), message, prop)


@pytest.mark.parametrize("operator", ["gt", "lt", "gte", "lte", "ct", "sw", "ew"])
def test_truth_has_no_order_and_nothing_no_size(api: Door, operator: str) -> None:
    message = f"filter_rules[0]: is_owner is a boolean: {operator} cannot be asked."
    body = search(("is_owner", operator, True))
    refused(api, body, message, "is_owner", "organizations")
    message = f"filter_rules[0]: notes is null: {operator} cannot be asked."
    refused(api, search(("notes", operator, None)), message, "notes")


WRONG: dict[str, tuple[str, str, list[Any]]] = {
    "string": ("invoices", "notes", [1, True, [], {}, ["a"], "a\0b", "x" * 2001]),
    "number": ("invoices", "id", ["1", 1.5, True, [1], {}, 10**30, b"1e999999"]),
    "decimal": (
        "invoices",
        "total",
        ["1", True, [], {}, 10**30, b"1e999999", b"1e-31", b"-1e400"],
    ),
    "boolean": ("organizations", "is_owner", ["true", 0, 1, [], {}]),
    "datetime": (
        "invoices",
        "due_date",
        [
            *(1, True, [], {}, "", "x", "2018", "2018-04", "20180418", "18.04.2018"),
            *("2018-02-29", "2018-13-01", "0000-01-01", "2018-04-18T", "2018-W16-3"),
            *("2018-04-18T24:00", "2018-04-18T12:60", "2018-04-18 12:30"),
            *("2018-04-18T12:30:00.5", "2018-04-18T12:30+01:00", "2018-04-18T12"),
            *("2018-04-18T12:30:00+25:00", "0001-01-01T00:00:00+01:00"),
            *("9999-12-31T23:59:59-01:00", "２０１８-04-18", "2018-04-18\n"),
            *("2018-04-18T12:30:00+1", "2018-04-18T12:30:00z", " 2018-04-18"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, (_, _, values) in WRONG.items() for value in values],
)
def test_a_value_of_another_type(api: Door, kind: str, value: Any) -> None:
    name, prop, _ = WRONG[kind]
    takes = TAKES[kind]
    if isinstance(value, str) and kind == "string":
        takes = "a text of at most 2000 characters without NUL"
    body: Any = search((prop, "eq", value))
    if isinstance(value, bytes):
        rule = b'{"property": "%s", "operator": "eq", "value": %s}'
        body = b'{"filter_rules": [' + rule % (prop.encode(), value) + b"]}"
    refused(api, body, f"filter_rules[0]: {prop} takes {takes}.", prop, name)


NO_LISTS: list[Any] = [None, {}, "x", 1, [{}] * 51]
NO_RULES: list[Any] = [None, 1, [], {}, {"property": "id"}]
NO_RULE = "filter_rules[0] must be an object with operator, property, value."
NO_SORT = "sorting_rules[0] must be an object with direction, property."
RULE = {"property": "id", "operator": "eq", "value": 1}


@pytest.mark.parametrize(
    ("body", "message", "prop"),
    [
        ([], "The body must be a JSON object.", "body"),
        ("x", "The body must be a JSON object.", "body"),
        (1, "The body must be a JSON object.", "body"),
        ({"filters": []}, "filters is none of filter_rules and sorting_rules.", "body"),
        *(
            (
                {"filter_rules": value},
                "filter_rules must be an array of at most 50 rules.",
                "filter_rules",
            )
            for value in NO_LISTS
        ),
        (
            {"sorting_rules": {}},
            "sorting_rules must be an array of at most 50 rules.",
            "sorting_rules",
        ),
        *(
            ({"filter_rules": [value]}, NO_RULE, "filter_rules")
            for value in [*NO_RULES, RULE | {"x": 1}]
        ),
        *(
            ({"sorting_rules": [value]}, NO_SORT, "sorting_rules")
            for value in [*NO_RULES, RULE]
        ),
    ],
)
def test_a_body_of_another_shape(api: Door, body: Any, message: str, prop: str) -> None:
    for name in ("invoices", "currencies", "countries/840/states"):
        refused(api, body, message, prop, name)
