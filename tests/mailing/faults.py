"""The fault matrix: what goes wrong at which point, and what must become of the mail."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.test import override_settings
from django.utils import timezone

from invoices import delivering, mail_decisions
from invoices.models import Delivery, DocumentFile, Invoice
from invoices.sweeping import sweep
from tests.factories import actor, an_issued_invoice
from tests.mailing.catcher import POINTS, Catcher, at
from tests.mailing.mails import a_delivery

_KNOWN_FAILURE = {
    "450 later": "queued",
    "421 closing": "queued",
    "drop": "queued",
    "hang": "queued",
    "slow": "sent",
}


@dataclass(frozen=True)
class Case:
    """A fault at a point; the state after it, and at the end when it is over."""

    point: str
    action: str
    state: str

    @property
    def name(self) -> str:
        return f"{self.point}: {self.action}"

    @property
    def end(self) -> str:
        """Given back and tried again without the fault; a person asked where not."""
        return "sent" if self.state == "queued" else self.state


def cases() -> list[Case]:
    """All of them."""
    found = [Case("connect", "refused", "queued")]
    for point in POINTS:
        for action, state in _KNOWN_FAILURE.items():
            if point in ("content", "answer") and action in ("drop", "hang"):
                state = "uncertain"  # noqa: PLW2901
            if point != "content" or not action[0].isdigit():
                found.append(Case(point, action, state))
    # What is refused at the door is about us, not about the mail.
    found += [Case(point, "554 not you", "queued") for point in ("banner", "ehlo")]
    refusing = ("mail", "rcpt", "data", "answer")
    found += [Case(point, "550 never", "failed") for point in refusing]
    found += [
        Case("answer", "take+drop", "uncertain"),
        Case("answer", "nonsense", "uncertain"),
        Case("mail", "nonsense", "queued"),
        Case("tls", "not offered", "queued"),
        Case("starttls", "454 no", "queued"),
        Case("starttls", "drop", "queued"),
    ]
    return found


def mail_settings(port: int, **more: Any) -> Any:
    """Django's settings for a server that is given little time."""
    values = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": 0.6,
        "MAIL_ANSWER_SECONDS": 0.6,
    }
    return override_settings(**(values | more))


def with_paper(business: Any) -> Invoice:
    """An issued document whose paper is stored, so that no time goes into printing."""
    invoice = an_issued_invoice(business)
    DocumentFile.holding(
        b"%PDF-1.7\r\n.\r\n..\r\n",
        business_id=business.pk,
        invoice_id=invoice.pk,
        partner_id=invoice.partner_id,
        kind="pdf",
        name="paper.pdf",
    ).save()
    return invoice


def again(delivery: Delivery) -> Delivery:
    """The row as it is now."""
    return Delivery.objects.for_business(delivery.business_id).get(pk=delivery.pk)


def due_now(delivery: Delivery) -> None:
    """As if its pause were over."""
    rows = Delivery.objects.for_business(delivery.business_id).filter(pk=delivery.pk)
    rows.update(try_after=timezone.now() - datetime.timedelta(minutes=2))


def long_ago(delivery: Delivery) -> None:
    """As if nothing had happened to it for longer than a claim holds."""
    rows = Delivery.objects.for_business(delivery.business_id).filter(pk=delivery.pk)
    rows.update(changed_at=timezone.now() - 2 * delivering.LOST_AFTER)


@dataclass
class Result:
    """What a case came to."""

    after: str
    end: str
    taken: int
    lost: bool


def play(case: Case, business: Any) -> Result:
    """One delivery through one fault, then the worker again with the fault gone."""
    delivery = a_delivery(business, with_paper(business))
    tls = case.point in ("tls", "starttls")
    with Catcher(at(case.point, case.action), tls=case.point == "starttls") as catcher:
        port = 1 if case.point == "connect" else catcher.port
        with mail_settings(port, EMAIL_USE_TLS=tls):
            delivering.work_off(business.pk, delivery.pk)
    after = again(delivery).state
    taken = len(catcher.taken)
    with Catcher() as healthy, mail_settings(healthy.port):
        due_now(delivery)
        sweep(timezone.now())
        delivering.work_off(business.pk, delivery.pk)
        delivering.work_off(business.pk, delivery.pk)
    taken += len(healthy.taken)
    row = again(delivery)
    known = bool(row.error) if row.state in ("failed", "uncertain") else True
    lost = not taken and not (row.state in ("failed", "uncertain") and known)
    return Result(after, row.state, taken, lost)


def decided(delivery: Delivery, *, arrived: bool) -> Delivery:
    """A person's answer about an uncertain mail."""
    return mail_decisions.settle_uncertain(
        again(delivery), arrived, by=actor(delivery.business), now=timezone.now()
    )
