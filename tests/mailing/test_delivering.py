"""A delivery's way: claimed, offered, concluded, each with its event and its job."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import delivering, mail_decisions
from invoices.exceptions import WrongDeliveryState
from invoices.mailing.message import envelope_of
from invoices.models import Delivery, DocumentFile, Invoice
from invoices.sweeping import sweep
from partners.exceptions import NotAllowed
from tests.books import history, refused
from tests.factories import actor, an_issued_invoice
from tests.mailing.catcher import Catcher, Session, at
from tests.mailing.faults import again, due_now, long_ago, mail_settings, with_paper
from tests.mailing.mails import a_delivery, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(business) -> Delivery:
    return a_delivery(business, with_paper(business))


def work(delivery: Delivery, catcher: Catcher) -> Delivery:
    with mail_settings(catcher.port):
        delivering.work_off(delivery.business_id, delivery.pk)
    return again(delivery)


def about_mail(delivery: Delivery) -> list[tuple[str, dict]]:
    """The events of the mail, without what each of them says alike."""
    same = {"delivery": delivery.public_id, "recipient": delivery.recipient}
    return [
        (verb, {name: value for name, value in facts.items() if name not in same})
        for verb, facts in history(delivery.invoice)
        if verb.startswith("delivery.") or verb == "invoice.sent"
    ]


def mail_jobs(delivery: Delivery) -> list[datetime.datetime | None]:
    """When the delivery's waiting jobs are due."""
    jobs = ProcrastinateJob.objects.filter(
        task_name="invoices.deliver",
        args__delivery_id=delivery.pk,
        args__business_id=delivery.business_id,
    )
    return [job.scheduled_at for job in jobs]


def test_a_taken_mail_is_sent_and_so_is_its_document(delivery):
    with Catcher() as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.answer, row.error, row.attempts) == (
        "sent",
        "250 taken",
        "",
        1,
    )
    assert about_mail(delivery) == [
        ("delivery.sent", {"answer": "250 taken"}),
        ("invoice.sent", {}),
    ]
    sent = Invoice.objects.for_business(delivery.business_id).get(deliveries=row)
    assert sent.sent_at == row.changed_at
    assert catcher.recipients == [["buyer@example.com"]]
    [paper] = read(catcher.taken[0]).iter_attachments()
    assert paper.get_content() == b"%PDF-1.7\r\n.\r\n..\r\n"


def test_a_reminder_does_not_make_its_document_sent(business):
    delivery = a_delivery(business, with_paper(business), purpose="reminder")
    with Catcher() as catcher:
        assert work(delivery, catcher).state == "sent"
    assert [verb for verb, _ in about_mail(delivery)] == ["delivery.sent"]
    assert again(delivery).invoice.sent_at is None


def test_a_refused_copy_is_noted_and_does_not_stop_the_mail(business):
    delivery = a_delivery(
        business, with_paper(business), copies=["bad@example.com", "good@example.com"]
    )

    def script(point: str, session: Session) -> str:
        bad = point == "rcpt" and session.recipients[-1] == "bad@example.com"
        return "550 unknown" if bad else "ok"

    with Catcher(script) as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.error) == (
        "sent",
        "Copies not taken: bad@example.com: 550 unknown",
    )
    assert about_mail(delivery)[0] == (
        "delivery.sent",
        {"answer": "250 taken", "refused_copies": ["bad@example.com: 550 unknown"]},
    )


def test_a_temporary_failure_is_tried_again_later_and_later_until_the_last(
    delivery, settings
):
    settings.MAIL_RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)
    pauses = []
    with Catcher(at("rcpt", "450 later")) as catcher:
        while (row := work(delivery, catcher)).state == "queued":
            pauses.append(round((row.try_after - row.changed_at).total_seconds() / 60))
            assert row.try_after in mail_jobs(delivery)
            assert work(delivery, catcher).attempts == row.attempts
            due_now(delivery)
    assert pauses == [1, 5, 15, 60, 180, 360, 720]
    assert (row.state, row.error, row.attempts) == ("failed", "450 later", 8)
    verbs = [verb for verb, _ in about_mail(delivery)]
    assert verbs == ["delivery.delayed"] * 7 + ["delivery.failed"]


