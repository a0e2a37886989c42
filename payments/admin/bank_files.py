"""The page that reads a bank's file: choose it, look at it, then read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from invoices.admin import display
from partners.access import Actor, Capability
from partners.admin_access import actor_for, user_of
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business
from payments.admin.bank_forms import LayoutForm, UploadForm, layout_given
from payments.bank.files.guessing import guess_layout
from payments.bank.files.kinds import kind_of
from payments.bank.files.movement import MOST_BYTES
from payments.bank.files.rows import header_of
from payments.bank.reading import Sight, keep_layout, layout_of, look, read_statement
from payments.bank.waiting import held, hold
from payments.exceptions import BadStatement
from payments.models import BankStatement, CsvLayout, StatementFormat, WaitingFile

_TITLE = gettext_lazy("Read a bank's file")
_SHOWN = 10
_TRIED = "bank_layout_tried"


@admin_page("bank/read/", name="bank_read", title=_TITLE, needs=Capability.PAY)
def choose(request: HttpRequest, business: Business) -> HttpResponse:
    """Choose a file and its account; then it is looked at."""
    form = UploadForm(business, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        by = actor_for(user_of(request), business)
        file = form.cleaned_data["file"]
        try:
            if file.size > MOST_BYTES:
                raise BadStatement(_("The file is larger than 20 MB."), field="file")
            hold(form.cleaned_data["account"], file.read(), file.name, by=by)
        except BookError as refusal:
            form.add_error(_field_of(form, refusal), refusal.message)
        else:
            return HttpResponseRedirect(reverse("admin:bank_read_check"))
    context = {"form": form, "accounts": form.fields["account"].queryset.exists()}  # type: ignore[attr-defined]
    return page(request, "admin/bank/choose.html", context)


@admin_page(
    "bank/read/check/", name="bank_read_check", title=_TITLE, needs=Capability.PAY
)
def check(request: HttpRequest, business: Business) -> HttpResponse:
    """What would be read, and by which layout; then read it."""
    by = actor_for(user_of(request), business)
    posted = request.method == "POST"
    try:
        waiting = held(by, request.POST.get("sha256", "") if posted else "")
    except BadStatement as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(reverse("admin:bank_read_check"))
    if waiting is None:
        return HttpResponseRedirect(reverse("admin:bank_read"))
    tried = request.session.get(_TRIED, {})
    preview = _Preview.of(waiting, request.POST if posted else tried, by, posted=posted)
    if posted and preview.layout is not None:
        request.session[_TRIED] = _as_posted(waiting, request.POST)
    if posted and "read" in request.POST and preview.sight is not None:
        keep = request.POST.get("keep_iban") == "on"
        try:
            return _read(request, preview, keep_iban=keep, by=by)
        except BookError as refusal:
            preview.refusal = refusal
    return page(request, "admin/bank/check.html", preview.context())


def _read(
    request: HttpRequest, preview: _Preview, *, keep_iban: bool, by: Actor
) -> HttpResponse:
    waiting = preview.waiting
    with transaction.atomic():
        statement = read_statement(
            waiting.account,
            bytes(waiting.content),
            waiting.name,
            by=by,
            layout=preview.layout,
            keep_iban=keep_iban,
        )
        if preview.layout is not None:
            keep_layout(preview.layout, by=by)
        waiting.delete()
    request.session.pop(_TRIED, None)
    messages.success(request, _said(statement))
    if not statement.lines_read:
        there = reverse("admin:payments_bankstatement_change", args=[statement.pk])
        return HttpResponseRedirect(there)
    return HttpResponseRedirect(f"{reverse('admin:bank')}?statement={statement.pk}")


def _as_posted(waiting: WaitingFile, data: Any) -> dict[str, str]:
    """The layout that a person corrected, for the account's next file."""
    given = {name: data[name] for name in LayoutForm.names() if name in data}
    return {**given, "account": str(waiting.account_id)}


def _said(statement: BankStatement) -> str:
    read = ngettext(
        "%(count)d line was read.", "%(count)d lines were read.", statement.lines_read
    ) % {"count": statement.lines_read}
    if not statement.repeated:
        return read
    known = ngettext(
        "%(count)d was known already.",
        "%(count)d were known already.",
        statement.repeated,
    ) % {"count": statement.repeated}
    return f"{read} {known}"


def _field_of(form: Any, refusal: BookError) -> str | None:
    return refusal.field if refusal.field in form.fields else None


