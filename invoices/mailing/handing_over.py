"""Hands a mail to whatever EMAIL_URL names: a mail server, a folder, the console."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage as Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from invoices.mailing.outcomes import Envelope, Fate, Outcome
from invoices.mailing.smtp import talk


class _Ready(EmailMessage):
    """Bytes that are a mail already, for backends that ask Django's mail for its own."""

    def __init__(self, envelope: Envelope) -> None:
        to = [envelope.recipient, *envelope.copies]
        super().__init__(from_email=envelope.sender, to=to)
        self.content = envelope.content

    def message(self, **_: Any) -> Any:
        """The mail as it is."""
        return message_from_bytes(self.content, _class=Message, policy=policy.SMTP)


def hand_over(envelope: Envelope, offer: Callable[[], None]) -> Outcome:
    """Hand it over and say what became of it; `offer` is called before the content."""
    backend = get_connection()
    if isinstance(backend, EmailBackend):
        return talk(
            envelope,
            offer,
            backend,
            answer_seconds=settings.MAIL_ANSWER_SECONDS,
            most_seconds=settings.MAIL_MOST_SECONDS,
        )
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.TEMPORARY, str(error)[:400])
    offer()
    try:
        taken = backend.send_messages([_Ready(envelope)])
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.UNCERTAIN, str(error)[:400])
    finally:
        backend.close()
    if not taken:
        return Outcome(Fate.TEMPORARY, "It was not taken.")
    return Outcome(Fate.TAKEN, type(backend).__module__.rpartition(".")[2])
