"""Progress, deeds on mails, and a document's own page."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from invoices import send_runs
from invoices.delivering import note
from invoices.models import CustomerLink, Delivery, SendRun, SendRunItem
from tests.books import contents, history
from tests.factories import NOW, a_payment
from tests.pages.cast import Office, member, office, signed_in
from tests.pages.test_drafts import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Office:
    return office()


@pytest.fixture
def clerk(own):
    return signed_in(member(own.business))


def delivery(own: Office, **values: object) -> Delivery:
    """The mail of the issued document, in another state."""
    rows = Delivery.objects.for_business(own.business).filter(pk=own.delivery.pk)
    rows.update(**values)
    return rows.get()


def test_a_run_tells_how_far_it_has_come(own, clerk) -> None:
    url = own.url("send-run", own.run.public_id)

    waiting = clerk.get(url)
    send_runs.work(own.business.pk, own.run.pk)
    working = clerk.get(url)
    send_runs.deliveries(own.run).update(state="sent")
    done = clerk.get(url)

    assert "Sending 0 of 1 drafts · 0 of 0 mails" in texts(waiting)
    assert 'http-equiv="refresh"' in waiting.content.decode()
    assert "Waiting for the mail server 1 of 1 drafts · 0 of 1 mails" in texts(working)
    assert "All sent 1 of 1 drafts · 1 of 1 mails" in texts(done)
    assert 'http-equiv="refresh"' not in done.content.decode()


def test_a_run_that_nobody_works_on_says_so(own, clerk) -> None:
    url = own.url("send-run", own.run.public_id)
    told = "This waits for the mail worker. Tell whoever runs Counterfoil."
    fresh = texts(clerk.get(url))
    earlier = timezone.now() - datetime.timedelta(seconds=16)
    SendRun.objects.for_business(own.business).update(created_at=earlier)
    unissued = texts(clerk.get(url))
    send_runs.work(own.business.pk, own.run.pk)
    unsent = texts(clerk.get(url))
    SendRunItem.objects.for_business(own.business).update(done_at=earlier)
    send_runs.deliveries(own.run).update(changed_at=earlier, try_after=earlier)
    stale = texts(clerk.get(url))
    send_runs.deliveries(own.run).update(try_after=timezone.now())
    tried_later = texts(clerk.get(url))

    pages = (fresh, unissued, unsent, stale, tried_later)
    assert [told in page for page in pages] == [False, True, False, True, False]
    assert "start manage.py run_worker" in unissued


def test_a_finished_run_leads_to_its_documents(own, clerk) -> None:
    url = own.url("send-run", own.run.public_id)
    send_runs.work(own.business.pk, own.run.pk)
    invoice = own.run.items.get().invoice

    html = clerk.get(url).content.decode()

    page = own.url("send-document", invoice.public_id)
    assert f'<a href="{page}">{invoice.number}</a>' in html


def test_the_script_gets_the_changing_part_alone(own, clerk) -> None:
    url = own.url("send-run", own.run.public_id)

    part = clerk.get(f"{url}?part=progress").content.decode()

    assert "<html" not in part
    assert 'max="1" value="0"' in part
    assert "Drafts worked off" in part


def test_what_was_refused_says_why_and_leads_to_another_try(own, clerk) -> None:
    items = SendRunItem.objects.for_business(own.business).filter(run=own.run)
    items.update(state="refused", reason="A tax has no rate on that day.")

    answer = clerk.get(own.url("send-run", own.run.public_id))

    assert "A tax has no rate on that day." in texts(answer)
    again = own.url("send-compose", items.get().invoice.public_id)
    assert again in answer.content.decode()


def test_stopping_leaves_the_rest_and_a_second_stop_says_it_is_over(own, clerk) -> None:
    url = own.url("send-run-stop", own.run.public_id)

    first = clerk.post(url, follow=True)
    before = contents()
    second = clerk.post(url, follow=True)

    assert "Stopped. 1 draft was left as it was." in texts(first)
    assert "The run is over" in texts(second)
    assert contents() == before


def test_a_failed_mail_is_queued_again_from_the_page_it_stands_on(own, clerk) -> None:
    delivery(own, state="failed", error="550 no such box")
    page = own.url("send-document", own.issued.public_id)

    answer = clerk.post(own.url("send-retry", own.delivery.public_id), {"next": page})

    assert answer["Location"] == page
    assert delivery(own, attempts=0).state == "queued"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_a_button_never_leads_to_another_host(own, clerk, elsewhere) -> None:
    url = own.url("send-withdraw", own.delivery.public_id)

    answer = clerk.post(url, {"next": elsewhere})

    assert answer["Location"] == own.url("send-runs")


@pytest.mark.parametrize(("answer", "state"), [("yes", "sent"), ("no", "queued")])
def test_an_uncertain_mail_is_settled_by_a_persons_word(
    own, clerk, answer, state
) -> None:
    delivery(own, state="uncertain")
    url = own.url("send-settle", own.delivery.public_id)
    before = contents()

    clerk.post(url, {"arrived": "perhaps"})
    assert contents() == before
    clerk.post(url, {"arrived": answer})

    assert delivery(own, attempts=0).state == state


def test_a_deed_that_comes_too_late_is_refused_and_changes_nothing(own, clerk) -> None:
    delivery(own, state="sent")
    before = contents()

    for name in ("send-retry", "send-withdraw"):
        answer = clerk.post(own.url(name, own.delivery.public_id), follow=True)
        assert "is sent, not" in texts(answer)

    assert contents() == before


def test_a_document_tells_its_story_in_words(own, clerk) -> None:
    own.issued.dispute("Broken", by=own.issued.customer(), now=NOW)
    failed = delivery(own, state="failed", error="550 no such box")
    note(failed, "failed", by=own.by, reason="550 no such box")
    a_payment(own.business, own.issued, 40, by=own.by)

    told = texts(clerk.get(own.url("send-document", own.issued.public_id)))

    for sentence in (
        "Drafted",
        "Issued",
        "Mail to buyer@example.com was handed over to be sent",
        "Mail to buyer@example.com could not be delivered 550 no such box Try again",
        "Payment USD 40.00 · USD 60.00 still open",
        "The customer says that something is wrong Broken",
        "The customer objects",
    ):
        assert sentence in told
    assert told.count("Mail to buyer@example.com") == 2
    assert told.count("Try again") == 1


def test_dispute_hold_and_links_are_worked_from_the_document(own, clerk) -> None:
    def act(deed: str, **body: str) -> None:
        clerk.post(own.url("send-act", own.issued.public_id, deed), body)
        own.issued.refresh_from_db()

    act("hold")
    assert own.issued.held_at is not None
    act("release")
    assert own.issued.held_at is None
    act("dispute", reason="Wrong size")
    assert own.issued.dispute_reason == "Wrong size"
    act("settle")
    assert own.issued.disputed_at is None
    act("revoke")
    links = CustomerLink.objects.for_business(own.business)
    assert links.filter(invoice=own.issued, revoked_at=None).count() == 0
    act("link")
    assert links.filter(invoice=own.issued, revoked_at=None).count() == 1
    assert [verb for verb, _ in history(own.issued)][-5:] == [
        "invoice.held",
        "invoice.released",
        "invoice.disputed",
        "invoice.dispute_settled",
        "invoice.links_revoked",
    ]


@pytest.mark.parametrize("deed", ["hold", "release", "dispute", "settle", "link"])
def test_a_draft_refuses_what_only_issued_documents_know(own, clerk, deed) -> None:
    before = contents()

    answer = clerk.post(
        own.url("send-act", own.draft.public_id, deed), {"reason": "x"}, follow=True
    )

    assert 'class="message warning"' in answer.content.decode()
    assert contents() == before


def test_the_paper_is_the_stored_file(own, clerk) -> None:
    from invoices.files import pdf_of

    answer = clerk.get(own.url("send-pdf", own.issued.public_id))

    assert b"".join(answer.streaming_content) == bytes(pdf_of(own.issued).content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{own.issued.number}.pdf"'
    )
    assert clerk.get(own.url("send-pdf", own.draft.public_id)).status_code == 409
