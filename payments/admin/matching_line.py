"""A line's own page: search documents, tick several, change amounts, or set it aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import money
from invoices.models import Invoice
from invoices.querysets import BINDING, Direction, Kind, State
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business, Partner
from payments.admin import match_words
from payments.admin.asked import key_of, number_of, text_of, version_of
from payments.admin.matching import TITLE, Row, back, require_pay
from payments.bank import accepting
from payments.bank.proposing import propose
from payments.bank.saying import plain, told
from payments.exceptions import BadMatch, UnusualRate
from payments.models import BankLine, LineState

_MOST_FOUND = 20
_MOST_TICKED = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A document on the page, whether it is ticked and with what amount."""

    document: Invoice
    ticked: bool
    amount: str


@dataclass(slots=True)
class Entered:
    """What the form holds: texts as they were typed."""

    q: str = ""
    charge: str = ""
    partner: str = ""
    reason: str = ""
    version: str = ""
    unusual_rate: bool = False
    ticked: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Any) -> Entered:
        """As posted; a document's key that is none becomes 0, which no document has."""
        keys = data.getlist("document")[: _MOST_TICKED + 1]
        names = ("q", "charge", "partner", "reason", "version")
        return cls(
            **{name: text_of(data.get(name, "")) for name in names},
            unusual_rate="unusual_rate" in data,
            ticked={
                key_of(key): text_of(data.get(f"amount_{key}", "")) for key in keys
            },
        )


@admin_page("bank/line/<int:pk>/", name="bank_line", title=TITLE, needs=Capability.VIEW)
def line_page(request: HttpRequest, business: Business, pk: int) -> HttpResponse:
    """One line: every proposal, and what else it can be booked as."""
    lines = BankLine.objects.for_business(business).select_related(
        "account", "payment", "payment__partner", "business"
    )
    line = get_object_or_404(lines, pk=pk)
    entered, refusal = Entered.of(request.POST), None
    deed = request.POST.get("do", "")
    if request.method == "POST" and deed in ("accept", "set_aside"):
        require_pay(request, business)
        by = actor_for(user_of(request), business)
        try:
            said = _decide(line, deed, entered, by)
        except BookError as error:
            refusal = error
            line = get_object_or_404(lines, pk=pk)
        else:
            return back(request, [(line.pk, said, True)])
    return page(
        request, "admin/bank/match_line.html", _context(line, entered, refusal, request)
    )


def _context(
    line: BankLine, entered: Entered, refusal: BookError | None, request: HttpRequest
) -> dict[str, Any]:
    waits = line.state == LineState.OPEN
    found = propose(line.business, [line])[line.pk] if waits else []
    choices = _choices(line, entered) if waits else []
    return {
        "title": _("%(amount)s on %(date)s")
        % {
            "amount": told(line.amount, line.currency),
            "date": line.date,
        },
        "line": line,
        "rows": [Row(line, one, 0, line.business.currency) for one in found],
        "entered": entered,
        "choices": choices,
        "partners": _partners(line, entered) if waits else [],
        "searched": bool(entered.q),
        "rest": _rest(line, entered, choices),
        "refusal": refusal,
        "asks_rate": entered.unusual_rate or isinstance(refusal, UnusualRate),
        "may_pay": may(request, Capability.PAY, line.business_id),
        "list": reverse("admin:bank"),
    }


# --- deciding ---------------------------------------------------------------------------


def _decide(line: BankLine, deed: str, entered: Entered, by: Actor) -> str:
    """Do what was asked for, and say it. Raises what the deeds raise."""
    now = timezone.now()
    version = version_of(entered.version)
    if deed == "set_aside":
        accepting.set_aside(
            line, entered.reason, by=by, now=now, expected_version=version
        )
        return _("Set aside: %s.") % line.reason
    settles = _settles(line, entered)
    if not settles and not entered.partner:
        message = _("Tick a document, or choose a partner to keep it on account for.")
        raise BadMatch(message, field="partner")
    currencies = {document.currency for document, _amount in settles}
    payment = accepting.accept(
        line,
        settles,
        by=by,
        now=now,
        partner=_partner(line, entered, settles),
        charge=number_of(entered.charge, "charge"),
        currency=currencies.pop() if len(currencies) == 1 else "",
        unusual_rate=entered.unusual_rate,
        expected_version=version,
    )
    numbers = [str(document) for document, _amount in settles]
    return match_words.was_booked(line, payment, numbers)


