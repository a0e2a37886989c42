"""No door of the ORM changes an issued document, a payment or history."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import serializers
from django.db import models, transaction

from invoices.crediting import credit
from invoices.exceptions import DocumentFrozen, StaleDocument
from invoices.models import Event, Invoice, InvoiceLine, InvoiceTax
from payments.models import Allocation, Payment
from payments.recording import refund
from tests.books import contents, refused
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    TaxFactory,
    a_draft,
    a_line,
    a_payment,
    an_issued_invoice,
)

FROZEN: list[type[models.Model]] = [
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Payment,
    Allocation,
    Event,
]
CHANGES: dict[type[models.Model], dict[str, Any]] = {
    Invoice: {"memo": "Forged"},
    InvoiceLine: {"description": "Forged"},
    InvoiceTax: {"name": "Forged"},
    Payment: {"description": "Forged"},
    Allocation: {"amount": Decimal("0.01")},
    Event: {"verb": "Forged"},
}


@pytest.fixture
def issued(business, owner) -> Invoice:
    """An issued, partly paid and partly credited invoice, and a second one."""
    vat = TaxFactory(business=business)
    invoice = an_issued_invoice(
        business, by=owner, lines=[a_line(2, 50, tax=vat), a_line(1, 7)]
    )
    payment = a_payment(business, invoice, 30, by=owner, spare=10)
    refund(payment, Decimal(5), date=TODAY, account=payment.account, by=owner)
    credit(invoice, {2: Decimal(1)}, by=owner, now=NOW, date=TODAY)
    an_issued_invoice(business, by=owner, partner=invoice.partner)
    return invoice


def forged(model: type[models.Model]) -> models.Model:
    """The first row, changed in memory."""
    row: models.Model = models.QuerySet(model).order_by("pk")[0]
    for name, value in CHANGES[model].items():
        setattr(row, name, value)
    return row


def as_new(row: Any) -> models.Model:
    """The same row, passed off as one that is not stored yet."""
    row._state.adding = True
    return row


def load(rows: list[models.Model]) -> None:
    """Save rows as `loaddata` does."""
    dumped = serializers.serialize("python", rows)
    for found in serializers.deserialize("python", dumped):
        found.save()


def named(model: type[models.Model]) -> list[str]:
    return list(CHANGES[model])


DOORS: dict[str, Callable[[Any], object]] = {
    "save": lambda model: forged(model).save(),
    "save of some columns": lambda model: forged(model).save(
        update_fields=named(model)
    ),
    "save as if new": lambda model: as_new(forged(model)).save(),
    "save with force": lambda model: forged(model).save(force_update=True),
    "save base": lambda model: forged(model).save_base(),
    "a fixture": lambda model: load([forged(model)]),
    "delete": lambda model: forged(model).delete(),
    "update": lambda model: model.objects.update(**CHANGES[model]),
    "filtered update": lambda model: model.objects.filter(pk__gt=0).update(
        **CHANGES[model]
    ),
    "base manager": lambda model: model._base_manager.update(**CHANGES[model]),
    "default manager": lambda model: model._default_manager.update(**CHANGES[model]),
    "bulk delete": lambda model: model.objects.all().delete(),
    "base manager's delete": lambda model: model._base_manager.all().delete(),
    "bulk update": lambda model: model.objects.bulk_update(
        [forged(model)], named(model)
    ),
    "upsert": lambda model: model.objects.bulk_create(
        [forged(model)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=named(model),
    ),
    "update or create": lambda model: model.objects.update_or_create(
        pk=forged(model).pk, defaults=CHANGES[model]
    ),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("model", FROZEN)
def test_nothing_recorded_changes_through(issued, model, door):
    before = contents()
    with pytest.raises((DocumentFrozen, StaleDocument)), transaction.atomic():
        DOORS[door](model)
    assert contents() == before


RELATED: dict[str, Callable[[Invoice], object]] = {
    "lines of another document": lambda invoice: other(invoice).lines.add(
        *invoice.lines.all()
    ),
    "taxes of another document": lambda invoice: other(invoice).taxes.add(
        *invoice.taxes.all()
    ),
    "another partner's document": lambda invoice: PartnerFactory(
        business=invoice.business
    ).invoices.add(invoice),
    "another partner's payment": lambda invoice: PartnerFactory(
        business=invoice.business
    ).payments.add(Payment.objects.earliest("pk")),
    "nobody's payments": lambda invoice: invoice.partner.payments.clear(),
    "one payment less": lambda invoice: invoice.partner.payments.remove(
        Payment.objects.earliest("pk")
    ),
    "other payments": lambda invoice: invoice.partner.payments.set([]),
    "notes of another document": lambda invoice: other(invoice).credit_notes.add(
        *invoice.credit_notes.all()
    ),
    "allocations of another document": lambda invoice: other(invoice).allocations.add(
        *Allocation.objects.all()
    ),
    "all lines": lambda invoice: invoice.lines.all().delete(),
    "lines' text": lambda invoice: invoice.lines.update(description="Forged"),
}


def other(invoice: Invoice) -> Invoice:
    return (
        Invoice.objects.for_business(invoice.business_id)
        .exclude(pk=invoice.pk)
        .latest("pk")
    )


@pytest.mark.parametrize("door", RELATED)
def test_nothing_recorded_changes_through_its_relations(issued, door):
    invoices = Invoice.objects.for_business(issued.business_id).count()
    before = {name: rows for name, rows in contents().items() if "Partner" not in name}
    with pytest.raises(DocumentFrozen), transaction.atomic():
        RELATED[door](issued)
    after = {name: rows for name, rows in contents().items() if "Partner" not in name}
    assert after == before
    assert Invoice.objects.for_business(issued.business_id).count() == invoices


def test_lines_and_allocations_are_not_added_either(issued):
    line = issued.lines.get(position=1)
    line.pk, line.position = None, 9
    share = Allocation(
        business=issued.business,
        payment=Payment.objects.earliest("pk"),
        invoice=other(issued),
        amount=1,
    )
    doomed: list[Any] = [line, share]
    for row in doomed:
        with refused(DocumentFrozen):
            row.save(force_insert=True)
        with refused(DocumentFrozen):
            type(row).objects.bulk_create([row])


def test_an_issued_document_is_not_saved_by_calling_it_a_draft(issued):
    issued.state, issued.memo = "draft", "Forged"
    with refused(StaleDocument), transaction.atomic():
        issued.save()


def test_a_draft_is_not_issued_by_saving_it(business, owner):
    draft = a_draft(business, by=owner)
    draft.state, draft.number, draft.issued_at = "issued", "X", NOW
    with refused(DocumentFrozen):
        draft.save()


def test_a_draft_is_saved_once_per_version(business, owner):
    draft = a_draft(business, by=owner)
    same = Invoice.objects.get(pk=draft.pk)
    draft.memo = "First"
    draft.save(update_fields=["memo"])
    same.memo = "Second"
    with refused(StaleDocument), transaction.atomic():
        same.save()
    assert same.version == 1
    stored = Invoice.objects.get(pk=draft.pk)
    assert (stored.memo, stored.version, draft.version) == ("First", 2, 2)


def test_a_draft_is_deleted_by_its_verb_only(business, owner):
    draft = a_draft(business, by=owner)
    with refused(DocumentFrozen):
        draft.delete()


def test_what_a_document_names_is_not_deleted(issued):
    for row in (issued.partner, issued.lines.get(position=1).tax, issued.business):
        before = contents()
        with pytest.raises(models.ProtectedError):
            row.delete()
        assert contents() == before


def test_history_is_written_once(business, owner):
    draft = a_draft(business, by=owner)
    event = Event.record(draft, "invoice.noticed", by=owner)
    event.at = event.at - datetime.timedelta(days=1)
    for deed in (event.save, event.delete):
        with refused(DocumentFrozen):
            deed()
