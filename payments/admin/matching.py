"""The page that matches the lines of statements: proposals, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from invoices.models import Account
from partners.access import Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business
from payments.admin import match_words
from payments.admin.asked import key_of
from payments.bank.accepting import reopen, undo
from payments.bank.accepting_many import accept_chosen
from payments.bank.foreseeing import gain_of
from payments.bank.proposals import Proposal
from payments.bank.proposing import propose
from payments.bank.saying import told
from payments.models import BankLine, LineState

TITLE = gettext_lazy("Match the bank")
PER_PAGE = 50
MOST_AT_ONCE = 200
_MOST_LOOKED_AT = 5000
_SESSION = "bank_decided"
_NONE: list[Any] = []


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the page with the best proposal for it."""

    line: BankLine
    best: Proposal | None
    others: int
    base: str

    @property
    def token(self) -> str:
        """What a form posts to have just this proposal booked."""
        best = self.best
        return f"{self.line.pk}.{best.token}" if best and not best.asks else ""

    @property
    def is_ready(self) -> bool:
        """Whether a click can book it: nothing of it asks for a person's own decision."""
        return bool(self.token)

    @property
    def is_plain(self) -> bool:
        """Whether the proposal's documents say all: one gets just the line's amount."""
        best = self.best
        if best is None or best.payment is not None:
            return best is not None
        shares = [share.amount for share in best.settles]
        return shares == [abs(self.line.amount)] and best.currency == self.line.currency

    @property
    def deeds(self) -> list[str]:
        """What the best proposal would book, in sentences."""
        if self.best is None:
            return []
        said = match_words.will_do(self.line, self.best)
        gain = gain_of(self.line, self.best, self.base)
        if gain:
            word = _("Realised gain: %s.") if gain > 0 else _("Realised loss: %s.")
            said.append(word % told(abs(gain), self.base))
        return said


@admin_page("bank/", name="bank", title=TITLE, needs=Capability.VIEW)
def match(request: HttpRequest, business: Business) -> HttpResponse:
    """The lines that wait, fifty a page, each with its best proposal; or those decided."""
    state = _state(request)
    lines = _chosen(business, request.GET).filter(state=state)
    if state == LineState.MATCHED:
        lines = lines.prefetch_related("payment__allocations__invoice")
    newest = ("date", "id") if state == LineState.OPEN else ("-decided_at", "-id")
    shown = Paginator(lines.order_by(*newest), PER_PAGE).get_page(
        request.GET.get("page")
    )
    listed = list(shown.object_list)
    rows = rows_of(business, listed) if state == LineState.OPEN else []
    accounts = Account.objects.for_business(business).filter(
        pk__in=BankLine.objects.for_business(business).values("account_id")
    )
    context = {
        "state": state,
        "counts": _counts(business, request.GET),
        "rows": rows,
        "decided": [] if rows else listed,
        "certain": sum(bool(row.best and row.best.certain) for row in rows),
        "page": shown,
        "accounts": accounts,
        "account": request.GET.get("account", ""),
        "kept": _kept(request.GET),
        "may_pay": may(request, Capability.PAY, business.pk),
        "just_decided": _just_decided(request, business),
        "any": rows or BankLine.objects.for_business(business).exists(),
    }
    return page(request, "admin/bank/match.html", context)


@admin_page("bank/accept/", name="bank_accept", title=TITLE, needs=Capability.PAY)
def accept(request: HttpRequest, business: Business) -> HttpResponse:
    """Book one proposal at once; several, or all that are certain, after a page that
    says what will happen."""
    if request.method != "POST":
        return _before(request, business, _certain(business, request.GET))
    if "one" in request.POST:
        tokens = [request.POST["one"]]
    else:
        tokens = request.POST.getlist("line")[:MOST_AT_ONCE]
        if "confirmed" not in request.POST:
            return _before(request, business, _wanted(business, tokens))
    by = actor_for(user_of(request), business)
    outcomes = accept_chosen(business, _parsed(tokens), by=by, now=timezone.now())
    results = [
        (outcome.line.pk, match_words.of_outcome(outcome), outcome.refusal is None)
        for outcome in outcomes
    ]
    if not results:
        results = [
            (0, _("The line has been decided already; look at the list."), False)
        ]
    return back(request, results)


