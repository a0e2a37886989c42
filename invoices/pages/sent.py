"""The list of issued documents: what became of each after it left the house."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.models import Delivery, Invoice
from invoices.models.delivery import UNDER_WAY, DeliveryState
from invoices.pages.access import Desk, desk_page, shown
from invoices.pages.standing import open_of, word_of
from invoices.querysets import Direction, Kind, State, Status, status_case
from partners.access import Capability
from partners.models import Business

PER_PAGE = 100
STATES = {
    "": gettext_lazy("Whatever became of it"),
    "unsent": gettext_lazy("Not sent"),
    "sent": gettext_lazy("Sent"),
    "viewed": gettext_lazy("Opened by the customer"),
    "disputed": gettext_lazy("Disputed"),
    "trouble": gettext_lazy("Failed, came back, or to be asked about"),
}
_CONDITIONS = {
    "unsent": Q(sent_at=None),
    "sent": Q(sent_at__isnull=False),
    "viewed": Q(viewed_at__isnull=False),
    "disputed": Q(disputed_at__isnull=False),
    "trouble": Q(failed=True) | Q(uncertain=True) | Q(bounced=True),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the list shows it; `open` is None where nobody owes anything."""

    document: Invoice
    status: str
    open: Decimal | None
    marks: list[tuple[str, str]]
    """What became of its mails: a word, and the class that colours it."""


class SentFilter(forms.Form):
    """What the list can be asked."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": gettext_lazy("Number, customer, reference …"),
            }
        ),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=list(STATES.items()),
        required=False,
    )

    def __init__(self, data: Any, business: Business) -> None:
        super().__init__(data, auto_id="filter-%s")
        self._business = business

    @property
    def is_asking(self) -> bool:
        """Whether anything narrows the list."""
        return any(self._values().values())

    def found(self) -> Any:
        """What was asked for, newest first, each with what became of its mails."""
        asked = self._values()
        rows = issued(self._business)
        if text := asked.get("q"):
            rows = rows.matching(self._business, text)
        if state := asked.get("state"):
            rows = rows.filter(_CONDITIONS[state])
        return rows.order_by("-date", "-id")

    def _values(self) -> dict[str, Any]:
        """An answer that is none asks nothing."""
        self.is_valid()
        return self.cleaned_data


def issued(business: Business) -> Any:
    """What the business has issued, with `failed`, `uncertain`, `bounced` and `waiting`.

    They say of each document whether one of its mails is so.
    """
    mails = Delivery.objects.for_business(business).filter(invoice_id=OuterRef("pk"))
    rows = Invoice.objects.for_business(business).filter(direction=Direction.ISSUED)
    return rows.exclude(state=State.DRAFT).annotate(
        failed=Exists(mails.filter(state=DeliveryState.FAILED)),
        uncertain=Exists(mails.filter(state=DeliveryState.UNCERTAIN)),
        bounced=Exists(mails.filter(bounced_at__isnull=False)),
        waiting=Exists(mails.filter(state__in=UNDER_WAY)),
    )


@desk_page(Capability.VIEW)
def sent(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Issued documents, a hundred a page; the same queries however many there are."""
    asked = SentFilter(request.GET, desk.business)
    rows = asked.found().select_related("partner")
    today = desk.business.today(timezone.now())
    paginator = Paginator(rows.annotate(word=status_case(today)), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return shown(
        request,
        desk,
        "send/sent.html",
        asked=asked,
        query=query.urlencode(),
        page=page,
        rows=[_row(document) for document in page.object_list],
    )


def _row(document: Any) -> Row:
    status = word_of(document, Status(document.word))
    return Row(document, status, _open(document), _marks(document))


def _open(document: Invoice) -> Decimal | None:
    return None if document.kind == Kind.CREDIT_NOTE else open_of(document)


def _marks(document: Any) -> list[tuple[str, str]]:
    """The newest that matters first."""
    told = [
        (document.disputed_at, _("Disputed"), "overdue"),
        (document.failed, _("Could not be delivered"), "overdue"),
        (document.uncertain, _("Did it arrive?"), "overdue"),
        (document.bounced, _("Came back"), "overdue"),
        (document.viewed_at, _("Opened"), "paid"),
        (document.sent_at and not document.viewed_at, _("Sent"), "open"),
        (document.waiting, _("On the way"), ""),
        (not document.sent_at and not document.waiting, _("Not sent"), ""),
    ]
    return [(word, colour) for holds, word, colour in told if holds]
