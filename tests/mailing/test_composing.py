"""The words of mails: templates filled with known names, and nothing else in them."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest

from invoices.mailing.composing import (
    Words,
    check_template,
    composed,
    composed_statement,
    default_words,
    preview_words,
)
from invoices.mailing.values import KNOWN
from invoices.models import MailTemplate
from invoices.models.mail_template import Purpose
from partners.exceptions import Invalid
from partners.models.languages import LANGUAGES
from tests.api.nasty import NASTY
from tests.books import refused
from tests.factories import BusinessFactory, PartnerFactory, an_issued_invoice

pytestmark = pytest.mark.django_db
URL = "https://books.example.com/i/1/2/3/"


@pytest.fixture
def business(db):
    return BusinessFactory(name="Lumen & Co", currency="EUR")


@pytest.fixture
def invoice(business):
    partner = PartnerFactory(
        business=business, name="Søren A/S", contact_name="Søren K."
    )
    return an_issued_invoice(business, partner=partner)


def of(invoice, purpose=Purpose.DOCUMENT, language="en", **typed) -> Words:
    return composed(invoice, purpose, language=language, url=URL, **typed)


def test_our_english_words_name_the_document_its_dates_and_its_total(invoice):
    assert of(invoice) == Words(
        "Invoice INV-2026-00001 from Lumen & Co",
        "Dear Søren K.,\n\n"
        "Please find attached invoice INV-2026-00001 of 10 March 2026 for "
        "EUR\N{NO-BREAK SPACE}100.00, due on 9 April 2026.\n\n"
        "You can also see it online, with all the ways to pay:\n\n"
        f"{URL}\n\n"
        "Thank you for your business. If anything is unclear, simply reply to this "
        "mail.\n\n"
        "Kind regards\nLumen & Co",
    )


@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES])
@pytest.mark.parametrize("purpose", [Purpose.DOCUMENT, Purpose.REMINDER])
def test_every_language_has_words_that_say_number_amount_and_link(
    invoice, purpose, language
):
    words = of(invoice, purpose, language)
    assert "INV-2026-00001" in words.subject
    assert {"INV-2026-00001", "100", URL} <= {
        text for text in ("INV-2026-00001", "100", URL) if text in words.body
    }
    assert "{" not in "".join(words)


@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES])
def test_our_own_words_pass_their_own_check(language):
    for purpose in Purpose:
        check_template(*default_words(purpose, language), purpose)
    for kind in ("credit_note", "reminder_ahead"):
        check_template(*default_words(Purpose.DOCUMENT, language, kind=kind))


def test_the_languages_differ_in_dates_and_numbers(invoice):
    template = "{{ date }} {{ total }} {{ document }}"
    bodies = {
        code: of(invoice, language=code, body=template).body
        for code in ("en", "de", "fr", "th")
    }
    assert bodies == {
        "en": "10 March 2026 EUR\xa0100.00 Invoice",
        "de": "10. März 2026 100,00\xa0EUR Rechnung",
        "fr": "10 mars 2026 100,00\xa0EUR Facture",
        "th": "10 มีนาคม พ.ศ. 2569 EUR\xa0100.00 ใบแจ้งหนี้",
    }


def test_a_reminder_ahead_of_the_due_date_does_not_say_that_it_has_passed(business):
    future = datetime.date(2199, 1, 1)
    early = an_issued_invoice(business, due_date=future)
    assert of(early, Purpose.REMINDER).subject.endswith("is due on 1 January 2199")
    late = an_issued_invoice(business)
    assert of(late, Purpose.REMINDER).subject.startswith("Reminder: ")


def test_typed_words_come_before_the_template_and_that_before_ours(business, invoice):
    MailTemplate.objects.create(
        business=business,
        purpose="document",
        language="en",
        subject="Ours: {{ number }}",
        body="Template of {{ business }}",
    )
    assert of(invoice) == Words("Ours: INV-2026-00001", "Template of Lumen & Co")
    assert of(invoice, subject="Typed {{customer}}") == Words(
        "Typed Søren A/S", "Template of Lumen & Co"
    )
    assert of(invoice, body="Hello") == Words("Ours: INV-2026-00001", "Hello")
    assert (
        of(invoice, language="de").subject == "Rechnung INV-2026-00001 von Lumen & Co"
    )


@pytest.mark.parametrize("subject", ["a\nb", "a\r\nBcc: b", "a\n", "a\u2028b"])
def test_a_template_s_subject_is_one_line(subject):
    with pytest.raises(Invalid) as told:
        check_template(subject, "Words")
    assert told.value.field == "subject"


@pytest.mark.parametrize(
    "text",
    [
        "{{ nunber }}",
        "{{ invoice.total }}",
        "{{ number|upper }}",
        "{{ number",
        "number }}",
        "{{}}",
        "{{ {{ number }} }}",
        "{% include '/etc/passwd' %}",
        "{% now %}",
        "{# number #}",
        "{{ __class__ }}",
        "{{ settings.SECRET_KEY }}",
        "\x00",
        "a\x1bb",
        "\ud800",
    ],
)
@pytest.mark.parametrize("field", ["subject", "body"])
def test_what_cannot_be_filled_is_refused_by_field_and_nothing_is_evaluated(
    invoice, field, text
):
    with refused(Invalid, field):
        of(invoice, **{field: text})


def test_the_refusal_says_which_names_are_known(invoice):
    with pytest.raises(Invalid) as caught:
        check_template("{{ x }}", "")
    assert caught.value.message.startswith("“{{ x }}” is no placeholder. Known are {{ ")
    assert caught.value.facts == {"known": sorted(KNOWN[Purpose.DOCUMENT])}


def test_a_value_is_never_looked_at_again(business):
    partner = PartnerFactory(
        business=business, name="{{ link }} {% now %}", contact_name="{{ total }}"
    )
    invoice = an_issued_invoice(business, partner=partner)
    words = of(invoice, subject="{{ customer }}", body="{{ contact }}{{ customer }}")
    assert words == Words("{{ link }} {% now %}", "{{ total }}{{ link }} {% now %}")


def test_newlines_and_turning_marks_in_names_do_not_reach_the_subject(business):
    partner = PartnerFactory(business=business, name="A\r\nBcc: all@x.org\u202e\u2028B")
    invoice = an_issued_invoice(business, partner=partner)
    assert of(invoice, subject="For {{ customer }}").subject == (
        "For A Bcc: all@x.org B"
    )


def test_joiners_in_names_are_kept(business):
    family = "👨\u200d👩\u200d👧 नमस्\u200dते"
    partner = PartnerFactory(business=business, name=family)
    invoice = an_issued_invoice(business, partner=partner)
    assert of(invoice, subject="{{ customer }}").subject == family


def test_a_subject_that_comes_out_empty_is_ours_and_a_long_one_is_cut(business):
    partner = PartnerFactory(business=business, name="N" * 200)
    invoice = an_issued_invoice(business, partner=partner)
    assert of(invoice, subject="{{ purchase_order }}").subject.startswith("Invoice INV")
    long = of(invoice, subject="{{ customer }} {{ customer }}").subject
    assert long == "N" * 199 + "…"


def test_a_body_that_grows_too_long_when_filled_is_refused(business):
    partner = PartnerFactory(business=business, name="N" * 200)
    invoice = an_issued_invoice(business, partner=partner)
    with refused(Invalid, "body"):
        of(invoice, body="{{ customer }}" * 100)
    with refused(Invalid, "body"):
        check_template("", "x" * 10_001)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_are_words_or_refused(invoice, text):
    value = json.loads(text, parse_float=str, parse_int=str)
    if isinstance(value, str):
        try:
            words = of(invoice, subject=value, body=value)
        except Invalid as refusal:
            assert refusal.field in ("subject", "body")
        else:
            assert "\n" not in words.subject and len(words.subject) <= 200
            words.body.encode()


def test_a_preview_without_a_document_shows_made_up_values(business):
    words = preview_words(
        business,
        Purpose.DOCUMENT,
        language="de",
        subject="{{ number }}",
        body="{{ total }} an {{ customer }}",
    )
    assert words == Words("INV-2026-00042", "1.234,50\xa0EUR an Analytical Engines Ltd")
    with refused(Invalid, "body"):
        preview_words(
            business, Purpose.DOCUMENT, language="de", subject="", body="{{ x }}"
        )


def test_a_statement_says_what_is_owed_in_each_currency(business):
    partner = PartnerFactory(business=business, contact_name="Ada")
    words = composed_statement(
        partner,
        language="en",
        today=datetime.date(2026, 3, 10),
        owed={"USD": Decimal(5), "EUR": Decimal("7.5")},
    )
    assert words.subject == "Statement of account from Lumen & Co"
    assert "EUR\xa07.50 + USD\xa05.00 is open" in words.body
    with refused(Invalid, "subject"):
        check_template("{{ number }}", "", Purpose.STATEMENT)
