"""Event: the append-only history of the books, sealed into a chain of hashes."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any, NoReturn

from django.contrib.postgres.indexes import BrinIndex
from django.db import models, transaction
from django.utils import timezone

from invoices.exceptions import DocumentFrozen
from invoices.models.guarded import WrittenOnce
from partners import prepared
from partners.access import Actor
from partners.models import Business
from partners.tenancy import BusinessQuerySet, BusinessRow

_GENESIS = "0" * 64
_BATCH = 2000


class EventQuerySet(BusinessQuerySet["Event"]):
    """History can be read and added to, nothing else."""

    def about(self, document: models.Model) -> EventQuerySet:
        """What happened to one document, oldest first."""
        return self.filter(
            business_id=_business_id(document),
            subject=_kind(document),
            subject_id=document.pk,
        ).order_by("id")

    def update(self, **values: Any) -> NoReturn:
        """History does not change."""
        raise DocumentFrozen("History is append-only.")

    def bulk_create(
        self, objs: Iterable[Event], *args: Any, **kwargs: Any
    ) -> list[Event]:
        """Insert many; to replace those that exist is refused."""
        if len(args) > 1 or kwargs.get("update_conflicts"):
            raise DocumentFrozen("History is append-only.")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> NoReturn:
        """History does not shrink."""
        raise DocumentFrozen("History is append-only.")


class Event(WrittenOnce):
    """Who did which verb to which row, when, with the facts of the moment."""

    at = models.DateTimeField()
    user = models.ForeignKey(
        "partners.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    actor = models.CharField("who", max_length=254)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()  # type: ignore[misc]

    class Meta(WrittenOnce.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["business", "subject", "subject_id", "id"],
                name="invoices_event_by_subject",
            ),
            models.Index(
                fields=["business", "id"],
                condition=models.Q(position__isnull=True),
                name="invoices_event_unsealed",
            ),
            # Rows are appended, so a few kilobytes tell where a month of them stands.
            BrinIndex(fields=["business", "at"], name="invoices_event_by_time"),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "position"], name="invoices_event_one_chain"
            ),
            models.CheckConstraint(
                condition=models.Q(position__isnull=True, hash="")
                | models.Q(position__gt=0, hash__regex=r"^[0-9a-f]{64}$"),
                name="invoices_event_sealed_with_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor}"

    @classmethod
    def record(
        cls, document: models.Model, verb: str, *, by: Actor, **facts: object
    ) -> Event:
        """Write one row of history; call it inside the verb's transaction."""
        event = cls.of(document, verb, by=by, at=timezone.now(), **facts)
        prepared.insert([event])
        return event

    @classmethod
    def of(
        cls,
        document: models.Model,
        verb: str,
        *,
        by: Actor,
        at: datetime.datetime,
        **facts: object,
    ) -> Event:
        """The same row, unsaved: for a bulk import, which writes many by COPY."""
        return cls(
            business_id=_business_id(document),
            at=at,
            user_id=by.user_id,
            actor=by.name,
            verb=verb,
            subject=_kind(document),
            subject_id=document.pk,
            facts={name: _plain(value) for name, value in facts.items()},
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; an event that exists is never written again."""
        if not self._state.adding:
            raise DocumentFrozen("History is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """History does not shrink."""
        raise DocumentFrozen("History is append-only.")

    def digest(self, position: int, before: str) -> str:
        """The hash of this row at its place in the chain: SHA-256 over its content."""
        content = [
            before,
            position,
            self.pk,
            self.business_id,
            self.at.astimezone(datetime.UTC).isoformat(),
            self.user_id,
            self.actor,
            self.verb,
            self.subject,
            self.subject_id,
            self.facts,
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _business_id(document: models.Model) -> int:
    """The business itself has a history too."""
    if isinstance(document, Business):
        return document.pk
    business_id: int = document.business_id  # type: ignore[attr-defined]
    return business_id


def _kind(document: models.Model) -> str:
    """The name of the row's own model, whatever proxy it was read through."""
    model = document._meta.concrete_model or type(document)
    return str(model._meta.model_name)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | list | dict | None) else str(value)


def seal(business: Business) -> int:
    """Chain the events that are not yet chained; returns how many.

    Runs behind the writers, so nobody queues for the chain. Two sealers of one
    business take turns on the business's row; issuing does not wait for it. Whoever is
    to hear of the events is written down with them (`invoices.following`).
    """
    sealed = 0
    while True:
        with transaction.atomic():
            Business.objects.select_for_update(no_key=True).get(pk=business.pk)
            count = _seal_batch(business)
        sealed += count
        if count < _BATCH:
            return sealed


def _seal_batch(business: Business) -> int:
    from invoices.following import follow

    events = Event.objects.for_business(business)
    last = events.filter(position__isnull=False).order_by("-position").first()
    position, before = (last.position or 0, last.hash) if last else (0, _GENESIS)
    waiting = list(events.filter(position__isnull=True).order_by("id")[:_BATCH])
    for event in waiting:
        position += 1
        event.previous_hash = before
        event.position = position
        event.hash = before = event.digest(position, before)
    _write_seals(waiting)
    follow(business, waiting)
    return len(waiting)


def _write_seals(events: list[Event]) -> None:
    fields = ["position", "previous_hash", "hash"]
    unguarded: models.QuerySet[Event] = models.QuerySet(Event)
    unguarded.bulk_update(events, fields, batch_size=500)


def broken_link(business: Business) -> Event | None:
    """The first sealed event that does not fit the chain, or None if all fit."""
    before = _GENESIS
    sealed = Event.objects.for_business(business).filter(position__isnull=False)
    in_order = sealed.order_by("position").iterator(_BATCH)
    for position, event in enumerate(in_order, start=1):
        fits = event.position == position and event.previous_hash == before
        if not fits or event.hash != event.digest(position, before):
            return event
        before = event.hash
    return None
