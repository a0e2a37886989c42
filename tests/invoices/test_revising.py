"""Revising and deleting drafts, and only drafts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invoices.drafting import revise_draft
from invoices.exceptions import (
    NotADraft,
    StaleDocument,
)
from invoices.models import Invoice, InvoiceLine, InvoiceTax
from tests.books import history, parts, refused, row
from tests.factories import (
    NOW,
    PartnerFactory,
    TaxFactory,
    a_draft,
    a_line,
    an_issued_invoice,
    draft_of,
)


def test_a_revision_replaces_everything_and_counts_the_version_up(business, owner):
    invoice = a_draft(business, by=owner, memo="Old", lines=[a_line(), a_line(2)])
    other = PartnerFactory(business=business)

    revise_draft(
        invoice,
        draft_of(
            business, partner=other, number="X-1", lines=[a_line(5, 3)], memo="New"
        ),
        by=owner,
        expected_version=1,
    )

    stored = row(invoice)
    assert (stored["partner_id"], stored["number"]) == (other.pk, "X-1")
    assert (stored["memo"], stored["total"]) == ("New", Decimal(15))
    assert stored["version"] == 2
    assert parts(invoice, "lines", "position", "quantity") == [(1, Decimal(5))]
    assert [verb for verb, _ in history(invoice)] == [
        "invoice.drafted",
        "invoice.revised",
    ]
    assert history(invoice)[-1][1]["number"] == "X-1"


def test_a_deleted_draft_leaves_only_its_history(business, owner):
    vat = TaxFactory(business=business)
    invoice = a_draft(business, by=owner, number="X-1", lines=[a_line(tax=vat)])
    pk = invoice.pk

    invoice.delete(by=owner, expected_version=1)

    assert not Invoice.objects.filter(pk=pk).exists()
    assert not InvoiceLine.objects.for_business(business).exists()
    assert not InvoiceTax.objects.for_business(business).exists()
    assert history(Invoice(pk=pk, business=business))[-1] == (
        "invoice.deleted",
        {"number": "X-1"},
    )


@pytest.mark.parametrize("deed", ["revise", "delete", "issue"])
def test_an_outdated_version_is_refused(business, owner, deed):
    invoice = a_draft(business, by=owner)
    draft = draft_of(business)
    revise_draft(invoice, draft, by=owner)
    deeds = {
        "revise": lambda: revise_draft(invoice, draft, by=owner, expected_version=1),
        "delete": lambda: invoice.delete(by=owner, expected_version=1),
        "issue": lambda: invoice.issue(by=owner, now=NOW, expected_version=1),
    }
    with refused(StaleDocument):
        deeds[deed]()


@pytest.mark.parametrize("deed", ["revise", "delete", "issue"])
def test_a_document_deleted_meanwhile_is_refused(business, owner, deed):
    invoice = a_draft(business, by=owner)
    Invoice.objects.get(pk=invoice.pk).delete(by=owner)
    draft = draft_of(business)
    deeds = {
        "revise": lambda: revise_draft(invoice, draft, by=owner),
        "delete": lambda: invoice.delete(by=owner),
        "issue": lambda: invoice.issue(by=owner, now=NOW),
    }
    with refused(StaleDocument):
        deeds[deed]()


@pytest.mark.parametrize("end", ["issued", "void", "written off"])
@pytest.mark.parametrize("deed", ["revise", "delete", "issue"])
def test_only_a_draft_is_revised_deleted_or_issued(business, owner, end, deed):
    invoice = an_issued_invoice(business, by=owner)
    if end == "void":
        invoice.void(by=owner, reason="", now=NOW)
    if end == "written off":
        invoice.write_off(by=owner, reason="")
    draft = draft_of(business)
    deeds = {
        "revise": lambda: revise_draft(invoice, draft, by=owner),
        "delete": lambda: invoice.delete(by=owner),
        "issue": lambda: invoice.issue(by=owner, now=NOW),
    }
    with refused(NotADraft):
        deeds[deed]()
