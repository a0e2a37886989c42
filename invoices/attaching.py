"""Putting files to documents, and taking them away: row and file together, or neither.

The file is written while the document is locked, and taken away again should the
transaction fail; what is removed leaves the storage only once the row is gone for good.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from invoices.exceptions import StorageFailed
from invoices.file_kinds import kind_of
from invoices.models import Attachment, Event, Invoice
from invoices.models.attachment import storage
from invoices.models.guarded import rows
from partners.access import Actor, Capability
from partners.exceptions import Invalid

MOST_PER_DOCUMENT = 50
_LONGEST_NAME = 120

logger = logging.getLogger(__name__)


def attach(invoice: Invoice, content: bytes, name: str, *, by: Actor) -> Attachment:
    """Put a file to a document, be it a draft or final; its total stays what it is.

    A transaction of its own, which no other may surround: what that undid would leave
    the file behind. Raises Invalid for a file that is empty, too large, of no accepted
    kind or called another one; StorageFailed, StaleDocument, NotAllowed.
    """
    by.require(Capability.DRAFT, invoice.business_id)
    name = _clean(name)
    _check_size(content)
    kind = kind_of(content, name)
    row = Attachment(
        business_id=invoice.business_id,
        invoice_id=invoice.pk,
        name=name,
        content_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by.name,
    )
    try:
        with transaction.atomic(durable=True):
            invoice.lock()
            _check_room(invoice)
            _store(row, content)
            row.save()
            _record(invoice, "attachment.added", row, by)
    except BaseException:
        _discard_all([row.file.name])
        raise
    return row


def detach(attachment: Attachment, *, by: Actor, reason: str = "") -> None:
    """Take a file off its document, for good.

    Of a draft whoever may draft does so; of a final document it is a correction, which
    needs a reason. Raises Invalid, StaleDocument, NotAllowed.
    """
    with transaction.atomic():
        invoice = Invoice(pk=attachment.invoice_id, business_id=attachment.business_id)
        invoice.lock()
        final = not invoice.is_editable
        needs = Capability.CORRECT if final else Capability.DRAFT
        by.require(needs, invoice.business_id)
        if final and not reason:
            raise Invalid(_("Say why the file is removed."), field="reason")
        found = rows(Attachment, invoice.business_id).filter(pk=attachment.pk)
        if not found._raw_delete(found.db):
            raise Invalid(_("The file is no longer there."), field="file")
        _record(invoice, "attachment.removed", attachment, by, reason=reason)
        name = attachment.file.name
        transaction.on_commit(lambda: _discard_all([name]))


def drop_all(invoice: Invoice) -> None:
    """Take all files off a draft that is being deleted, inside that transaction."""
    found = rows(Attachment, invoice.business_id).filter(invoice_id=invoice.pk)
    names = list(found.values_list("file", flat=True))
    if names:
        found._raw_delete(found.db)
        transaction.on_commit(lambda: _discard_all(names))


def _clean(name: str) -> str:
    """The last part of the name, without what could mislead whoever reads it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '"<>:|?*').strip(
        " ."
    )
    stem, dot, ending = kept.rpartition(".")
    if not stem or not ending:
        raise Invalid(_("Give the file a name with its ending."), field="file")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[-_LONGEST_NAME:]


def _check_size(content: bytes) -> None:
    most: int = settings.ATTACHMENT_MAX_BYTES
    if not content:
        raise Invalid(_("The file is empty."), field="file")
    if len(content) > most:
        told = _("The file is larger than %(most)s MB.")
        raise Invalid(told % {"most": f"{most / 1_000_000:g}"}, field="file")


def _check_room(invoice: Invoice) -> None:
    known = Attachment.objects.for_business(invoice.business_id)
    if known.filter(invoice_id=invoice.pk).count() >= MOST_PER_DOCUMENT:
        told = _("A document has at most %(most)s files.")
        raise Invalid(told % {"most": MOST_PER_DOCUMENT}, field="file")


def _store(row: Attachment, content: bytes) -> None:
    try:
        row.file.save(row.name, ContentFile(content), save=False)
    except OSError as error:
        logger.exception("An attachment could not be stored.")
        message = _(
            "The file could not be stored; nothing was changed. Try again later."
        )
        raise StorageFailed(message, field="file") from error


def _discard_all(names: Iterable[str | None]) -> None:
    """Take files out of the storage; one that will not go is no reason to fail."""
    for name in filter(None, names):
        try:
            storage().delete(name)
        except OSError:
            logger.exception("The file %s could not be removed.", name)


def _record(
    invoice: Invoice, verb: str, row: Attachment, by: Actor, reason: str = ""
) -> None:
    facts = {"name": row.name, "sha256": row.sha256}
    if reason:
        facts["reason"] = reason
    Event.record(invoice, verb, by=by, **facts)