def _settles(line: BankLine, entered: Entered) -> list[tuple[Invoice, Decimal]]:
    """What is ticked with its amounts. Raises BadMatch unless all of it is ours."""
    ticked = entered.ticked
    if len(ticked) > _MOST_TICKED:
        message = _("At most %d documents at once.") % _MOST_TICKED
        raise BadMatch(message, field="document")
    found = Invoice.objects.for_business(line.business).in_bulk(list(ticked))
    if len(found) < len(ticked):
        raise BadMatch(_("This document is not in these books."), field="document")
    return [(found[pk], number_of(text, "amount")) for pk, text in ticked.items()]


def _partner(
    line: BankLine, entered: Entered, settles: Sequence[tuple[Invoice, Decimal]]
) -> Partner | None:
    """Who was chosen, else whose documents they all are. Raises BadMatch."""
    keys = {document.partner_id for document, _amount in settles}
    if not entered.partner and len(keys) != 1:
        return None
    key = key_of(entered.partner) if entered.partner else keys.pop()
    found = Partner.objects.for_business(line.business).filter(pk=key).first()
    if found is None:
        raise BadMatch(_("This partner is not in these books."), field="partner")
    return found


# --- what the page shows ----------------------------------------------------------------


def _rest(
    line: BankLine, entered: Entered, choices: Sequence[Choice]
) -> Decimal | None:
    """What stays on account of what is typed; None where it cannot be told."""
    ticked = [choice for choice in choices if choice.ticked]
    if any(choice.document.currency != line.currency for choice in ticked):
        return None
    try:
        charge = number_of(entered.charge, "charge")
        given = [number_of(choice.amount, "amount") for choice in ticked]
    except BadMatch:
        return None
    left: Decimal = abs(line.amount + charge) - sum(given, Decimal(0))
    return left


def _choices(line: BankLine, entered: Entered) -> list[Choice]:
    """The documents that are ticked, then those that the search finds."""
    ticked = entered.ticked
    payable = _payable(line)
    chosen = payable.filter(pk__in=list(ticked)).select_related("partner")
    shown = [Choice(one, True, ticked[one.pk]) for one in chosen]
    found = _found(line, entered.q) if entered.q else []
    return shown + [
        Choice(one, False, plain(one.balance, one.currency))
        for one in found
        if one.pk not in ticked
    ]


def _payable(line: BankLine) -> Any:
    """Documents that money of this direction can settle."""
    incoming = line.amount > 0
    owed_to_us = Q(direction=Direction.ISSUED, kind=Kind.INVOICE) | Q(
        direction=Direction.RECEIVED, kind=Kind.CREDIT_NOTE
    )
    binding = Q(state__in=[*BINDING, State.WRITTEN_OFF], balance__gt=0)
    rows = Invoice.objects.for_business(line.business).filter(binding)
    return rows.filter(owed_to_us) if incoming else rows.exclude(owed_to_us)


def _found(line: BankLine, text: str) -> Any:
    """By words of number, partner and references, or by the amount."""
    rows = _payable(line).select_related("partner")
    amount = _amount(text)
    if amount is not None:
        some = rows.filter(Q(balance=amount) | Q(total=amount) | Q(number=text))
        if some.exists():
            return some.order_by("due_date", "id")[:_MOST_FOUND]
    words = Invoice.objects.matching(line.business, text).values("pk")
    return rows.filter(pk__in=words).order_by("due_date", "id")[:_MOST_FOUND]


def _amount(text: str) -> Decimal | None:
    try:
        amount = abs(number_of(text, "q"))
    except BadMatch:
        return None
    return amount if amount < money.MAX_AMOUNT else None


def _partners(line: BankLine, entered: Entered) -> Any:
    """Partners whose name has the words of the search, to keep money on account for."""
    rows = Partner.objects.for_business(line.business).in_use()
    chosen = Q(pk=key_of(entered.partner))
    words = Q(name__icontains=entered.q) | Q(code=entered.q) if entered.q else Q(pk=0)
    return rows.filter(chosen | words).order_by("name", "id")[:10]
