"""The customer's page: one document to whoever has its address, nothing to others."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from invoices import links
from invoices.crediting import credit
from invoices.files import pdf_of, ubl_of
from invoices.models import CustomerLink, DocumentSettings
from invoices.pages.customer_words import words
from partners.models import Business, Partner, User
from tests.books import contents, history
from tests.factories import (
    NOW,
    TODAY,
    PartnerFactory,
    UserFactory,
    a_payment,
    an_issued_invoice,
)
from tests.pages.cast import Office, member, office, signed_in
from tests.pages.test_drafts import texts

pytestmark = pytest.mark.django_db
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux) Chrome/140.0 Safari/537.36"}
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",
}


@pytest.fixture
def own() -> Office:
    return office()


@pytest.fixture
def customer() -> Client:
    return Client(headers=PERSON)


def path_of(invoice) -> str:
    return links.link_to(invoice, now=timezone.now()).path()


def headers(answer) -> dict[str, str]:
    return {name: answer[name] for name in PRIVATE}


def test_the_page_shows_the_document_and_how_to_pay_it(own, customer) -> None:
    DocumentSettings.objects.create(
        business=own.business,
        holder="Own Ltd",
        iban="DE02120300000000202051",
        bic="BYLADEM1001",
    )
    invoice = an_issued_invoice(
        own.business,
        by=own.by,
        currency="EUR",
        currency_rate=Decimal(1),
        date=timezone.now().date(),
    )

    answer = customer.get(path_of(invoice))
    told = texts(answer)

    assert headers(answer) == PRIVATE
    assert f"Invoice {invoice.number} Open Still to pay EUR 100.00 Due" in told
    assert f"Please pay EUR 100.00, quoting {invoice.number}." in told
    assert "IBAN DE02 1203 0000 0000 2020 51" in told
    assert "<svg" in answer.content.decode()
    assert "Work 1 × 100.00 100.00" in told
    assert own.by.name not in told


@pytest.mark.parametrize("language", ["en", "de", "fr", "th"])
def test_it_speaks_the_customers_language(own, customer, language) -> None:
    partner = PartnerFactory(business=own.business, language=language)
    invoice = an_issued_invoice(own.business, by=own.by, partner=partner)

    answer = customer.get(path_of(invoice))

    assert f'<html lang="{language}">' in answer.content.decode()
    assert words(language)["wrong"] in texts(answer)


def test_every_language_has_the_same_words() -> None:
    english = words("en")

    for language in ("de", "fr", "th"):
        assert words(language).keys() == english.keys()
        for key, text in words(language).items():
            assert text.count("{") == english[key].count("{"), (language, key)


def test_payments_and_credits_are_told_with_what_is_open(own, customer) -> None:
    invoice = an_issued_invoice(own.business, by=own.by)
    a_payment(own.business, invoice, 30, by=own.by)
    note = credit(invoice, None, by=own.by, now=NOW, date=TODAY, reason="Came back")

    told = texts(customer.get(path_of(invoice)))
    of_note = texts(customer.get(path_of(note)))

    assert "Nothing left to pay USD 100.00" in told
    assert "Payment 10 March 2026 USD 30.00" in told
    assert f"Credit note {note.number} 10 March 2026 USD 70.00" in told
    assert "Amount credited USD 100.00" in of_note
    assert "How to pay" not in of_note


@pytest.mark.parametrize(
    ("paid", "due_in", "state"),
    [
        (0, 10, "Open"),
        (0, -1, "Overdue since"),
        (40, 10, "Partly paid"),
        (40, -1, "Overdue since"),
        (100, -1, "Paid"),
    ],
)
def test_it_says_how_the_document_stands(own, customer, paid, due_in, state) -> None:
    today = own.business.today(timezone.now())
    due = today + datetime.timedelta(days=due_in)
    date = min(due, today) - datetime.timedelta(days=1)
    invoice = an_issued_invoice(own.business, by=own.by, date=date, due_date=due)
    if paid:
        a_payment(own.business, invoice, paid, by=own.by, date=date)

    assert f"{invoice.number} {state}" in texts(customer.get(path_of(invoice)))


def test_a_void_document_asks_for_nothing(own, customer) -> None:
    invoice = an_issued_invoice(own.business, by=own.by)
    path = path_of(invoice)
    invoice.void(by=own.by, reason="Mistake", now=NOW)

    told = texts(customer.get(path))

    assert "Cancelled This document was cancelled." in told
    assert "How to pay" not in told
    assert "Is something wrong?" not in told


def test_the_papers_are_the_stored_files(own, customer) -> None:
    path = own.link.path()

    pdf = customer.get(f"{path}pdf/")
    ubl = customer.get(f"{path}ubl/")

    assert b"".join(pdf.streaming_content) == bytes(pdf_of(own.issued).content)
    assert headers(pdf) == PRIVATE
    if ubl.status_code == 200:
        assert b"".join(ubl.streaming_content) == bytes(ubl_of(own.issued).content)
    else:
        assert pdf_of(own.issued).problems


def test_every_address_that_leads_nowhere_is_answered_alike(own, customer) -> None:
    ended = CustomerLink.objects.create(
        business=own.business, invoice=own.issued, expires_at=timezone.now()
    )
    revoked = CustomerLink.objects.create(
        business=own.business,
        invoice=own.issued,
        expires_at=timezone.now() + datetime.timedelta(days=1),
        revoked_at=timezone.now(),
    )
    other = office("Zebra").link
    path = own.link.path()
    gone = [
        ended.path(),
        revoked.path(),
        path.replace(own.link.token, "x" * 32),
        path.replace(own.link.public_id, other.public_id),
        path.replace(own.business.public_id, other.business.public_id),
        "/i/nonsense/nonsense/nonsense/",
    ]
    before = contents()

    answers = [customer.get(f"{one}{end}") for one in gone for end in ("", "pdf/")]
    answers += [customer.post(one, {"reason": "x"}) for one in gone]
    answers += [customer.post(f"{one}viewed/") for one in gone]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert all(headers(answer) == PRIVATE for answer in answers)
    assert contents() == before


def test_the_page_of_nothing_speaks_the_browsers_language(db, customer) -> None:
    answer = customer.get("/i/a/b/c/", headers={"Accept-Language": "th-TH,en;q=0.5"})

    assert words("th")["gone"] in texts(answer)


def test_looking_is_recorded_once_and_only_by_the_beacon(own, customer) -> None:
    path = own.link.path()

    customer.get(path)
    customer.head(path)
    assert customer.get(f"{path}viewed/").status_code == 405
    own.issued.refresh_from_db()
    assert own.issued.viewed_at is None
    answers = [customer.post(f"{path}viewed/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    verbs = [verb for verb, _ in history(own.issued)]
    assert verbs.count("invoice.viewed") == 1


@pytest.mark.parametrize(
    "told",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "Mozilla/5.0 HeadlessChrome/140.0"},
        {"User-Agent": ""},
        PERSON | {"Sec-Purpose": "prefetch;prerender"},
        PERSON | {"Purpose": "prefetch"},
    ],
)
def test_robots_and_prefetching_do_not_count(own, told) -> None:
    before = contents()

    Client(headers=told).post(f"{own.link.path()}viewed/")

    assert contents() == before


def test_colleagues_do_not_count_but_people_of_other_businesses_do(own) -> None:
    path = f"{own.link.path()}viewed/"
    boss: User = UserFactory(is_superuser=True)
    colleagues = [member(own.business, "viewer"), boss]
    before = contents()

    for colleague in colleagues:
        signed_in(colleague).post(path, headers=PERSON)
    assert contents() == before
    signed_in(UserFactory()).post(path, headers=PERSON)

    own.issued.refresh_from_db()
    assert own.issued.viewed_at is not None


def test_a_customer_objects_and_sees_the_words_again(own, customer) -> None:
    path = own.link.path()

    answer = customer.post(path, {"reason": "Too\r\nmuch\x00 <b>"})
    shown = customer.get(answer["Location"])

    own.issued.refresh_from_db()
    assert own.issued.dispute_reason == "Too\nmuch <b>"
    assert history(own.issued)[-1] == (
        "invoice.disputed",
        {"reason": "Too\nmuch <b>"},
    )
    assert "Thank you." in texts(shown)
    assert "Too<br>much &lt;b&gt;" in shown.content.decode()


@pytest.mark.parametrize("reason", ["", "   \n ", "x" * 1001])
def test_an_objection_without_words_or_with_too_many_is_refused(
    own, customer, reason
) -> None:
    before = contents()

    answer = customer.post(own.link.path(), {"reason": reason})

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()
    assert contents() == before


def test_an_objection_that_comes_too_late_is_told_so(own, customer) -> None:
    own.issued.void(by=own.by, reason="Twice", now=NOW)
    before = contents()

    answer = customer.post(own.link.path(), {"reason": "Too much"})

    assert answer.status_code == 400
    told = re.search(r'role="alert"[^>]*>([^<]+)<', answer.content.decode())
    assert told is not None
    assert told.group(1) == words("en")["refused_not_issued"]
    assert contents() == before


def test_a_customer_who_objects_all_day_is_told_to_wait(own, customer) -> None:
    for number in range(10):
        customer.post(own.link.path(), {"reason": f"Broken {number}"})
    before = contents()

    answer = customer.post(own.link.path(), {"reason": "Still broken"})

    assert answer.status_code == 400
    assert "Please write again tomorrow, or call." in texts(answer)
    assert contents() == before


def test_a_stranger_cannot_object_from_another_site(own) -> None:
    strict = Client(enforce_csrf_checks=True, headers=PERSON)
    before = contents()

    answers = [
        strict.post(own.link.path(), {"reason": "x"}),
        strict.post(f"{own.link.path()}viewed/"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert contents() == before


def test_names_cannot_become_markup(customer) -> None:
    own = office("Own")
    evil = "<script>alert(1)</script>"
    Business.objects.filter(pk=own.business.pk).update(name=evil)
    own.business.refresh_from_db()
    partner = PartnerFactory(business=own.business, name=evil)
    invoice = an_issued_invoice(
        own.business, by=own.by, partner=partner, memo=evil, terms=evil
    )
    Partner.objects.filter(pk=partner.pk).update(name="changed")

    html = customer.get(path_of(invoice)).content.decode()

    assert evil not in html
    assert html.count("&lt;script&gt;") >= 3