def test_a_permanent_failure_names_the_server_s_reason_and_a_person_may_retry(
    delivery, owner
):
    with Catcher(at("rcpt", "550 5.1.1 no such user")) as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.error) == ("failed", "550 5.1.1 no such user")
    assert about_mail(delivery) == [
        ("delivery.failed", {"reason": "550 5.1.1 no such user"})
    ]
    mail_decisions.retry(row, by=owner, now=timezone.now())
    assert (row.state, row.attempts, mail_jobs(row)) == ("queued", 0, [None])
    with Catcher() as catcher:
        assert work(row, catcher).state == "sent"


def test_an_uncertain_mail_is_never_tried_again_by_itself(delivery, owner):
    with Catcher(at("answer", "take+drop")) as catcher:
        assert work(delivery, catcher).state == "uncertain"
    long_ago(delivery)
    sweep(timezone.now())
    with Catcher() as healthy:
        assert work(delivery, healthy).state == "uncertain"
        assert healthy.taken == []
        row = again(delivery)
        mail_decisions.settle_uncertain(row, False, by=owner, now=timezone.now())
        assert work(delivery, healthy).state == "sent"


def test_decisions_are_refused_in_other_states_and_to_who_may_not(business, delivery):
    now, clerk = timezone.now(), actor(business, "clerk")
    with refused(WrongDeliveryState):
        mail_decisions.retry(delivery, by=clerk, now=now)
    with refused(WrongDeliveryState):
        mail_decisions.settle_uncertain(delivery, True, by=clerk, now=now)
    viewer, stranger = (
        actor(business, "viewer"),
        actor(
            type(business).objects.create(slug="other", name="Other", currency="EUR")
        ),
    )
    with refused(NotAllowed):
        mail_decisions.withdraw(delivery, by=viewer, now=now)
    with refused(NotAllowed):
        mail_decisions.withdraw(delivery, by=stranger, now=now)
    mail_decisions.withdraw(delivery, by=clerk, now=now)
    with Catcher() as catcher:
        assert work(delivery, catcher).state == "withdrawn"
    assert catcher.taken == []


def test_a_document_voided_while_its_mail_was_made_is_not_mailed(
    delivery, owner, monkeypatch
):
    def slow(*args, **named):
        envelope = envelope_of(*args, **named)
        invoice = Invoice.objects.get(pk=delivery.invoice_id)
        invoice.void(by=owner, reason="wrong", now=timezone.now())
        return envelope

    monkeypatch.setattr("invoices.delivering.envelope_of", slow)
    with Catcher() as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.error) == ("withdrawn", "The document is void by now.")
    assert catcher.taken == []


def test_a_mail_about_a_document_voided_meanwhile_is_withdrawn(delivery, owner):
    delivery.invoice.void(by=owner, reason="wrong", now=timezone.now())
    with Catcher() as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.error, catcher.taken) == (
        "withdrawn",
        "The document is void by now.",
        [],
    )


@pytest.mark.parametrize("deed", ["dispute", "hold"])
def test_a_reminder_of_what_is_disputed_or_held_meanwhile_is_withdrawn(
    business, owner, deed
):
    delivery = a_delivery(business, with_paper(business), purpose="reminder")
    getattr(delivery.invoice, deed)("Not ours", by=owner, now=timezone.now())
    with Catcher() as catcher:
        assert work(delivery, catcher).state == "withdrawn"


def test_what_cannot_be_made_fails_with_its_reason_and_does_not_loop(business):
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
    delivery = a_delivery(business, invoice, file=broken)
    with Catcher() as catcher:
        row = work(delivery, catcher)
    assert (row.state, row.error) == (
        "failed",
        "R.pdf is not what was stored: its hash differs.",
    )