@dataclass
class _Preview:
    """A file as it would be read, or why it cannot be."""

    waiting: WaitingFile
    form: LayoutForm | None = None
    layout: CsvLayout | None = None
    sight: Sight | None = None
    refusal: BookError | None = None
    doubts: tuple[str, ...] = ()
    kept: bool = False

    @classmethod
    def of(
        cls, waiting: WaitingFile, data: Any, by: Actor, *, posted: bool
    ) -> _Preview:
        """Look at the file, by the layout that was posted or that seems right.

        What was tried with an earlier file is `data` too, where nothing is posted.
        """
        preview = cls(waiting)
        content = bytes(waiting.content)
        try:
            if kind_of(content, waiting.name) is StatementFormat.CSV:
                if posted or not preview._try_again(content, data):
                    preview._choose_layout(content, data if posted else None)
                if preview.form is not None and preview.layout is None:
                    return preview
            preview.sight = look(
                waiting.account, content, waiting.name, by=by, layout=preview.layout
            )
        except BookError as refusal:
            preview.refusal = refusal
        return preview

    def _try_again(self, content: bytes, tried: Any) -> bool:
        """Take the layout that was corrected for a file before, if it fits this one."""
        account, name = self.waiting.account, self.waiting.name
        if tried.get("account") != str(account.pk):
            return False
        try:
            header = header_of(content, layout_given(tried, account), name)
        except BookError:
            return False
        form = LayoutForm(layout_given(tried, account), header, tried)
        if not form.is_valid() or not {*form.layout().columns.values()} <= {*header}:
            return False
        self.form, self.layout = form, form.layout()
        return True

    def _choose_layout(self, content: bytes, data: Any) -> None:
        """The posted layout; else the kept one, where it fits the file; else a guess."""
        account, name = self.waiting.account, self.waiting.name
        if data is not None:
            header = header_of(content, layout_given(data, account), name)
            self.form = LayoutForm(layout_given(data, account), header, data)
            self.layout = self.form.layout() if self.form.is_valid() else None
            return
        kept = layout_of(account)
        header = header_of(content, kept, name) if kept else ()
        if kept is not None and {*kept.columns.values()} <= {*header}:
            self.layout, self.kept = kept, True
        else:
            guess = guess_layout(content, account)
            self.layout, header, self.doubts = guess.layout, guess.header, guess.doubts
        self.form = LayoutForm(self.layout, header)

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        facts = self.refusal.facts if self.refusal else {}
        return {
            "waiting": self.waiting,
            "form": self.form,
            "kept": self.kept,
            "doubts": self.doubts,
            "sight": self.sight,
            "refusal": self.refusal,
            "earlier": facts.get("statement"),
            "problems": self._problems(facts),
            "problem_count": facts.get("count", 0),
            "sums": self._sums() if self.sight else "",
            "rows": self._rows() if self.sight else "",
        }

    def _problems(self, facts: dict[str, Any]) -> SafeString | str:
        found = facts.get("problems", ())
        if not found:
            return ""
        headings = [_("Row"), _("Column"), _("Value"), _("What is wrong")]
        rows = [(each.row, each.column, each.value, each.reason) for each in found]
        return display.table(headings, rows)

    def _sums(self) -> list[tuple[str, object]]:
        assert self.sight is not None  # noqa: S101 - narrows
        file = self.sight.file
        money = {
            _("Money in"): file.came_in(),
            _("Money out"): file.went_out(),
            _("Opening balance"): file.opening,
            _("Closing balance"): file.closing,
        }
        counts: list[tuple[str, object]] = [
            (_("New lines"), len(self.sight.fresh)),
            (_("Known already"), self.sight.repeated),
            (_("Left out (pending or zero)"), file.left_out),
        ]
        return counts + [
            (label, display.amount(value, file.currency))
            for label, value in money.items()
            if value is not None
        ]

    def _rows(self) -> SafeString:
        """The first lines, as they would be read."""
        assert self.sight is not None  # noqa: S101 - narrows
        fresh = {id(one) for one, _mark in self.sight.fresh}
        headings = [_("Date"), _("Amount"), _("Name"), _("IBAN"), _("Text"), _("Known")]
        return display.table(
            headings,
            [
                (
                    one.date,
                    display.amount(one.amount, one.currency),
                    one.counterparty,
                    one.iban,
                    one.text or one.end_to_end or one.bank_reference,
                    "" if id(one) in fresh else _("already"),
                )
                for one in self.sight.file.movements[:_SHOWN]
            ],
        )
