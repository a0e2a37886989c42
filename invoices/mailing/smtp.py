"""The talk with a mail server, one stage after the other (RFC 5321).

Up to the content nothing has been said that the server could take for a mail, and
whatever goes wrong is a known failure. From then on only its answer tells.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from invoices.mailing.outcomes import Envelope, Fate, Outcome
from invoices.mailing.placeholders import one_line

_PATIENCE_WITH_QUIT = 2
_MOST_WORDS = 400
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class _Said(Exception):
    """The server said no."""

    def __init__(self, fate: Fate, reason: str) -> None:
        super().__init__(reason)
        self.fate, self.reason = fate, reason


def talk(
    envelope: Envelope,
    offer: Callable[[], None],
    backend: EmailBackend,
    *,
    answer_seconds: float,
    most_seconds: float,
) -> Outcome:
    """Hand one mail to the server that the backend names; waits for its answer.

    `offer` is called when the server is ready for the content; what it raises ends the
    talk without any content. A refused copy does not stop the mail. The answer to the
    content may take `answer_seconds`, since servers examine it first; the whole talk is
    cut off after `most_seconds`, however slowly the server drips.
    """
    server = _server(backend)
    try:
        with _cut_off(server, most_seconds):
            _greet(server, backend)
            refused = _address(server, envelope)
            _demand(server.docmd("DATA"), (354,))
            offer()
            outcome = _hand_over(server, envelope.content, answer_seconds)
            return replace(outcome, refused_copies=refused)
    except _Said as said:
        return Outcome(said.fate, said.reason)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Fate.TEMPORARY, _told(error))
    finally:
        # Without a word: after DATA, QUIT would be content.
        server.close()


def _server(backend: EmailBackend) -> smtplib.SMTP:
    timeout = backend.timeout or 20
    name = DNS_NAME.get_fqdn()
    if backend.use_ssl:
        return smtplib.SMTP_SSL(
            local_hostname=name, timeout=timeout, context=backend.ssl_context
        )
    return smtplib.SMTP(local_hostname=name, timeout=timeout)


@contextlib.contextmanager
def _cut_off(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    def cut() -> None:
        if server.sock is not None:
            with contextlib.suppress(OSError):
                # Past the TLS layer, which another thread is reading from.
                socket.socket.shutdown(server.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _greet(server: smtplib.SMTP, backend: EmailBackend) -> None:
    """Connect, EHLO, TLS and login.

    A refusal here is about us, not about the mail: it is tried again later, so that
    an expired password fails nobody's mail for good.
    """
    _at_the_door("connection", server.connect(backend.host, backend.port or 0))
    _introduce(server)
    if backend.use_tls:
        if not server.has_extn("starttls"):
            raise _Said(Fate.TEMPORARY, "The server offers no TLS, which is demanded.")
        _at_the_door("STARTTLS", server.starttls(context=backend.ssl_context))
        _introduce(server)
    if backend.username and backend.password:
        server.login(backend.username, backend.password)


def _introduce(server: smtplib.SMTP) -> None:
    answer = server.ehlo()
    if answer[0] // 100 == 5:
        answer = server.helo()
    _at_the_door("EHLO", answer)


def _at_the_door(stage: str, answer: tuple[int, bytes]) -> None:
    if answer[0] // 100 != 2:
        raise _Said(Fate.TEMPORARY, f"{stage}: {_words(answer)}")


def _address(server: smtplib.SMTP, envelope: Envelope) -> tuple[str, ...]:
    """MAIL and RCPT; returns the copies that were refused."""
    size = [f"size={len(envelope.content)}"] if server.has_extn("size") else []
    _demand(server.mail(envelope.sender, size), (250,))
    _demand(server.rcpt(envelope.recipient), (250, 251, 252))
    refused = []
    for copy in envelope.copies:
        answer = server.rcpt(copy)
        if answer[0] == 421:
            raise _Said(Fate.TEMPORARY, _words(answer))
        if answer[0] // 100 != 2:
            refused.append(f"{copy}: {_words(answer)}")
    return tuple(refused)


def _demand(answer: tuple[int, bytes], good: tuple[int, ...]) -> None:
    if answer[0] not in good:
        fate = Fate.PERMANENT if answer[0] // 100 == 5 else Fate.TEMPORARY
        raise _Said(fate, _words(answer))


def _hand_over(server: smtplib.SMTP, content: bytes, patience: float) -> Outcome:
    try:
        server.send(_LEADING_DOT.sub(b"..", content))
        if server.sock is not None:
            server.sock.settimeout(patience)
        server.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Fate.UNCERTAIN, _told(error))
    fates = {2: Fate.TAKEN, 4: Fate.TEMPORARY, 5: Fate.PERMANENT}
    fate = fates.get(answer[0] // 100, Fate.UNCERTAIN)
    _take_leave(server)
    return Outcome(fate, _words(answer))


def _take_leave(server: smtplib.SMTP) -> None:
    """Say QUIT; the mail's fate is known, so nothing here can change it."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(_PATIENCE_WITH_QUIT)
        server.quit()


def _words(answer: tuple[int, bytes]) -> str:
    code, said = answer
    text = one_line(said.decode("utf-8", "replace"))
    return f"{code} {text}".strip()[:_MOST_WORDS]


def _told(error: smtplib.SMTPException | OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        raw = said if isinstance(said, bytes) else str(said).encode()
        return _words((error.smtp_code, raw))
    text = one_line(str(error)) or type(error).__name__
    return f"The connection failed: {text}"[:_MOST_WORDS]