def test_a_fault_of_ours_is_tried_again_a_few_times_and_then_failed(
    delivery, monkeypatch, settings
):
    settings.MAIL_RETRY_MINUTES = (1,)
    monkeypatch.setattr(delivering, "envelope_of", lambda *a, **k: 1 / 0)
    with Catcher() as catcher:
        assert work(delivery, catcher).state == "queued"
        due_now(delivery)
        row = work(delivery, catcher)
    assert (row.state, row.error) == ("failed", "Our side failed: ZeroDivisionError.")


def test_the_sweep_gives_back_asks_and_queues_what_has_no_job(business, delivery):
    rows = Delivery.objects.for_business(business)
    claimed, offered, waiting, fresh = (
        a_delivery(business, delivery.invoice, state=state)
        for state in ("claimed", "offered", "queued", "claimed")
    )
    rows.update(attempts=1)
    for row in (claimed, offered):
        long_ago(row)
    due_now(waiting)
    due_now(delivery)
    swept = sweep(timezone.now())
    assert (swept.given_back, swept.asked_about, swept.queued) == (1, 1, 2)
    states = [again(row).state for row in (claimed, offered, waiting, fresh)]
    assert states == ["queued", "uncertain", "queued", "claimed"]
    assert again(claimed).try_after <= timezone.now()
    assert [len(mail_jobs(row)) for row in (claimed, waiting, delivery)] == [1, 1, 1]
    swept = sweep(timezone.now())
    assert (swept.given_back, swept.asked_about, swept.queued) == (0, 0, 0)


def test_a_mail_that_kills_its_worker_each_time_fails_in_the_end(delivery, settings):
    attempts = len(settings.MAIL_RETRY_MINUTES) + 1
    rows = Delivery.objects.for_business(delivery.business_id)
    rows.update(state="claimed", attempts=attempts)
    long_ago(delivery)
    sweep(timezone.now())
    assert again(delivery).state == "failed"


def test_other_backends_of_django_take_the_same_mail(delivery):
    delivering.work_off(delivery.business_id, delivery.pk)
    assert again(delivery).state == "sent"
    [taken] = mail.outbox
    assert taken.recipients() == ["buyer@example.com"]
    assert taken.message()["Message-ID"].startswith(f"<{delivery.public_id}.")


def test_mails_are_written_to_a_folder_when_no_server_is_named(
    delivery, settings, tmp_path
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    delivering.work_off(delivery.business_id, delivery.pk)
    [file] = tmp_path.iterdir()
    assert b"Message-ID: <" + delivery.public_id.encode() in file.read_bytes()
    assert again(delivery).answer == "filebased"


def test_a_statement_is_mailed_without_a_document(business):
    invoice = with_paper(business)
    statement = DocumentFile.holding(
        b"%PDF-s",
        business_id=business.pk,
        partner_id=invoice.partner_id,
        kind="statement",
        name="Statement.pdf",
    )
    statement.save()
    delivery = a_delivery(
        business,
        invoice,
        invoice_id=None,
        link=None,
        file=statement,
        purpose="statement",
    )
    with Catcher() as catcher:
        assert work(delivery, catcher).state == "sent"
    assert [verb for verb, _ in history(delivery.partner)] == ["delivery.sent"]
    names = [part.get_filename() for part in read(catcher.taken[0]).iter_attachments()]
    assert names == ["Statement.pdf"]


def test_a_drip_that_never_ends_is_cut_off(delivery, settings):
    def drip(point: str, session: Session) -> str:
        return "hang" if point == "rcpt" else "ok"

    with (
        Catcher(drip) as catcher,
        mail_settings(catcher.port, EMAIL_TIMEOUT=30, MAIL_MOST_SECONDS=0.5),
    ):
        delivering.work_off(delivery.business_id, delivery.pk)
    assert again(delivery).state == "queued"
