"""The journal: everything that was done to the books in some days, in its order."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from invoices.admin.display import said
from invoices.models import Event, Invoice, Project, RecurringInvoice
from partners.models import Business, Partner
from partners.tables import Column, Kind, Table
from partners.tenancy import BusinessRow

_CHUNK = 2000
_DAY = datetime.timedelta(days=1)
_NAMED: dict[str, tuple[type[BusinessRow], str]] = {
    "invoice": (Invoice, "number"),
    "partner": (Partner, "name"),
    "project": (Project, "name"),
    "recurringinvoice": (RecurringInvoice, "name"),
}


@dataclass(frozen=True, slots=True)
class Journal:
    """What is asked: the days, both included, where the business is.

    Where `actor` or `verb` are given: only what somebody of that address did, or what
    begins with that verb.
    """

    since: datetime.date
    until: datetime.date
    actor: str = ""
    verb: str = ""


def journal(business: Business, asked: Journal) -> Table:
    """One row for each event, oldest first, with its place and hash in the chain.

    What was just done is not sealed yet, and has neither. The rows stream: besides the
    events themselves at most four queries for each two thousand of them.
    """
    zone = business.zone()
    begin, end = (
        datetime.datetime.combine(day, datetime.time(), zone)
        for day in (asked.since, asked.until + _DAY)
    )
    events = Event.objects.for_business(business).filter(at__gte=begin, at__lt=end)
    if asked.actor:
        events = events.filter(actor=asked.actor)
    if asked.verb:
        events = events.filter(verb__startswith=asked.verb)
    return Table(
        title=_("Journal of events, {since} – {until}").format(
            since=asked.since, until=asked.until
        ),
        columns=[
            Column("at", _("At (UTC)"), Kind.MOMENT),
            Column("actor", _("Who")),
            Column("verb", _("What")),
            Column("subject", _("Subject")),
            Column("name", _("Number or name")),
            Column("facts", _("Facts")),
            Column("position", _("Place in the chain"), Kind.COUNT),
            Column("hash", _("Hash (SHA-256)")),
            Column("subject_id", _("Subject ID"), Kind.KEY),
        ],
        rows=_rows(business, events.order_by("id")),
        notes=[
            _(
                "What was just done waits to be sealed, and has no hash yet. Each hash "
                "covers the one before it: verify_books proves the chain."
            )
        ],
    )


def _rows(
    business: Business, events: QuerySet[Event, Event]
) -> Iterator[tuple[object, ...]]:
    found = events.iterator(_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        names = _names(business, chunk)
        for event in chunk:
            key = (event.subject, event.subject_id)
            facts: dict[str, Any] = event.facts
            name = names.get(key) or facts.get("number") or facts.get("name")
            yield (
                event.at,
                event.actor,
                event.verb,
                event.subject,
                name or f"#{event.subject_id}",
                said(event),
                event.position,
                event.hash,
                str(event.subject_id),
            )


def _names(business: Business, events: list[Event]) -> dict[tuple[str, int], str]:
    """What the subjects are called now; those that are gone, or have no name, are not."""
    pks = defaultdict(set)
    for event in events:
        pks[event.subject].add(event.subject_id)
    found = {}
    for subject, (model, column) in _NAMED.items():
        if subject in pks:
            rows = model.objects.for_business(business)
            named = rows.filter(pk__in=pks[subject])
            for pk, name in named.values_list("pk", column):
                found[subject, pk] = name
    return found
