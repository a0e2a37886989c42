"""How papers look is set in the admin: bank, logo, words of mails; secrets shown once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from invoices.mailing.composing import default_words
from invoices.models import (
    DocumentFile,
    DocumentSettings,
    Event,
    Logo,
    MailTemplate,
    ReminderRule,
)
from invoices.models.mail_template import Purpose
from tests.admin_cast import (
    Books,
    act,
    books,
    errors,
    everything,
    said,
    signed_in,
    staff,
    url,
)
from tests.factories import BusinessFactory, a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Books:
    return books()


@pytest.fixture
def owner(own: Books) -> Client:
    return signed_in(staff(own.business))


def settings_of(own: Books) -> DocumentSettings:
    return DocumentSettings.objects.get(business=own.business)


def posted(**values: Any) -> dict[str, Any]:
    return {"language": "de", "page": "letter", "link_days": "30", **values}


def upload(data: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_papers_are_set_with_a_bank_as_it_is_printed(own: Books, owner: Client) -> None:
    bank = {"iban": "de89 3704 0044 0532 0130 00", "bic": "cobadeff xxx"}
    page = url(settings_of(own), "change")
    response = owner.post(page, posted(holder="Own Ltd", **bank))
    assert response.status_code == 302, errors(response)
    row = settings_of(own)
    assert (row.language, row.page, row.link_days) == ("de", "letter", 30)
    assert (row.iban, row.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    assert [event.verb for event in Event.objects.about(row)] == ["papers.set"]


@pytest.mark.parametrize(
    ("values", "said_"),
    [
        ({"iban": "DE88 3704 0044 0532 0130 00"}, "check digits do not fit"),
        ({"bic": "X"}, "A BIC is six letters"),
        ({"reply_to": "nobody"}, "valid email address"),
        ({"link_days": "0"}, "greater than or equal to 1"),
        ({"page": "a3"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_printed_is_refused_at_its_field(
    own: Books, owner: Client, values: dict[str, str], said_: str
) -> None:
    before = everything()
    response = owner.post(url(settings_of(own), "change"), posted(**values))
    assert said_ in " ".join(errors(response))
    [field] = values
    assert said_ in " ".join(response.context["adminform"].form.errors[field])
    assert everything() == before


def test_a_logo_is_uploaded_shown_kept_and_removed(own: Books, owner: Client) -> None:
    page = url(settings_of(own), "change")
    response = owner.post(page, posted(logo=upload(a_picture((200, 0, 0)))))
    assert response.status_code == 302, errors(response)
    logo = settings_of(own).logo
    assert logo is not None
    assert Image.open(io.BytesIO(bytes(logo.content))).size == (40, 20)
    assert 'src="data:image/png;base64,iVBOR' in owner.get(page).content.decode()
    owner.post(page, posted())
    assert settings_of(own).logo == logo
    owner.post(page, posted(without_logo="on"))
    assert settings_of(own).logo is None
    assert Logo.objects.filter(pk=logo.pk).exists()


@pytest.mark.parametrize(
    ("data", "said_"),
    [
        (b"<svg onload='alert(1)'/>", "SVG"),
        (b"not a picture", "no picture we know"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 20, "damaged"),
        (b"0" * 20_000_000, "larger than 1 MB"),
    ],
)
def test_a_bad_logo_is_refused_in_words(
    own: Books, owner: Client, data: bytes, said_: str
) -> None:
    before = everything()
    page = url(settings_of(own), "change")
    response = owner.post(page, posted(logo=upload(data)))
    assert said_ in " ".join(errors(response))
    assert everything() == before


def test_a_business_has_one_row_of_settings(own: Books, owner: Client) -> None:
    again = owner.post(url(DocumentSettings, "add"), posted(business=own.business.pk))
    assert errors(again) == ["This business has document settings already."]


def test_who_only_looks_sees_no_upload(own: Books) -> None:
    viewer = signed_in(staff(own.business, "viewer"))
    page = viewer.get(url(settings_of(own), "change"))
    assert page.status_code == 200
    assert "without_logo" not in page.content.decode()


def test_the_secret_for_bounces_is_shown_once(own: Books, owner: Client) -> None:
    row = settings_of(own)
    assert "no secret yet" in owner.get(url(row, "change")).content.decode()
    assert (
        "Make a new secret?" in act(owner, "renew_bounce_secret", row).content.decode()
    )
    assert settings_of(own).bounce_secret == ""
    [told] = said(act(owner, "renew_bounce_secret", row, confirmed="yes"))
    secret = settings_of(own).bounce_secret
    assert secret.startswith("whsec_")
    assert secret in told
    for page in (url(row, "change"), url(row, "history")):
        assert secret not in owner.get(page).content.decode()
    facts = str(list(Event.objects.about(row).values_list("facts")))
    assert secret not in facts


def test_a_clerk_cannot_set_papers(own: Books) -> None:
    clerk = signed_in(staff(own.business, "clerk"))
    row = settings_of(own)
    before = everything(own.business)
    assert clerk.post(url(row, "change"), posted()).status_code == 403
    act(clerk, "renew_bounce_secret", row, confirmed="yes")
    after = everything(own.business)
    assert after == before


# --- files ----------------------------------------------------------------------------


def test_a_paper_is_downloaded_as_it_was_kept(own: Books, owner: Client) -> None:
    file = DocumentFile.objects.get(business=own.business)
    page = owner.get(url(file, "change")).content.decode()
    address = url(DocumentFile, "content", file.pk)
    assert f'href="{address}"' in page
    answer = owner.get(address)
    assert answer.content == bytes(file.content)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Own.pdf"'


def test_a_strangers_paper_is_not_there(owner: Client) -> None:
    other = DocumentFile.objects.get(business=books("Zebra").business)
    assert owner.get(url(DocumentFile, "content", other.pk)).status_code == 404
    assert owner.get(url(DocumentFile, "content", 2**60)).status_code == 404


# --- words of mails -------------------------------------------------------------------


def template(own: Books, **values: Any) -> dict[str, Any]:
    return {
        "business": own.business.pk,
        "purpose": "document",
        "language": "de",
        "subject": "Rechnung {{ number }}",
        "body": "Guten Tag {{ contact }}",
        **values,
    }


def test_a_template_is_saved(own: Books, owner: Client) -> None:
    response = owner.post(url(MailTemplate, "add"), template(own))
    assert response.status_code == 302, errors(response)
    row = MailTemplate.objects.get(business=own.business, language="de")
    assert (row.subject, row.body) == (
        "Rechnung {{ number }}",
        "Guten Tag {{ contact }}",
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("subject", "{{ secret }}"),
        ("body", "{% load static %}"),
        ("body", "{{ number.__class__ }}"),
    ],
)
def test_words_that_cannot_be_filled_are_refused_at_their_field(
    own: Books, owner: Client, field: str, text: str
) -> None:
    before = everything()
    response = owner.post(url(MailTemplate, "add"), template(own, **{field: text}))
    assert errors(response)
    assert list(response.context["adminform"].form.errors) == [field]
    assert everything() == before


def test_a_second_template_of_a_kind_is_refused(own: Books, owner: Client) -> None:
    response = owner.post(url(MailTemplate, "add"), template(own, language="en"))
    assert errors(response) == ["There is one for this purpose and language."]


def test_the_preview_fills_words_with_made_up_values(own: Books, owner: Client) -> None:
    page = url(MailTemplate, "preview")
    answer = owner.post(page, template(own))
    ours = default_words(Purpose.DOCUMENT, "de")._asdict()
    assert answer.json() == {
        "subject": "Rechnung INV-2026-00042",
        "body": "Guten Tag Ada Lovelace",
        "link": "https://example.com/i/…/",
        "button": "Online ansehen",
        "ours": ours,
    }
    refused = owner.post(page, template(own, body="{{ secret }}"))
    assert (refused.status_code, refused.json()["field"]) == (400, "body")
    assert refused.json()["ours"] == ours
    assert owner.get(page).status_code == 405


def test_the_preview_knows_no_stranger(own: Books, owner: Client) -> None:
    other = BusinessFactory(name="Zebra")
    page = url(MailTemplate, "preview")
    words = template(own, business=other.pk, subject="{{ business }}")
    answer = owner.post(page, words)
    ours = default_words(Purpose.DOCUMENT, "de")._asdict()
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "Choose a business.", "field": "business", "ours": ours},
    )
    clerk = signed_in(staff(own.business, "clerk"))
    assert clerk.post(page, template(own)).status_code == 400


def test_a_reminder_is_set_once_for_a_day(own: Books, owner: Client) -> None:
    data = {"business": own.business.pk, "days": "-3", "active": "on"}
    owner.post(url(ReminderRule, "add"), data)
    days = ReminderRule.objects.for_business(own.business).values_list("days")
    assert sorted(days) == [(-3,), (7,)]
    again = owner.post(url(ReminderRule, "add"), data)
    assert errors(again) == ["There is a reminder on this day."]
    far = owner.post(url(ReminderRule, "add"), data | {"days": "731"})
    assert "less than or equal to 730" in errors(far)[0]


def test_an_empty_list_of_reminders_offers_the_usual_schedule(
    own: Books, owner: Client
) -> None:
    where = url(ReminderRule, "changelist")
    assert "Add the usual schedule" not in owner.get(where).content.decode()
    ReminderRule.objects.all().delete()
    page = owner.get(where).content.decode()
    assert "Add the usual schedule" in page and "-3 days, on the due date" in page
    data = {"business": str(own.business.pk)}
    done = owner.post(url(ReminderRule, "usual"), data, follow=True)
    days = "-3 days, on the due date, +7 days, +14 days, +30 days"
    assert said(done) == [f"Own Ltd reminds its customers {days}."]
    assert "Add the usual schedule" not in done.content.decode()
    assert ReminderRule.objects.for_business(own.business).count() == 5


def test_only_who_sets_papers_makes_the_usual_schedule(
    own: Books, owner: Client
) -> None:
    other = BusinessFactory(name="Zebra")
    ReminderRule.objects.all().delete()
    clerk = signed_in(staff(own.business, "clerk"))
    page = clerk.get(url(ReminderRule, "changelist")).content.decode()
    assert "Add the usual schedule" not in page
    for client, pk in ((clerk, own.business.pk), (owner, other.pk), (owner, "x")):
        answer = client.post(url(ReminderRule, "usual"), {"business": str(pk)})
        assert answer.status_code == 404
    assert not ReminderRule.objects.exists()
