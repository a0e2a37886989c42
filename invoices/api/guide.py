"""What a dialect's documentation page says, as data: shown, and tried by the tests.

A dialect's `guide.py` makes one `Guide`. Every example in it is run in order against
the demo's books and must answer with its status, so a page cannot promise what the
dialect does not do.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Template

from partners.models import Business


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One request. `$name` in path, headers and body is filled in from `names`."""

    path: str
    status: int = 200
    body: object = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method on a path (`/api/invoices/<invoice_id>`), with requests to try.

    `beyond` marks what the original product does not document.
    """

    method: str
    path: str
    text: str
    examples: tuple[Example, ...]
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as clients meet it."""

    status: int
    when: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where we are not as the original, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A whole page.

    `headers` go with every example; `names` gives the values of `$name` for a demo
    business, besides `$key`, `$user` and `$password`, which are always known.
    `business` is the slug of the demo's business that the examples are about.
    """

    dialect: str
    title: str
    summary: str
    base: str
    credential: str
    headers: tuple[tuple[str, str], ...]
    endpoints: tuple[Endpoint, ...]
    refusals: tuple[Refusal, ...]
    differences: tuple[Difference, ...]
    names: Callable[[Business], Mapping[str, str]]
    business: str = "alder-finch"


def curl(
    guide: Guide,
    endpoint: Endpoint,
    example: Example,
    host: str,
    names: Mapping[str, str],
) -> str:
    """The example as a command for a shell; unknown names stay as they are."""

    def filled(text: str) -> str:
        return Template(text).safe_substitute(names)

    verb = "" if endpoint.method == "GET" else f" -X {endpoint.method}"
    headers = [f"{name}: {filled(value)}" for name, value in guide.headers]
    lines = [f"-H {shlex.quote(header)}" for header in headers]
    if example.body is not None:
        body = json.dumps(example.body, ensure_ascii=False)
        lines.append(f"-H {shlex.quote('Content-Type: application/json')}")
        lines.append(f"-d {shlex.quote(filled(body))}")
    lines.append(shlex.quote(f"{host}{filled(example.path)}"))
    return f"curl{verb} " + " \\\n  ".join(lines)
