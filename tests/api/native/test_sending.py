"""Sending documents, their mails, papers, timeline and link, and objections."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest

from invoices import send_runs
from invoices.models import CustomerLink, Delivery, DocumentFile, Invoice, SendRun
from partners.models import Business, Partner
from tests.api.native.door import (
    UNSENT,
    Door,
    ids,
    links,
    read,
    reference,
    refusal,
    unchanged,
    wrong,
)
from tests.factories import (
    NOW,
    DeliveryFactory,
    DocumentFileFactory,
    a_draft,
    a_key,
    an_issued_invoice,
)

FOREVER = NOW.date().replace(year=2199)
STALE = refusal(
    412, "stale_document", "Someone else changed the document; read it again."
)


@pytest.fixture
def buyer(customer: Partner) -> Partner:
    """Susan, who can be written to."""
    customer.email = "susan@example.com"
    customer.save()
    return customer


@pytest.fixture
def draft(business: Business, buyer: Partner) -> Invoice:
    """A draft for her, due when none of us lives."""
    return a_draft(business, partner=buyer, due_date=FOREVER)


@pytest.fixture
def issued(business: Business, buyer: Partner) -> Invoice:
    """An invoice to her."""
    return an_issued_invoice(business, partner=buyer, number="F-1", due_date=FOREVER)


def mail(delivery: Delivery, **changes: Any) -> dict[str, Any]:
    """A delivery that was just queued, as it is shown."""
    delivery.refresh_from_db()
    moments = ("try_after", "changed_at", "created_at")
    return {
        "id": delivery.public_id,
        "invoice": reference(delivery.invoice),
        "partner": reference(delivery.partner),
        "purpose": "document",
        "key": "first",
        "recipient": "susan@example.com",
        "copies": [],
        "language": "en",
        "subject": delivery.subject,
        "with_ubl": False,
        "state": "queued",
        "attempts": 0,
        **{name: shown(getattr(delivery, name)) for name in moments},
        "error": "",
        "answer": "",
        "bounced_at": None,
        "bounce": "",
        "who": delivery.actor,
        "body": delivery.body,
    } | changes


def shown(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


@pytest.mark.parametrize("slash", ["", "/"])
def test_sending_a_draft_issues_it_and_queues_a_mail(
    api: Door, draft: Invoice, slash: str
) -> None:
    path = f"invoices/{draft.public_id}"
    response = api.post(f"{path}/send{slash}")
    [delivery] = Delivery.objects.all()
    assert read(response, 202) == [mail(delivery)]
    assert response["ETag"] == '"2"'
    assert "INV-2026-00001" in delivery.subject
    document = read(api.get(path))
    assert (document["status"], document["invoice_no"]) == ("Sent", "INV-2026-00001")


def test_sending_once_more_sends_nothing_and_answers_the_same(
    api: Door, draft: Invoice
) -> None:
    path = f"invoices/{draft.public_id}/send/"
    first = read(api.post(path), 202)
    with unchanged():
        assert read(api.post(path)) == first
    again = read(api.post(path, {"key": "by post"}), 202)
    assert [row["key"] for row in again] == ["by post"]
    assert Delivery.objects.count() == 2


def test_what_a_run_has_sent_is_not_sent_again_without_a_key(
    api: Door, business: Business, draft: Invoice
) -> None:
    asked = {"invoices": [reference(draft)], "key": str(uuid.uuid4())}
    run = read(api.post("send_runs/", asked), 202)
    send_runs.work(business.pk, SendRun.objects.get().pk)
    path = f"invoices/{draft.public_id}/send/"
    with unchanged():
        [mail] = read(api.post(path))
    assert mail["key"] == f"run-{run['key']}"
    with unchanged():
        other = api.post(path, {"recipients": ["other@example.com"]})
    message = (
        "It was sent to others on this occasion; name another key to send it again."
    )
    fields = {"recipients": [message]}
    assert read(other, 409) == refusal(409, "key_used", message, fields)


def test_a_letter_says_to_whom_and_in_which_words(api: Door, issued: Invoice) -> None:
    letter = {
        "recipients": ["a@example.com", "b@example.com", "a@example.com"],
        "copies": ["c@example.com"],
        "subject": "Number {{ number }}",
        "body": "Please pay.",
    }
    sent = read(api.post(f"invoices/{issued.public_id}/send/", letter), 202)
    words = {"subject": "Number F-1", "body": "Please pay."}
    expected = [
        mail(row, recipient=row.recipient, **words)
        for row in Delivery.objects.order_by("id")
    ]
    # A copy of the first is enough.
    expected[0]["copies"] = ["c@example.com"]
    assert sent == expected
    assert [row["recipient"] for row in sent] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("letter", "field", "message"),
    [
        ({"recipients": ["nowhere"]}, "recipients", "'nowhere' is no e-mail address."),
        ({"copies": ["a@b"]}, "copies", "'a@b' is no e-mail address."),
        (
            {"recipients": ["a@example.com"] * 21},
            "recipients",
            "21 addresses; at most 20 at a time.",
        ),
        (
            {"subject": "one\r\nBcc: x@example.com"},
            "subject",
            "One line of at most 200 characters.",
        ),
        (
            {"recipients": "a@example.com"},
            "recipients",
            'Expected a list of items but got type "str".',
        ),
        ({"body": 7}, "body", "Not a valid string."),
    ],
)
def test_what_cannot_be_mailed_is_told_at_its_field(
    api: Door, draft: Invoice, letter: Any, field: str, message: str
) -> None:
    with unchanged():
        refused = read(api.post(f"invoices/{draft.public_id}/send/", letter), 400)
    assert refused["apierror"]["fields"] == {field: [message]}
    assert refused["apierror"]["code"] == "invalid"


def test_who_has_no_address_must_be_named(api: Door, business: Business) -> None:
    partner_less = a_draft(business)
    partner = partner_less.partner
    partner.email = ""
    partner.save()
    with unchanged():
        refused = read(api.post(f"invoices/{partner_less.public_id}/send/"), 409)
    message = f"{partner} has no e-mail address: fill it in, or name a recipient."
    fields = {"recipients": [message]}
    assert refused == refusal(409, "no_recipient", message, fields)


def test_only_the_version_that_was_seen_is_sent(api: Door, draft: Invoice) -> None:
    old = {"If-Match": '"7"'}
    with unchanged():
        path = f"invoices/{draft.public_id}/send/"
        assert read(api.post(path, headers=old), 412) == STALE
    seen = {"If-Match": '"1"'}
    assert api.post(path, headers=seen).status_code == 202


def test_a_void_document_is_not_sent(api: Door, issued: Invoice) -> None:
    api.post(f"invoices/{issued.public_id}/void/")
    with unchanged():
        refused = read(api.post(f"invoices/{issued.public_id}/send/"), 409)
    assert refused == refusal(409, "not_issued", "F-1 is void, not issued.")


@pytest.mark.parametrize(
    ("kind", "media"), [("pdf", "application/pdf"), ("ubl", "application/xml")]
)
def test_a_paper_comes_as_it_is_kept(
    api: Door, issued: Invoice, kind: str, media: str
) -> None:
    file = DocumentFileFactory(
        invoice=issued, kind=kind, name="Ä 1.x", content=b"the paper"
    )
    if kind == "ubl":
        DocumentFileFactory(invoice=issued, kind="pdf")
    path = f"invoices/{issued.public_id}/{kind}/"
    for accept in ("*/*", media, "application/json"):
        response = api.send("GET", path, headers={"Accept": accept})
        assert (response.status_code, response.content) == (200, b"the paper")
        assert response["Content-Type"] == media
    response = api.get(path)
    assert response["ETag"] == f'"{hashlib.sha256(b"the paper").hexdigest()}"'
    assert response["ETag"] == f'"{file.sha256}"'
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C3%84%201.x"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"


def test_who_has_the_paper_is_not_sent_it_again(api: Door, issued: Invoice) -> None:
    file = DocumentFileFactory(invoice=issued)
    path = f"invoices/{issued.public_id}/pdf/"
    for tag in (f'"{file.sha256}"', f'W/"{file.sha256}"', f'"x", "{file.sha256}"', "*"):
        response = api.send("GET", path, headers={"If-None-Match": tag})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == f'"{file.sha256}"'
    other = api.send("GET", path, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200
    head = api.send("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(file.size)


def test_the_pdf_is_made_where_nobody_made_it_yet(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}/pdf/"
    first = api.get(path).content
    assert first.startswith(b"%PDF-1.7")
    assert api.get(path).content == first
    assert DocumentFile.objects.filter(kind="pdf").count() == 1


def test_a_draft_has_no_paper(api: Door, draft: Invoice) -> None:
    for kind in ("pdf", "ubl"):
        with unchanged():
            refused = read(api.get(f"invoices/{draft.public_id}/{kind}/"), 409)
        assert refused["apierror"]["code"] == "not_issued"


def test_what_is_no_einvoice_says_why(api: Door, issued: Invoice) -> None:
    problem = {"rule": "BR-06", "message": "The seller has no name."}
    DocumentFileFactory(invoice=issued, problems=[problem])
    refused = read(api.get(f"invoices/{issued.public_id}/ubl/"), 409)
    message = "It cannot be an e-invoice. The seller has no name."
    assert refused == refusal(409, "no_einvoice", message)


def test_the_timeline_tells_events_and_mails(api: Door, draft: Invoice) -> None:
    path = f"invoices/{draft.public_id}"
    api.post(f"{path}/send/")
    [delivery] = Delivery.objects.all()
    told = read(api.get(f"{path}/timeline/"))
    assert [(entry["kind"], entry["verb"]) for entry in told] == [
        ("event", "invoice.drafted"),
        ("event", "invoice.issued"),
        ("delivery", "document"),
        ("event", "document.queued"),
    ]
    queued = mail(delivery)
    del queued["body"]
    assert told[2] == {
        "at": queued["created_at"],
        "kind": "delivery",
        "verb": "document",
        "who": delivery.actor,
        "facts": {},
        "delivery": queued,
    }
    assert told[3]["facts"] == {"recipients": ["susan@example.com"]}
    assert told[3]["delivery"] is None


def test_payments_in_the_timeline_go_by_their_public_ids(
    api: Door, issued: Invoice, bank: Any
) -> None:
    path = f"invoices/{issued.public_id}"
    payment = {
        "date": "2026-03-10",
        "currency_rate": 1,
        "amount": 1,
        "payment_account": reference(bank),
    }
    paid = read(api.post(f"{path}/inc_payments/", payment), 201)
    last = read(api.get(f"{path}/timeline/"))[-1]
    assert last["verb"] == "invoice.payment_applied"
    assert last["facts"]["payment"] == paid["id"]


def test_the_link_is_given_out_kept_and_closed(
    api: Door, issued: Invoice, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://books.example"
    path = f"invoices/{issued.public_id}/link/"
    given = read(api.get(path))
    [link] = CustomerLink.objects.all()
    assert given == {
        "url": f"https://books.example{link.path()}",
        "expires_at": shown(link.expires_at),
    }
    assert read(api.get(path)) == given
    assert api.delete(path).status_code == 204
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert read(api.get(path))["url"] != given["url"]


def test_a_draft_has_no_link(api: Door, draft: Invoice) -> None:
    with unchanged():
        refused = read(api.get(f"invoices/{draft.public_id}/link/"), 409)
    assert refused["apierror"]["code"] == "not_issued"


def test_who_may_only_look_gets_no_link(business: Business, issued: Invoice) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    with unchanged():
        refused = read(viewer.get(f"invoices/{issued.public_id}/link/"), 403)
    assert refused["apierror"]["code"] == "not_allowed"


def test_an_objection_is_noted_and_settled(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}"
    before = read(api.get(path))
    disputed = read(api.post(f"{path}/dispute/", {"reason": " Too late "}))
    issued.refresh_from_db()
    moment = disputed["disputed_at"]
    assert moment.endswith("Z")
    noted = {"disputed_at": moment, "dispute": "Too late"}
    assert disputed == before | noted
    assert read(api.post(f"{path}/settle_dispute/")) == before
    with unchanged():
        refused = read(api.post(f"{path}/settle_dispute/"), 409)
    assert refused == refusal(409, "not_disputed", "F-1 is not disputed.")
    with unchanged():
        refused = read(api.post(f"{path}/dispute/", {}), 400)
    assert refused == wrong("reason", "This field is required.")


def test_it_is_held_back_and_released(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}"
    before = read(api.get(path))
    held = read(api.post(f"{path}/hold/", {"reason": "On Friday"}))
    assert held == before | {"held_at": held["held_at"]}
    assert held["held_at"] is not None
    assert read(api.post(f"{path}/release/")) == before
    assert before | UNSENT == before
    with unchanged():
        refused = read(api.post(f"{path}/release/"), 409)
    assert refused == refusal(409, "not_held", "F-1 is not held back.")


def test_a_reminder_by_hand_goes_out_once_a_day(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}/remind/"
    first = read(api.post(path), 202)
    assert [row["purpose"] for row in first] == ["reminder"]
    with unchanged():
        assert read(api.post(path)) == first


def test_what_is_disputed_is_not_reminded(api: Door, issued: Invoice) -> None:
    path = f"invoices/{issued.public_id}"
    api.post(f"{path}/dispute/", {"reason": "No"})
    with unchanged():
        refused = read(api.post(f"{path}/remind/"), 409)
    assert refused["apierror"]["code"] == "conflict"


def test_mails_are_listed_filtered_and_paged(
    api: Door, business: Business, issued: Invoice
) -> None:
    rows = [DeliveryFactory(invoice=issued, state=s) for s in ("queued", "failed")]
    other = DeliveryFactory(
        invoice=an_issued_invoice(business), changed_at=NOW.replace(year=2027)
    )
    first, second, third = (row.public_id for row in [*rows, other])
    assert ids(api.get("deliveries")) == [first, second, third]
    assert ids(api.get("deliveries", state="failed")) == [second]
    assert ids(api.get("deliveries", invoice=issued.public_id)) == [first, second]
    assert ids(api.get("deliveries", since="2027-01-01")) == [third]
    assert ids(api.get("deliveries", since="2027-03-10T00:00:00Z")) == [third]
    assert ids(api.get(f"invoices/{issued.public_id}/deliveries/")) == [first, second]
    page = api.get("deliveries", per_page=2)
    assert ids(page) == [first, second]
    assert ids(api.get(links(page)["next"])) == [third]
    refused = read(api.get("deliveries", since="yesterday"), 400)
    message = "Use a day as 2026-03-10 or a moment as 2026-03-10T12:00:00Z."
    assert refused == wrong("since", message)


def test_who_may_only_look_reads_no_secret_in_a_mail(
    api: Door, business: Business, draft: Invoice
) -> None:
    letter = {"subject": "See {{ link }}", "body": "At\n{{ link }}\nas agreed."}
    [sent] = read(api.post(f"invoices/{draft.public_id}/send/", letter), 202)
    viewer = Door(business, a_key(business, role="viewer"))
    token = CustomerLink.objects.get().token
    assert token in sent["body"]
    one = f"deliveries/{sent['id']}/"
    assert read(api.get(one)) == sent
    for path in (one, "deliveries/", f"invoices/{draft.public_id}/timeline/"):
        assert token not in viewer.get(path).content.decode()
    veiled = {name: sent[name].replace(token, "…") for name in ("subject", "body")}
    assert read(viewer.get(one)) == sent | veiled


def test_lists_leave_the_words_out(api: Door, issued: Invoice) -> None:
    delivery = DeliveryFactory(invoice=issued)
    [listed] = read(api.get("deliveries"))
    whole = read(api.get(f"deliveries/{delivery.public_id}"))
    assert whole == listed | {"body": "Dear customer"}


def test_a_person_decides_about_a_mail(api: Door, issued: Invoice) -> None:
    states = ("failed", "uncertain", "uncertain", "queued")
    failed, lost, came, waiting = (
        DeliveryFactory(invoice=issued, state=state) for state in states
    )

    def done(row: Delivery, verb: str, body: Any = None) -> str:
        return str(read(api.post(f"deliveries/{row.public_id}/{verb}/", body))["state"])

    assert done(failed, "retry") == "queued"
    assert done(lost, "settle", {"arrived": False}) == "queued"
    assert done(came, "settle", {"arrived": True}) == "sent"
    assert done(waiting, "withdraw") == "withdrawn"
    with unchanged():
        again = api.post(f"deliveries/{waiting.public_id}/withdraw/")
    message = "The mail to buyer@example.com is withdrawn, not queued."
    assert read(again, 409) == refusal(409, "wrong_delivery_state", message)
    with unchanged():
        unsaid = read(api.post(f"deliveries/{lost.public_id}/settle/", {}), 400)
    assert unsaid == wrong("arrived", "This field is required.")
