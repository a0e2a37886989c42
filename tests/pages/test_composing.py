"""Writing the mail and handing it over: refused whole, or started once."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from invoices.models import Delivery, MailTemplate, SendRun
from partners.models import Partner
from tests.books import contents
from tests.factories import PartnerFactory, a_draft, a_line
from tests.pages.cast import Office, member, office, signed_in
from tests.pages.test_drafts import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Office:
    return office()


@pytest.fixture
def clerk(own):
    return signed_in(member(own.business))


def form(**values: Any) -> dict[str, Any]:
    """The form of one letter as a browser posts it."""
    empty = {"subject": "", "body": "", "copies": "", "recipients": "a@example.com"}
    return {"key": str(uuid.uuid4())} | empty | values


def runs(own: Office) -> list[SendRun]:
    """The runs that were started here, without the one that was there."""
    return list(SendRun.objects.for_business(own.business).exclude(pk=own.run.pk))


def test_a_draft_is_handed_over_with_its_recipients_and_words(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    body = form(
        recipients="a@example.com, b@example.com;a@example.com",
        copies="c@example.com",
        subject="Yours",
        body="Hello\r\n\r\nthere",
    )

    answer = clerk.post(url, body)

    [run] = runs(own)
    [item] = run.items.all()
    assert answer["Location"] == own.url("send-run", run.public_id)
    assert (run.subject, run.body) == ("Yours", "Hello\n\nthere")
    assert run.copies == ["c@example.com"]
    assert item.invoice_id == own.draft.pk
    assert item.recipients == ["a@example.com", "b@example.com"]


def test_posting_the_same_form_again_is_the_same_run(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    body = form()

    first = clerk.post(url, body)
    before = contents()
    second = clerk.post(url, body)

    assert second["Location"] == first["Location"]
    assert contents() == before


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"recipients": "no address"}, "'no' is no e-mail address."),
        ({"copies": "x@@y"}, "'x@@y' is no e-mail address."),
        (
            {"recipients": " ".join(f"p{n}@example.com" for n in range(21))},
            "at most 20",
        ),
        ({"subject": "x" * 201}, "at most 200 characters"),
        ({"body": "x" * 10_001}, "at most 10000 characters"),
        ({"key": "nonsense"}, "key"),
    ],
)
def test_what_cannot_be_mailed_is_refused_at_its_field(
    own, clerk, values, told
) -> None:
    url = own.url("send-compose", own.draft.public_id)
    before = contents()

    answer = clerk.post(url, form(**values))

    assert answer.status_code == 400
    assert told in texts(answer) or "key" in values
    assert contents() == before


def test_all_that_is_wrong_is_told_at_once_and_the_words_stay(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    wrong = form(
        recipients="one, a@example.com, two",
        copies="three",
        subject="Mine alone",
        body="{{ nonsense }}",
    )
    before = contents()

    answer = clerk.post(url, wrong)
    words = texts(clerk.post(url, wrong | {"body": "Mine alone too"}))

    told = answer.content.decode()
    for field, count in (("recipients", 2), ("copies", 1), ("body", 1)):
        [problem] = re.findall(f'id="id_{field}_error"[^>]*>([^<]*)<', told)
        assert problem.count(" is no ") == count
    assert words.count("Mine alone too") == 2
    assert contents() == before


def test_a_refused_letter_is_sent_once_it_is_corrected(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    body = form(body="{{ nonsense }}")

    refused = clerk.post(url, body)
    sent = clerk.post(url, body | {"body": "Corrected"})

    assert refused.status_code == 400
    [run] = runs(own)
    assert sent["Location"] == own.url("send-run", run.public_id)
    assert run.body == "Corrected"


def test_other_words_under_a_used_key_are_asked_about_and_then_sent(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    body = form(body="First")
    clerk.post(url, body)
    before = contents()

    corrected = body | {"body": "Corrected"}
    asked = clerk.post(url, corrected)
    assert contents() == before
    [key] = re.findall(r'name="key" value="([^"]+)"', asked.content.decode())
    clerk.post(url, corrected | {"key": key})

    assert asked.status_code == 400
    assert "Another letter was handed over from here before" in texts(asked)
    assert [run.body for run in runs(own)] == ["Corrected", "First"]


def test_other_words_for_many_under_a_used_key_are_asked_about(own, clerk) -> None:
    body = form(invoices=own.draft.public_id, words="common", body="First")
    clerk.post(own.url("send-runs"), body)
    before = contents()

    same = clerk.post(own.url("send-runs"), body)
    other = clerk.post(own.url("send-runs"), body | {"body": "Corrected"})

    assert same["Location"] == own.url("send-run", runs(own)[0].public_id)
    assert "Another letter was handed over from here before" in texts(other)
    assert contents() == before


def test_a_header_cannot_be_slipped_into_the_subject(own, clerk) -> None:
    url = own.url("send-compose", own.draft.public_id)
    before = contents()

    answer = clerk.post(url, form(subject="Hi\nBcc: evil@example.com"))

    assert answer.status_code == 400
    assert contents() == before


def test_an_issued_document_is_sent_again_only_on_purpose(own, clerk) -> None:
    url = own.url("send-compose", own.issued.public_id)
    body = form()
    shown = texts(clerk.get(url))
    before = contents()

    hasty = clerk.post(url, body)
    assert contents() == before
    meant = clerk.post(url, body | {"again": "on"})
    after = contents()
    double = clerk.post(url, body | {"again": "on"})

    assert "It was sent before" in shown
    assert "Mail to buyer@example.com waits to be sent" in shown
    assert hasty.status_code == 400
    assert "say that you mean it" in texts(hasty)
    assert meant["Location"] == own.url("send-document", own.issued.public_id)
    assert double["Location"] == meant["Location"]
    assert contents() == after
    rows = Delivery.objects.for_business(own.business).filter(invoice=own.issued)
    assert [row.recipient for row in rows] == ["buyer@example.com", "a@example.com"]


def test_a_document_without_an_address_can_be_sent_to_a_named_one(own, clerk) -> None:
    mute = PartnerFactory(business=own.business, email="")
    draft = a_draft(own.business, by=own.by, partner=mute)
    url = own.url("send-compose", draft.public_id)

    shown = texts(clerk.get(url))
    answer = clerk.post(url, form())

    assert "The customer has no e-mail address." in shown
    assert answer.status_code == 302
    assert runs(own)[0].items.get().recipients == ["a@example.com"]


def test_many_are_started_with_common_words_or_each_customers_own(own, clerk) -> None:
    drafts = [own.draft, a_draft(own.business, by=own.by)]
    ids = ",".join(draft.public_id for draft in drafts)
    body = form(invoices=ids, subject="For all", body="Hello", copies="c@example.com")
    url = own.url("send-runs")

    clerk.post(url, body | {"words": "common"})
    clerk.post(url, body | {"words": "template", "key": str(uuid.uuid4())})

    own_words, common = runs(own)
    assert (common.subject, common.body) == ("For all", "Hello")
    assert (own_words.subject, own_words.body) == ("", "")
    assert own_words.copies == ["c@example.com"]
    assert [item.invoice_id for item in common.items.order_by("position")] == [
        draft.pk for draft in drafts
    ]


def test_drafts_are_told_apart_and_can_be_left_out(own, clerk) -> None:
    other = a_draft(
        own.business,
        by=own.by,
        partner=own.draft.partner,
        reference="JOB-7",
        lines=[a_line(1, 5, description="Sawing"), a_line(1, 5)],
    )
    ids = [own.draft.public_id, other.public_id]
    shown = clerk.post(own.url("send-compose-many"), {"invoice": ids})
    body = form(invoices=",".join(ids), words="template", left_out=[ids[0]])

    clerk.post(own.url("send-runs"), body)

    assert "JOB-7 · Sawing" in texts(shown)
    for draft in (own.draft, other):
        preview = own.url("send-document", draft.public_id)
        assert f'href="{preview}"' in shown.content.decode()
    assert [item.invoice_id for item in runs(own)[0].items.all()] == [other.pk]


@pytest.mark.parametrize(
    "invoices", ["", "nonsense", "0" * 9, ",,,", "\x00", "9" * 400]
)
def test_a_run_of_nothing_is_refused(own, clerk, invoices) -> None:
    before = contents()

    answer = clerk.post(own.url("send-runs"), form(invoices=invoices, words="template"))

    assert answer.status_code == 400
    assert contents() == before


def test_drafts_that_are_not_ready_are_told_before_sending(own, clerk) -> None:
    mute = PartnerFactory(business=own.business, name="Mute", email="")
    drafts = [own.draft, a_draft(own.business, by=own.by, partner=mute)]

    answer = clerk.post(
        own.url("send-compose-many"),
        {"invoice": [draft.public_id for draft in drafts]},
    )

    told = texts(answer)
    assert "1 will be refused as it stands" in told
    assert "Mute : The customer has no e-mail address." in told


def test_the_mail_is_previewed_in_the_customers_language(own, clerk) -> None:
    Partner.objects.filter(pk=own.draft.partner_id).update(language="de")
    MailTemplate.objects.create(
        business=own.business,
        purpose="document",
        language="de",
        subject="Ihre Rechnung, {{ customer }}",
        body="Danke.\n\n{{ link }}",
    )
    before = contents()

    page = texts(clerk.get(own.url("send-compose", own.draft.public_id)))
    body = form(document=own.draft.public_id, subject="Nur {{ total }}")
    typed = texts(clerk.post(own.url("send-mail-preview"), body))

    assert f"Ihre Rechnung, {own.draft.partner.name}" in page
    assert "Nur 100,00" in typed
    assert "Deutsch" in typed
    assert contents() == before


def test_words_that_cannot_be_filled_are_refused_in_the_preview(own, clerk) -> None:
    body = form(document=own.draft.public_id, body="{{ settings.SECRET_KEY }}")

    answer = clerk.post(own.url("send-mail-preview"), body)

    assert answer.status_code == 200
    assert "is no placeholder" in texts(answer)


def test_words_cannot_become_markup_in_the_preview(own, clerk) -> None:
    body = form(document=own.draft.public_id, body="<script>alert(1)</script>")

    html = clerk.post(own.url("send-mail-preview"), body).content.decode()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
