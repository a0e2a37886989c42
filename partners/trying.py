"""Doing a deed to many rows, one by one, or only finding out what it would come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from partners.access import Actor
from partners.exceptions import BookError

OUTCOME = "outcome"
"""Where the session keeps what became of the rows of the last action."""

Verb = Callable[[Any, Actor], str]
"""Does something to a row and says in words what it did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: what was said, or why it was refused."""

    pk: int
    name: str
    said: str
    done: bool


def do_each(
    rows: Iterable[Any], verb: Verb, actor_for: Callable[[Any], Actor]
) -> list[Outcome]:
    """Call the verb on each row in turn, each in its own transaction.

    A refusal is told with its reason and does not stop the others.
    """
    return [_outcome(row, verb, actor_for) for row in rows]


def foresee(
    rows: Iterable[Any], verb: Verb, actor_for: Callable[[Any], Actor]
) -> list[Outcome]:
    """What `do_each` would come to now, exactly: it is done, and undone again.

    Numbers are taken and given back, jobs and mails are queued and withdrawn with the
    transaction. It locks what the verbs lock, for as long as they take.
    """
    with transaction.atomic():
        outcomes = do_each(rows, verb, actor_for)
        transaction.set_rollback(True)
    return outcomes


def _outcome(row: Any, verb: Verb, actor_for: Callable[[Any], Actor]) -> Outcome:
    name = str(row)
    try:
        with transaction.atomic():
            said = verb(row, actor_for(row))
    except BookError as refusal:
        return Outcome(row.pk, name, refusal.message, done=False)
    return Outcome(row.pk, name, said, done=True)
