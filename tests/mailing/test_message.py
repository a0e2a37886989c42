"""Mails as bytes: headers that nobody can inject into, texts, and attachments."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.utils import timezone

from invoices import links
from invoices.exceptions import DamagedFile, MailTooLarge, NotIssued
from invoices.files import pdf_of, ubl_of
from invoices.mailing.message import delivery_of, envelope_of, message_id
from invoices.models import Delivery, DocumentFile, DocumentSettings
from partners import public_ids
from tests.api.nasty import NASTY
from tests.factories import (
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_line,
    an_issued_invoice,
)
from tests.mailing.mails import a_delivery, headers, parts, read, text_of

pytestmark = pytest.mark.django_db
NAMES = [
    "Müller, Söhne & Co. (GmbH)",
    'The "Best" <b@d> Shop; Ltd., Inc: all',
    "บริษัท ตัวอย่างที่มีชื่อยาวมากจริงๆ จำกัด (มหาชน) สาขาเชียงใหม่และกรุงเทพมหานคร",
    "株式会社東京データサービス・インターナショナル・ホールディングス有限責任監査法人合同会社",
    "A\r\nBcc: everybody@example.com\r\n\r\nbody",
    "=?utf-8?q?fake?= <x@y.example>",
    "N" * 200,
    "long words, and commas, " * 8,
    "a\\b\"c'd\te",
    "👨‍👩‍👧 Family",
]


def mailed(delivery: Delivery):
    envelope = envelope_of(
        Delivery.objects.for_business(delivery.business_id).get(pk=delivery.pk),
        now=timezone.now(),
    )
    return envelope, read(envelope.content)


def test_the_headers_are_exactly_these(business):
    DocumentSettings.objects.create(
        business=business, reply_to="answers@example.com", copy_to="archive@example.com"
    )
    delivery = a_delivery(business, copies=["boss@example.com", "buyer@example.com"])
    envelope, message = mailed(delivery)
    found = headers(message)
    assert found.pop("Date")
    assert found == {
        "From": f"{business.name} <counterfoil@localhost>",
        "To": "buyer@example.com",
        "Cc": "boss@example.com, buyer@example.com",
        "Reply-To": f"{business.name} <answers@example.com>",
        "Subject": "Invoice",
        "Message-ID": f"<{delivery.public_id}.{business.public_id}@localhost>",
        "Auto-Submitted": "auto-generated",
    }
    assert (envelope.sender, envelope.recipient, envelope.copies) == (
        "counterfoil@localhost",
        "buyer@example.com",
        ("boss@example.com", "archive@example.com"),
    )
    assert b"archive@" not in envelope.content


def test_the_archive_gets_one_mail_of_each_occasion(business):
    DocumentSettings.objects.create(business=business, copy_to="Archive@example.com")
    first = a_delivery(business, attempt_key="one", recipient="a@example.com")
    assert first.invoice is not None

    def next_to(address, key="one"):
        return a_delivery(business, first.invoice, attempt_key=key, recipient=address)

    second = next_to("b@example.com")
    other = next_to("a@example.com", "two")
    _, mine = next_to("c@example.com", "three"), next_to("archive@example.com", "three")
    archived = ("Archive@example.com",)
    assert mailed(first)[0].copies == mailed(other)[0].copies == archived
    assert mailed(second)[0].copies == mailed(mine)[0].copies == ()
    Delivery.objects.filter(pk=first.pk).update(state="failed")
    assert mailed(second)[0].copies == archived


def test_a_person_s_mail_is_not_marked_as_automatic(business, owner):
    _, message = mailed(a_delivery(business, user_id=owner.user_id))
    assert "Auto-Submitted" not in headers(message)


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_are_and_add_no_header(db, name):
    business = BusinessFactory(name=name)
    subject = " ".join(f"Invoice from {name}"[:200].split())
    envelope, message = mailed(
        a_delivery(business, subject=f"Invoice from {name}"[:200])
    )
    shown = " ".join(name.replace("\t", " ").split())
    assert sender_of(envelope.content) == (shown, "counterfoil@localhost")
    assert message["Subject"] == subject
    assert set(headers(message)) == {
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
    }
    assert [one.addr_spec for one in message["To"].addresses] == ["buyer@example.com"]
    assert_sound(envelope.content)


def sender_of(content: bytes) -> tuple[str, str]:
    """Name and address, decoded as RFC 2047 says; Python's newer parser leaves blanks
    between encoded words.
    """
    name, address = parseaddr(message_from_bytes(content)["From"])
    return str(make_header(decode_header(name))), address


def assert_sound(content: bytes) -> None:
    """Seven bits, CRLF only, no line beyond what RFC 5322 allows."""
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("text", NASTY)
def test_nasty_subjects_and_bodies_stay_where_they_belong(business, text):
    value = json.loads(text, parse_float=str, parse_int=str)
    if not isinstance(value, str) or "\0" in value:
        return
    delivery = a_delivery(business, subject=value[:200], body=value[:10_000])
    envelope, message = mailed(delivery)
    assert parts(message)[:2] == [("text/plain", None), ("text/html", None)]
    assert text_of(message).rstrip("\n") == value[:10_000].rstrip("\n")
    assert_sound(envelope.content)


def test_a_body_with_dots_quotes_and_long_lines_is_read_back_unchanged(business):
    body = ".\n..\nFrom here\n" + "x" * 5000 + "\n\nกขค 東京 " + "é" * 2000
    _, message = mailed(a_delivery(business, body=body))
    assert text_of(message) == body + "\n"


def test_the_html_part_escapes_and_makes_a_button_of_the_link(business):
    delivery = a_delivery(business)
    url = links.address(delivery.link)
    delivery.body = f"<script>alert(1)</script>\nsee {url}.\n\n{url}\n\nBye & <b>"
    delivery.language = "de"
    delivery.save()
    _, message = mailed(delivery)
    page = text_of(message, "html")
    assert (
        "<script" not in page
        and "&lt;script&gt;" in page
        and "Bye &amp; &lt;b&gt;" in page
    )
    assert page.count(f'href="{url}"') == 2 and ">Online ansehen</a>" in page
    assert set(re.findall(r"(?:src|url|@import|<link|<img)\b", page)) == set()
    assert '<html lang="de">' in page


def test_the_paper_is_attached_and_its_bytes_are_those_stored(business):
    invoice = an_issued_invoice(business)
    _, message = mailed(a_delivery(business, invoice))
    assert parts(message) == [
        ("text/plain", None),
        ("text/html", None),
        ("application/pdf", "INV-2026-00001.pdf"),
    ]
    [attached] = message.iter_attachments()
    assert attached.get_content() == bytes(pdf_of(invoice).content)


def test_the_e_invoice_goes_along_only_where_it_exists(business):
    delivery = a_delivery(business, with_ubl=True)
    assert pdf_of(delivery.invoice).problems
    assert [name for _, name in parts(mailed(delivery)[1]) if name] == [
        "INV-2026-00001.pdf"
    ]


def test_the_e_invoice_is_attached_as_xml_for_a_customer_who_wants_it(db):
    business = BusinessFactory(
        currency="EUR", country="DE", postal_code="10115", tax_number="DE123456789"
    )
    from tests.factories import TaxFactory

    tax = TaxFactory(business=business, rate=19, code="VAT19")
    partner = PartnerFactory(business=business, tax_number="DE987654321")
    invoice = an_issued_invoice(business, partner=partner, lines=[a_line(tax=tax)])
    assert pdf_of(invoice).problems == []
    _, message = mailed(a_delivery(business, invoice, with_ubl=True))
    assert parts(message)[2:] == [
        ("application/pdf", "INV-2026-00001.pdf"),
        ("application/xml", "INV-2026-00001.xml"),
    ]
    attached = list(message.iter_attachments())[1].get_content()
    assert attached == bytes(ubl_of(invoice).content)


def test_a_letter_of_its_own_stands_before_the_document(business):
    invoice = an_issued_invoice(business)
    letter = DocumentFile.holding(
        b"%PDF-letter",
        business_id=business.pk,
        invoice_id=invoice.pk,
        partner_id=invoice.partner_id,
        kind="reminder",
        name="Reminder.pdf",
    )
    letter.save()
    _, message = mailed(a_delivery(business, invoice, file=letter, purpose="reminder"))
    assert [name for _, name in parts(message) if name] == [
        "Reminder.pdf",
        "INV-2026-00001.pdf",
    ]


def test_a_mail_above_the_limit_is_refused_with_the_figures(business, settings):
    settings.MAIL_MAX_BYTES = 1000
    with pytest.raises(MailTooLarge, match="at most 1,000 are mailed"):
        mailed(a_delivery(business))


def test_a_damaged_file_and_a_draft_are_not_mailed(business):
    invoice = an_issued_invoice(business)
    broken = DocumentFile.holding(
        b"%PDF",
        business_id=business.pk,
        invoice_id=invoice.pk,
        partner_id=invoice.partner_id,
        kind="reminder",
        name="R.pdf",
    )
    broken.sha256 = "0" * 64
    broken.save()
    with pytest.raises(DamagedFile):
        mailed(a_delivery(business, invoice, file=broken))
    with pytest.raises(NotIssued):
        mailed(a_delivery(business, a_draft(business)))


def test_unicode_domains_are_written_as_servers_know_them(business):
    envelope, message = mailed(
        a_delivery(business, recipient="kontakt@münchen.example")
    )
    assert envelope.recipient == "kontakt@xn--mnchen-3ya.example"
    assert message["To"] == "kontakt@xn--mnchen-3ya.example"


def test_the_message_id_leads_back_to_the_delivery(business):
    delivery = a_delivery(business)
    written = message_id(delivery)
    assert delivery_of(written) == (business.pk, delivery.pk)
    assert delivery_of(written.strip("<>")) == (business.pk, delivery.pk)
    for text in ("", "<x@y>", "<1.2@h>", f"x{written}", written.replace(".", " ")):
        assert delivery_of(text) is None
    assert public_ids.decode("delivery", delivery.public_id) == delivery.pk