@admin_page("bank/undo/", name="bank_undo", title=TITLE, needs=Capability.PAY)
@require_POST
def take_back(request: HttpRequest, business: Business) -> HttpResponse:
    """Undo what was decided about one line."""
    lines = BankLine.objects.for_business(business)
    line = get_object_or_404(lines, pk=key_of(request.POST.get("line", "")))
    by = actor_for(user_of(request), business)
    try:
        if line.state == LineState.SET_ASIDE:
            reopen(line, by=by)
            said = _("The line waits again.")
        else:
            made = line.payment_made
            undo(line, by=by, now=timezone.now())
            said = _("Undone: the line waits again.")
            if made:
                said += " " + _("The payment was cancelled, its documents are open.")
    except BookError as refusal:
        return back(request, [(line.pk, refusal.message, False)])
    return back(request, [(line.pk, said, True)])


def rows_of(business: Business, lines: Sequence[BankLine]) -> list[Row]:
    """The lines with what is proposed for them."""
    found = propose(business, lines)
    return [
        Row(
            line,
            found[line.pk][0] if found[line.pk] else None,
            max(len(found[line.pk]) - 1, 0),
            business.currency,
        )
        for line in lines
    ]


def back(
    request: HttpRequest, results: list[tuple[int, str, bool]]
) -> HttpResponseRedirect:
    """To the list, which says what happened; or to where the form says."""
    request.session[_SESSION] = results
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return HttpResponseRedirect(target if safe else reverse("admin:bank"))


def require_pay(request: HttpRequest, business: Business) -> None:
    """Raise PermissionDenied for people who may only look."""
    if not may(request, Capability.PAY, business.pk):
        raise PermissionDenied


# --- what is asked for ----------------------------------------------------------------


def _state(request: HttpRequest) -> LineState:
    try:
        return LineState(request.GET.get("show", "open"))
    except ValueError:
        return LineState.OPEN


def _chosen(business: Business, asked: Any) -> QuerySet[BankLine]:
    """The business's lines of the account or statement that is asked for."""
    lines = BankLine.objects.for_business(business).select_related(
        "account", "payment", "payment__partner"
    )
    for name in ("account", "statement"):
        if key := key_of(asked.get(name, "")):
            lines = lines.filter(**{f"{name}_id": key})
    return lines


def _kept(asked: Any) -> str:
    """The filters that stand in the address, for links that keep them."""
    names = ("account", "statement")
    return urlencode({name: asked[name] for name in names if asked.get(name)})


def _counts(business: Business, asked: Any) -> dict[str, int]:
    lines = _chosen(business, asked).order_by()
    return lines.aggregate(
        open=Count("pk", filter=Q(state=LineState.OPEN)),
        matched=Count("pk", filter=Q(state=LineState.MATCHED)),
        set_aside=Count("pk", filter=Q(state=LineState.SET_ASIDE)),
    )


def _parsed(tokens: Iterable[str]) -> dict[int, str]:
    """Lines' keys with the tokens of what is to be booked; nonsense is left out."""
    parts = (token.partition(".") for token in tokens)
    return {key: word for pk, _dot, word in parts if (key := key_of(pk))}


def _wanted(business: Business, tokens: Iterable[str]) -> list[Row]:
    """The rows that were ticked, as far as they still say the same."""
    wanted = _parsed(tokens)
    lines = _chosen(business, {}).filter(state=LineState.OPEN, pk__in=list(wanted))
    rows = rows_of(business, list(lines.order_by("date", "id")))
    return [
        row
        for row in rows
        if row.best and row.is_ready and wanted[row.line.pk] == row.best.token
    ]


def _certain(business: Business, asked: Any) -> list[Row]:
    """All rows whose proposal is certain, of the oldest lines."""
    lines = _chosen(business, asked).filter(state=LineState.OPEN)
    rows = rows_of(business, list(lines.order_by("date", "id")[:_MOST_LOOKED_AT]))
    return [row for row in rows if row.best and row.best.certain]


def _before(request: HttpRequest, business: Business, rows: list[Row]) -> HttpResponse:
    """The page that says what will happen to which documents."""
    shown = rows[:MOST_AT_ONCE]
    context = {
        "title": _("Accept what is certain") if shown else TITLE,
        "rows": shown,
        "more": len(rows) - len(shown),
        "doubtful": sum(not row.best.certain for row in shown if row.best),
        "kept": _kept(request.GET),
        "next": request.POST.get("next", ""),
    }
    return page(request, "admin/bank/match_before.html", context)


def _just_decided(request: HttpRequest, business: Business) -> list[dict[str, Any]]:
    """What the last decision came to, told once, with the lines that it was about."""
    results: list[tuple[int, str, bool]] = request.session.pop(_SESSION, _NONE)
    lines = BankLine.objects.for_business(business).in_bulk(
        [pk for pk, *_rest in results]
    )
    return [
        {"line": lines.get(pk), "said": said, "well": well}
        for pk, said, well in results
    ]
