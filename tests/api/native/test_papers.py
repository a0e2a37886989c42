"""Document settings with their logo, mail templates and reminder rules."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from invoices.models import DocumentSettings, MailTemplate, ReminderRule
from partners.models import Business
from tests.api.native.door import Door, ids, read, refusal, unchanged, wrong
from tests.api.native.routes_sending import picture
from tests.factories import MailTemplateFactory, ReminderRuleFactory, a_key

DEFAULTS = {
    "language": "en",
    "page": "a4",
    "logo": None,
    "footer": "",
    "registration": "",
    "holder": "",
    "iban": "",
    "bic": "",
    "bank_name": "",
    "account": "",
    "reply_to": "",
    "copy_to": "",
    "link_days": 365,
    "requires_einvoice": False,
}
WHOLE = {
    "language": "de",
    "page": "letter",
    "footer": "Thank you",
    "registration": "HRB 1",
    "holder": "Acme",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "cobadeff",
    "bank_name": "Bank",
    "account": "1",
    "reply_to": "a@example.com",
    "copy_to": "b@example.com",
    "link_days": 30,
    "requires_einvoice": True,
}
STORED = WHOLE | {"iban": "DE89370400440532013000", "bic": "COBADEFF", "logo": None}


@pytest.mark.parametrize("slash", ["", "/"])
def test_settings_are_defaults_until_they_are_set(api: Door, slash: str) -> None:
    path = f"document_settings{slash}"
    assert read(api.get(path)) == DEFAULTS
    assert DocumentSettings.objects.count() == 0
    assert read(api.put(path, WHOLE)) == STORED
    assert read(api.get(path)) == STORED
    assert read(api.patch(path, {"page": "a4"})) == STORED | {"page": "a4"}
    assert read(api.put(path, {})) == DEFAULTS
    assert DocumentSettings.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx"),
        ("page", "a3"),
        ("iban", "DE00 3704 0044 0532 0130 00"),
        ("bic", "?"),
        ("reply_to", "nowhere"),
        ("link_days", 0),
        ("footer", "x" * 301),
    ],
)
def test_settings_that_cannot_be_are_told_at_their_field(
    api: Door, field: str, value: Any
) -> None:
    for send in (api.put, api.patch):
        with unchanged():
            refused = read(send("document_settings/", {field: value}), 400)
        assert [*refused["apierror"]["fields"]] == [field]


def test_settings_need_the_capability(business: Business) -> None:
    clerk = Door(business, a_key(business, role="clerk"))
    with unchanged():
        refused = read(clerk.patch("document_settings", {"footer": "x"}), 403)
        assert refused["apierror"]["code"] == "not_allowed"
        assert clerk.put("document_settings/logo", picture()).status_code == 403
        assert clerk.delete("document_settings/logo").status_code == 403


def test_a_logo_is_put_shown_and_taken_off(api: Door) -> None:
    path = "document_settings/logo/"
    nothing = refusal(404, "not_found", "There is nothing here with this id.")
    assert read(api.get(path), 404) == nothing
    digest = read(api.put(path, picture()))["logo"]
    response = api.send("GET", path, headers={"Accept": "image/png"})
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["ETag"] == f'"{digest}"'
    assert Image.open(io.BytesIO(response.content)).size == (4, 2)
    # Other settings leave it alone.
    assert read(api.put("document_settings", {}))["logo"] == digest
    assert api.delete(path).status_code == 204
    assert read(api.get("document_settings")) == DEFAULTS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The file is empty: choose a PNG or JPEG picture."),
        (
            b"<svg/>",
            "An SVG can hold programs, so it is not accepted: save it as PNG.",
        ),
        (b"x" * 1_000_001, "The file is larger than 1 MB: save a smaller picture."),
        (b"picture", "This is no picture we know: save it as PNG or JPEG."),
    ],
)
def test_what_is_no_logo_is_told_why(api: Door, body: bytes, message: str) -> None:
    headers = {"Content-Type": "image/png"}
    with unchanged():
        answer = api.send("PUT", "document_settings/logo/", body, headers=headers)
    expected = refusal(400, "invalid", message, {"logo": [message]})
    assert read(answer, 400) == expected


def test_a_logo_is_no_json(api: Door) -> None:
    with unchanged():
        answer = read(api.put("document_settings/logo/", {"logo": "x"}), 415)
    message = 'Unsupported media type "application/json" in request.'
    assert answer == refusal(415, "unsupported_media_type", message)


def test_the_life_of_a_template(api: Door) -> None:
    body = {"purpose": "document", "language": "fr", "subject": "{{ number }}"}
    body["body"] = "Voir {{ link }}"
    made = read(api.post("mail_templates/", body), 201)
    [row] = MailTemplate.objects.all()
    moment = made["updated_at"]
    assert made == body | {"id": row.public_id, "updated_at": moment}
    path = f"mail_templates/{row.public_id}"
    assert read(api.get(path)) == made
    assert ids(api.get("mail_templates")) == [row.public_id]
    changed = read(api.patch(path, {"subject": "Facture"}))
    assert changed["subject"] == "Facture"
    assert read(api.put(path, body))["subject"] == "{{ number }}"
    assert api.delete(path).status_code == 204
    assert read(api.get("mail_templates")) == []


def test_words_that_cannot_be_filled_are_refused(api: Door, business: Business) -> None:
    row = MailTemplateFactory(business=business)
    path = f"mail_templates/{row.public_id}"
    for words in ("{{ secret }}", "{% load x %}", "{{ number.__class__ }}", "}}"):
        for field in ("subject", "body"):
            with unchanged():
                refused = read(api.patch(path, {field: words}), 400)
            assert [*refused["apierror"]["fields"]] == [field]
            assert "{{ number }}" in refused["apierror"]["message"]


def test_there_is_one_template_for_a_purpose_and_language(
    api: Door, business: Business
) -> None:
    MailTemplateFactory(business=business)
    body = {"purpose": "document", "language": "en", "subject": "x", "body": "x"}
    message = "There is one for this purpose and language."
    with unchanged():
        refused = read(api.post("mail_templates/", body), 400)
    assert refused == refusal(400, "invalid", message, {"": [message]})


def test_the_life_of_a_rule(api: Door) -> None:
    made = read(api.post("reminder_rules/", {"days": -3}), 201)
    [row] = ReminderRule.objects.all()
    assert made == {"id": row.public_id, "days": -3, "active": True}
    path = f"reminder_rules/{row.public_id}/"
    assert read(api.patch(path, {"active": False})) == made | {"active": False}
    assert read(api.put(path, {"days": 7})) == made | {"days": 7}
    assert read(api.get("reminder_rules")) == [made | {"days": 7}]
    assert api.delete(path).status_code == 204


def test_rules_are_of_a_day_each(api: Door, business: Business) -> None:
    ReminderRuleFactory(business=business, days=7)
    with unchanged():
        taken = read(api.post("reminder_rules/", {"days": 7}), 400)
        far = read(api.post("reminder_rules/", {"days": 731}), 400)
    message = "There is a reminder on this day."
    assert taken == refusal(400, "invalid", message, {"": [message]})
    assert far == wrong("days", "Ensure this value is less than or equal to 730.")
