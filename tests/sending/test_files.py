"""The papers of record: printed from what was frozen, kept once, the same for good."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from invoices.crediting import credit
from invoices.documents.printing import print_document
from invoices.documents.reading import draft_facts, facts_of
from invoices.einvoice.checking import make
from invoices.exceptions import NoEInvoice, NotIssued
from invoices.files import pdf_of, ubl_of
from invoices.models import DocumentFile, DocumentSettings, Event, Logo
from tests.books import contents, refused
from tests.concurrency.racing import race
from tests.factories import (
    NOW,
    TODAY,
    BusinessFactory,
    PartnerFactory,
    TaxFactory,
    a_bill,
    a_draft,
    a_line,
    actor,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63606060000000040001f61738550000000049454e44ae426082"
)


def a_seller(**overrides):
    values = {"country": "DE", "tax_number": "DE123456789", "currency": "EUR"}
    return BusinessFactory(**values | overrides)


def a_customer(business, **overrides):
    return PartnerFactory(business=business, **{"name": "Möbel Ümlaut"} | overrides)


def issue(business, **overrides):
    by = actor(business)
    lines = [a_line(3, "9.99", tax=TaxFactory(business=business, rate=19))]
    values = {"lines": lines, "partner": a_customer(business)} | overrides
    return a_draft(business, by=by, **values).issue(by=by, now=NOW)


@pytest.mark.django_db
class TestKeeping:
    def test_the_paper_is_kept_with_its_hash_and_history_says_so(self):
        invoice = issue(a_seller())
        pdf, ubl = pdf_of(invoice), ubl_of(invoice)
        assert (pdf.name, ubl.name) == (
            f"{invoice.number}.pdf",
            f"{invoice.number}.xml",
        )
        assert pdf.intact()
        assert ubl.intact()
        assert pdf.problems == []
        event = Event.objects.about(invoice).get(verb="document.stored")
        assert event.facts == {"pdf": pdf.sha256, "ubl": ubl.sha256}
        assert pdf_of(invoice).pk == pdf.pk
        assert DocumentFile.objects.for_business(invoice.business_id).count() == 2

    def test_it_says_what_the_document_says_and_carries_the_einvoice(self):
        invoice = issue(a_seller())
        reader = PdfReader(BytesIO(bytes(pdf_of(invoice).content)))
        text = "".join(page.extract_text() for page in reader.pages)
        assert invoice.number in text
        assert "Möbel Ümlaut" in text
        assert "35.66" in text
        assert list(reader.attachments) == ["factur-x.xml"]
        assert reader.attachments["factur-x.xml"] == [make(facts_of(invoice)).cii]

    def test_printing_again_gives_the_same_bytes_whatever_changed_since(self):
        invoice = issue(a_seller())
        kept = bytes(pdf_of(invoice).content)
        invoice.partner.name, invoice.business.name = "Renamed", "Renamed too"
        invoice.partner.save()
        invoice.business.save()
        DocumentSettings.objects.create(
            business=invoice.business, language="de", footer="New"
        )
        invoice.refresh_from_db()
        facts = facts_of(invoice)
        assert print_document(facts, make(facts).cii) == kept

    def test_settings_and_language_are_frozen_with_the_document(self):
        business = a_seller()
        logo = Logo.keep(business.pk, PNG)
        DocumentSettings.objects.create(
            business=business,
            logo=logo,
            page="letter",
            footer="Court of Bremen",
            registration="HRB 1",
            holder="Seller",
            iban="DE02120300000000202051",
        )
        invoice = issue(business, partner=a_customer(business, language="fr"))
        facts = facts_of(invoice)
        assert facts.look.language == "fr"
        assert (facts.look.page, facts.look.logo) == ("letter", PNG)
        assert (facts.seller.registration, facts.look.footer) == (
            "HRB 1",
            "Court of Bremen",
        )
        assert facts.bank.iban == "DE02120300000000202051"

    def test_a_credit_note_names_its_invoice(self):
        invoice = issue(a_seller())
        by = actor(invoice.business)
        note = credit(invoice, None, by=by, now=NOW, date=TODAY, reason="Returned")
        facts = facts_of(note)
        assert (facts.kind, facts.credited_number) == ("credit_note", invoice.number)
        assert pdf_of(note).problems == []

    def test_what_cannot_be_an_einvoice_is_printed_all_the_same(self):
        invoice = issue(a_seller(country=""))
        pdf = pdf_of(invoice)
        assert [set(problem) for problem in pdf.problems] == [{"rule", "message"}]
        with pytest.raises(NoEInvoice, match="country"):
            ubl_of(invoice)
        reader = PdfReader(BytesIO(bytes(pdf.content)))
        assert dict(reader.attachments) == {}

    def test_drafts_and_bills_have_no_paper(self, business, owner):
        for document in (a_draft(business, by=owner), a_bill(business, by=owner)):
            with refused(NotIssued):
                pdf_of(document)

    def test_a_draft_can_be_previewed_without_a_trace(self, business, owner):
        draft = a_draft(business, by=owner)
        before = contents()
        facts = draft_facts(draft, NOW)
        assert (facts.number, facts.seller.name) == ("—", business.name)
        assert (draft.state, draft.number) == ("draft", "")
        assert contents() == before


@pytest.mark.django_db
class TestDemanding:
    def test_a_business_may_demand_valid_einvoices(self):
        business = a_seller(country="")
        DocumentSettings.objects.create(business=business, requires_einvoice=True)
        by = actor(business)
        draft = a_draft(business, by=by, partner=a_customer(business))
        with refused(NoEInvoice) as caught:
            draft.issue(by=by, now=NOW)
        assert "country" in caught.value.message

    def test_what_is_valid_is_issued_with_its_number(self):
        business = a_seller()
        DocumentSettings.objects.create(business=business, requires_einvoice=True)
        invoice = issue(business)
        assert invoice.number
        assert pdf_of(invoice).problems == []

    def test_credit_notes_are_demanded_of_too(self):
        business = a_seller()
        invoice = issue(business)
        DocumentSettings.objects.create(business=business, requires_einvoice=True)
        business.country = ""
        business.save()
        by = actor(business)
        with refused(NoEInvoice):
            credit(invoice, None, by=by, now=NOW, date=TODAY, reason="Returned")


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_once_keep_one_paper():
    invoice = issue(a_seller())
    found = race(*[[lambda: pdf_of(invoice).sha256]] * 4)
    assert len(set(found)) == 1
    files = DocumentFile.objects.for_business(invoice.business_id)
    assert sorted(files.values_list("kind", flat=True)) == ["pdf", "ubl"]
