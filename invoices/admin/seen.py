"""What a page showed of a draft, signed and sent along with its form.

So that whoever saves a page that somebody else has overtaken is told what changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from invoices.differences import Content, content
from invoices.models import Event, Invoice
from invoices.redrafting import as_draft

_SALT = "draft as seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a draft and what stood in it; `event` is its latest event then."""

    version: int
    event: int
    content: Content


def sealed(invoice: Invoice) -> str:
    """The draft as it is now, for the page; five queries at most."""
    events = Event.objects.about(invoice).order_by("-id").values_list("pk", flat=True)
    head, lines = content(as_draft(invoice))
    told = [invoice.pk, invoice.version, events.first() or 0, head, lines]
    return signing.dumps(told, salt=_SALT, compress=True)


def opened(text: str, invoice: Invoice) -> Seen | None:
    """What was sealed of this draft; None for anything else."""
    try:
        pk, version, event, head, lines = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if pk != invoice.pk:
        return None
    values = {name: (key, told) for name, (key, told) in head.items()}
    rows = [tuple((key, told) for key, told in line) for line in lines]
    return Seen(version, event, Content(values, rows))
