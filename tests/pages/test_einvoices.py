"""What the pages say of a document that is no e-invoice, before and after issuing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.documents.reading import draft_facts
from invoices.einvoice.checking import problems
from invoices.einvoice.foreseeing import foreseen
from invoices.files import pdf_of
from invoices.models import DocumentSettings, Invoice
from partners.models import Business
from tests.factories import (
    NOW,
    BusinessFactory,
    PartnerFactory,
    TaxFactory,
    a_component,
    a_draft,
    a_line,
    actor,
)
from tests.pages.cast import member, signed_in
from tests.pages.test_drafts import texts

pytestmark = pytest.mark.django_db


def demanding(**values: object) -> Business:
    """A business that issues e-invoices only, and could."""
    known = {"country": "DE", "tax_number": "DE123456789", "currency": "EUR"}
    business: Business = BusinessFactory(**known | values)
    DocumentSettings.objects.create(business=business, requires_einvoice=True)
    return business


def drafted(business: Business, country: str = "DE", **values: object) -> Invoice:
    lines = [a_line(1, 100, tax=TaxFactory(business=business, rate=19))]
    customer = PartnerFactory(business=business, billing_country=country)
    given = {"partner": customer, "lines": lines} | values
    return a_draft(business, by=actor(business), **given)


def first(draft: Invoice) -> str:
    """What the list says of it."""
    settings = DocumentSettings.of(draft.business_id)
    found = foreseen(draft.business, [draft], settings)
    return found[draft.pk].message if found else ""


def really(draft: Invoice) -> list[str]:
    """What issuing would say of it."""
    return [one.message for one in problems(draft_facts(draft, NOW))]


def cases() -> list[Invoice]:
    """One draft for each thing that a list can see, and one with nothing wrong."""
    good = demanding()
    compound = TaxFactory(business=good, rate=5)
    a_component(compound, Decimal(7), position=2)
    numberless = demanding(tax_number="")
    DocumentSettings.objects.filter(business=numberless).update(registration="HRB 1")
    return [
        drafted(demanding(country="")),
        drafted(demanding(tax_number="")),
        drafted(numberless),
        drafted(good, country=""),
        drafted(good, currency="KWD", currency_rate=Decimal(3)),
        drafted(good, lines=[a_line(1, 100, tax=compound)]),
        drafted(good),
    ]


def test_what_a_list_foresees_is_what_issuing_refuses() -> None:
    told = [(bool(first(draft)), bool(really(draft))) for draft in cases()]

    assert told[-1] == (False, False)
    assert [both for both in told if both[0] and not both[1]] == []
    assert [seen for seen, _ in told[:-1]].count(True) >= 5


def test_nothing_is_foreseen_where_nobody_demands_it() -> None:
    draft = drafted(demanding(country=""))
    DocumentSettings.objects.filter(business=draft.business).update(
        requires_einvoice=False
    )

    assert first(draft) == ""


def test_the_list_and_the_letters_warn_before_issuing() -> None:
    business = demanding()
    clerk = signed_in(member(business))
    good, bad = drafted(business), drafted(business, country="")
    base = f"/send/{business.slug}/"
    told = "The customer's country is missing: fill it in under the customer's address."

    shown = clerk.get(base)
    many = clerk.post(f"{base}compose/", {"invoice": [good.public_id, bad.public_id]})
    one = clerk.get(f"{base}documents/{bad.public_id}/compose/")

    assert f"It cannot be an e-invoice. {told}" in texts(shown)
    assert "checked for the drafts shown" in texts(shown)
    assert shown.content.decode().count(" disabled>") == 1
    assert f": It cannot be an e-invoice. {told}" in texts(many)
    assert f"only what can be an e-invoice is issued here. {told}" in texts(one)


def test_the_check_costs_the_same_however_many_drafts_there_are() -> None:
    business = demanding()
    clerk = signed_in(member(business))
    counts = []
    for wanted in (1, 5):
        while Invoice.objects.for_business(business).count() < wanted:
            drafted(business)
        with CaptureQueriesContext(connection) as queries:
            clerk.get(f"/send/{business.slug}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("country", ["", "DE"])
def test_a_document_says_whether_it_is_an_einvoice(country: str) -> None:
    business = BusinessFactory(country=country, tax_number="DE123456789")
    clerk = signed_in(member(business))
    draft = drafted(business)
    invoice = draft.issue(by=actor(business), now=NOW)
    path = f"/send/{business.slug}/documents/{invoice.public_id}/"
    before = clerk.get(path).content.decode()
    pdf_of(invoice)

    answer = clerk.get(path)

    told = texts(answer)
    why = "The seller's country is missing: fill it in under the business's address."
    assert f"{path}ubl/" in before
    assert (f"{path}ubl/" in answer.content.decode()) == bool(country)
    assert (f"PDF stored; no e-invoice: {why}" in told) != bool(country)
    assert (f"There is no e-invoice of it , only the PDF: {why}" in told) != bool(
        country
    )
    assert ("PDF and e-invoice stored" in told) == bool(country)
