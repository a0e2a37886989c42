"""From a delivery to the bytes of its mail."""

from __future__ import annotations

import datetime
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from invoices import files, links
from invoices.exceptions import DamagedFile, MailTooLarge, NoEInvoice
from invoices.mailing import headers, html
from invoices.mailing.defaults import label
from invoices.mailing.headers import ascii_address
from invoices.mailing.outcomes import Envelope
from invoices.models import Delivery, DocumentFile, DocumentSettings
from invoices.models.delivery import GIVEN_UP
from invoices.models.mail_template import Purpose
from partners import public_ids

# Seven bits pass every server, whatever it says it can take.
_POLICY = SMTP.clone(cte_type="7bit", utf8=False)
_MESSAGE_ID = re.compile(r"<?([0-9a-f]{9,15})\.([0-9a-f]{9,15})@[^@<>\s]+>?")


def envelope_of(delivery: Delivery, *, now: datetime.datetime) -> Envelope:
    """The mail of a delivery, ready for a server.

    Prints the document's paper if nobody did yet. Raises BookError where there is no
    such mail: NotIssued, DamagedFile, MailTooLarge.
    """
    papers = DocumentSettings.of(delivery.business_id)
    head = _headers(delivery, papers, now).encode("ascii")
    content = head + _content(delivery).as_bytes()
    if len(content) > settings.MAIL_MAX_BYTES:
        raise MailTooLarge(
            f"The mail has {len(content):,} bytes; at most "
            f"{settings.MAIL_MAX_BYTES:,} are mailed. Send the link alone, or raise "
            "MAIL_MAX_BYTES."
        )
    own = delivery.recipient.casefold()
    copies = [copy for copy in delivery.copies if copy.casefold() != own]
    copies += _archive(delivery, papers.copy_to)
    return Envelope(
        sender=ascii_address(_own_address()),
        recipient=ascii_address(delivery.recipient),
        copies=tuple(ascii_address(copy) for copy in copies),
        content=content,
    )


def _archive(delivery: Delivery, address: str) -> list[str]:
    """Where the business keeps its mails, if this one is to go there.

    One mail of each occasion is enough: the first that was not given up. Nobody gets
    two who is written to anyway.
    """
    if not address:
        return []
    mails = Delivery.objects.for_business(delivery.business_id).filter(
        invoice=delivery.invoice_id,
        partner=delivery.partner_id,
        purpose=delivery.purpose,
        attempt_key=delivery.attempt_key,
    )
    wanted = mails.exclude(pk__lt=delivery.pk, state__in=GIVEN_UP).order_by("pk")
    rows = list(wanted.values_list("pk", "recipient", "copies"))
    written = {one.casefold() for _, to, copies in rows for one in (to, *copies)}
    first = rows[0][0] == delivery.pk
    return [address] if first and address.casefold() not in written else []


def _content(delivery: Delivery) -> EmailMessage:
    """The mail's two texts and its attachments."""
    message = EmailMessage(_POLICY)
    link = links.address(delivery.link) if delivery.link_id and delivery.link else ""
    message.set_content(delivery.body + "\n")
    page = html.page(
        delivery.subject,
        delivery.body,
        language=delivery.language,
        link=link,
        button=label("button", delivery.language),
    )
    message.add_alternative(page, subtype="html")
    for file in _attachments(delivery):
        _attach(message, file)
    return message


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that two of them can be told to be one mail."""
    business = public_ids.encode("business", delivery.business_id)
    host = ascii_address(_own_address()).rpartition("@")[2] or "localhost"
    return f"<{delivery.public_id}.{business}@{host}>"


def delivery_of(text: str) -> tuple[int, int] | None:
    """The keys of the business and the delivery that a Message-ID names, or None."""
    found = _MESSAGE_ID.fullmatch(text.strip())
    if not found:
        return None
    business = public_ids.decode("business", found[2])
    delivery = public_ids.decode("delivery", found[1])
    return None if business is None or delivery is None else (business, delivery)


def _headers(
    delivery: Delivery, papers: DocumentSettings, now: datetime.datetime
) -> str:
    business = delivery.business
    lines = [
        headers.mailboxes("From", [(business.name, _own_address())]),
        headers.mailboxes("To", [("", delivery.recipient)]),
    ]
    if delivery.copies:
        lines.append(headers.mailboxes("Cc", [("", copy) for copy in delivery.copies]))
    answers = papers.reply_to or business.email
    if answers:
        lines.append(headers.mailboxes("Reply-To", [(business.name, answers)]))
    lines += [
        headers.text("Subject", delivery.subject),
        headers.text("Date", format_datetime(now)),
        headers.text("Message-ID", message_id(delivery)),
    ]
    if delivery.user_id is None:
        # Nobody pressed a button: absence notes need not answer.
        lines.append(headers.text("Auto-Submitted", "auto-generated"))
    return "".join(lines)


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _attachments(delivery: Delivery) -> list[DocumentFile]:
    found: list[DocumentFile] = []
    if delivery.file_id and delivery.file:
        found.append(delivery.file)
    if delivery.invoice is not None:
        found.append(files.pdf_of(delivery.invoice))
        if delivery.with_ubl and delivery.purpose == Purpose.DOCUMENT:
            found += _ubl(delivery)
    return found


def _ubl(delivery: Delivery) -> list[DocumentFile]:
    assert delivery.invoice is not None  # noqa: S101 - asked by the caller
    try:
        return [files.ubl_of(delivery.invoice)]
    except NoEInvoice:
        # The paper is the invoice; why it is no e-invoice stands with its file.
        return []


def _attach(message: EmailMessage, file: DocumentFile) -> None:
    if not file.intact():
        raise DamagedFile(f"{file.name} is not what was stored: its hash differs.")
    kind, _, subkind = file.media_type.partition("/")
    message.add_attachment(
        bytes(file.content), maintype=kind, subtype=subkind, filename=file.name
    )
