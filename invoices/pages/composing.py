"""Writing the mail, for one document or for many, and handing it over to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invoices import money, readiness, send_runs
from invoices.einvoice.foreseeing import foreseen
from invoices.exceptions import KeyUsed
from invoices.models import (
    Delivery,
    DocumentSettings,
    Invoice,
    InvoiceLine,
    SendRun,
    SendRunItem,
)
from invoices.pages import mail_preview, pictures
from invoices.pages.access import Desk, desk_page, shown
from invoices.pages.drafts import no_einvoice
from invoices.pages.filtering import DraftFilter
from invoices.pages.letters import (
    OWN,
    LetterForm,
    ManyLettersForm,
    OneLetterForm,
    new_key,
)
from invoices.querysets import State
from invoices.sending import Letter, recipients_of, send
from partners import public_ids
from partners.access import Capability
from partners.exceptions import BookError
from partners.models import Business

MOST_PREVIEWED = 50


# --- one document ---------------------------------------------------------------------


@desk_page(Capability.ISSUE)
def compose(request: HttpRequest, desk: Desk, public_id: str) -> HttpResponse:
    """The letter about one document: a draft, or an issued one once more."""
    invoice = desk.document(public_id)
    if request.method == "POST":
        return _send_one(request, desk, invoice)
    words = mail_preview.template_of(invoice)
    form = OneLetterForm(
        initial={
            "recipients": ", ".join(recipients_of(invoice)),
            "key": new_key(),
            **words._asdict(),
        }
    )
    return _compose_page(request, desk, invoice, form)


def _compose_page(
    request: HttpRequest, desk: Desk, invoice: Invoice, form: OneLetterForm
) -> HttpResponse:
    draft = readiness.drafts(desk.business).filter(pk=invoice.pk).first()
    obstacle = draft and getattr(draft, "obstacle", None)
    return shown(
        request,
        desk,
        "send/compose.html",
        document=invoice,
        form=form,
        obstacle=str(readiness.REASONS[obstacle]) if obstacle else "",
        einvoice_problems=_einvoice_problems(invoice),
        earlier=_earlier(invoice),
        mail=mail_preview.of(invoice, form.as_typed() if form.is_bound else None),
        preview=pictures.pane(invoice),
        status=400 if form.errors else 200,
    )


def _einvoice_problems(invoice: Invoice) -> list[str]:
    """Why issuing will refuse the draft, where the business demands an e-invoice."""
    if invoice.state != State.DRAFT:
        return []
    if not DocumentSettings.of(invoice.business_id).requires_einvoice:
        return []
    from invoices.einvoice.checking import problems

    return [problem.message for problem in problems(pictures.facts(invoice))]


def _send_one(request: HttpRequest, desk: Desk, invoice: Invoice) -> HttpResponse:
    form = OneLetterForm(request.POST)
    if not form.is_valid():
        return _compose_page(request, desk, invoice, form)
    if run := _run_of(desk, form):
        if _says(run, form.letter()):
            return redirect("send-run", desk.business.slug, run.public_id)
        form.begin_afresh()
        return _compose_page(request, desk, invoice, form)
    try:
        if invoice.state == State.DRAFT:
            return _start(desk, [invoice.pk], form)
        return _send_again(request, desk, invoice, form)
    except KeyUsed:
        form.begin_afresh()
        return _compose_page(request, desk, invoice, form)
    except BookError as refusal:
        form.refuse(refusal)
        return _compose_page(request, desk, invoice, form)


def _send_again(
    request: HttpRequest, desk: Desk, invoice: Invoice, form: OneLetterForm
) -> HttpResponse:
    key = f"page-{form.cleaned_data['key']}"
    earlier = _earlier(invoice).exclude(attempt_key=key)
    if earlier.exists() and not form.cleaned_data["again"]:
        form.add_error("again", _("It was sent before: say that you mean it."))
        return _compose_page(request, desk, invoice, form)
    rows = send(invoice, form.letter(), by=desk.actor, now=timezone.now(), key=key)
    names = ", ".join(row.recipient for row in rows)
    told = _("%(document)s is on its way to %(names)s.")
    messages.success(request, told % {"document": invoice, "names": names})
    return redirect("send-document", desk.business.slug, invoice.public_id)


def _earlier(invoice: Invoice) -> Any:
    rows = Delivery.objects.for_business(invoice.business_id)
    return rows.filter(invoice_id=invoice.pk).order_by("id").defer("body")


# --- many drafts ----------------------------------------------------------------------


@require_POST
@desk_page(Capability.ISSUE)
def compose_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The letter about all that were chosen on the list; nothing is changed yet."""
    pks = _chosen(request, desk.business)
    if not pks:
        messages.warning(request, _("Choose at least one draft."))
        return redirect("send-drafts", desk.business.slug)
    ids = [public_ids.encode("invoice", pk) for pk in pks]
    if len(ids) == 1:
        return redirect("send-compose", desk.business.slug, ids[0])
    form = ManyLettersForm(
        initial={
            "key": new_key(),
            "invoices": ",".join(ids),
            "words": OWN,
            **mail_preview.template_for_all(desk.business)._asdict(),
        }
    )
    return _many_page(request, desk, pks, form)


def start_run(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Start the run that the form names, without what is to be left out.

    Posted again, it is the same run.
    """
    form = ManyLettersForm(request.POST)
    left_out = set(_decoded(request.POST.getlist("left_out")))
    asked = _decoded(request.POST.get("invoices", "").split(","))
    pks = [pk for pk in asked if pk not in left_out]
    if form.is_valid():
        run = _run_of(desk, form)
        if run and not _says(run, form.letter()):
            form.begin_afresh()
            return _many_page(request, desk, pks, form)
        try:
            return _start(desk, pks, form)
        except BookError as refusal:
            form.refuse(refusal)
    return _many_page(request, desk, pks, form)


def _start(desk: Desk, pks: Sequence[int], form: LetterForm) -> HttpResponse:
    run = send_runs.start(
        desk.business,
        pks,
        by=desk.actor,
        now=timezone.now(),
        key=form.cleaned_data["key"],
        letter=form.letter(),
    )
    return redirect("send-run", desk.business.slug, run.public_id)


def _run_of(desk: Desk, form: LetterForm) -> SendRun | None:
    """The run that the form has started before, if it has."""
    rows = SendRun.objects.for_business(desk.business)
    return rows.filter(key=form.cleaned_data["key"]).first()


def _says(run: SendRun, letter: Letter) -> bool:
    """Whether the run sends this letter; who is written to is asked if it names them."""
    words = (run.subject, run.body, list(run.copies))
    if words != (letter.subject, letter.body, list(letter.copies)):
        return False
    if not letter.recipients:
        return True
    items = SendRunItem.objects.for_business(run.business_id).filter(run_id=run.pk)
    return items.filter(recipients=list(letter.recipients)).exists()


def _many_page(
    request: HttpRequest, desk: Desk, pks: Sequence[int], form: ManyLettersForm
) -> HttpResponse:
    rows = readiness.drafts(desk.business).filter(pk__in=pks)
    known = rows.annotate(first_line=_first_line(desk.business))
    found = {row.pk: row for row in known.select_related("partner")}
    drafts = [found[pk] for pk in pks if pk in found]
    return shown(
        request,
        desk,
        "send/compose_many.html",
        form=form,
        drafts=drafts,
        previewed=drafts[:MOST_PREVIEWED],
        unready=_unready(desk.business, drafts),
        gone=len(pks) - len(drafts),
        sums=_sums(drafts),
        mail=_first_mail(desk, drafts, form),
        status=400 if form.errors else 200,
    )


def _first_line(business: Business) -> Subquery:
    """What is charged first, which tells one customer's drafts apart."""
    lines = InvoiceLine.objects.for_business(business).filter(invoice=OuterRef("pk"))
    return Subquery(lines.order_by("position").values("description")[:1])


def _unready(business: Business, drafts: Sequence[Any]) -> list[tuple[Invoice, str]]:
    """Those that will be refused as they stand, and why."""
    problems = foreseen(business, drafts, DocumentSettings.of(business))
    reasons = {
        row.pk: no_einvoice(problems[row.pk]) for row in drafts if row.pk in problems
    } | {row.pk: str(readiness.REASONS[row.obstacle]) for row in drafts if row.obstacle}
    return [(row, reasons[row.pk]) for row in drafts if row.pk in reasons]


def _first_mail(desk: Desk, drafts: Sequence[Invoice], form: LetterForm) -> Any:
    if not drafts:
        return None
    drafts[0].business = desk.business
    letter = form.as_typed() if form.is_bound else None
    return mail_preview.of(drafts[0], letter)


def _chosen(request: HttpRequest, business: Business) -> list[int]:
    """The drafts that were ticked, or all that are ready to the list's question."""
    if not request.POST.get("all"):
        return _decoded(request.POST.getlist("invoice"))
    asked = DraftFilter(QueryDict(request.POST.get("query", "")), business)
    ready = asked.ordered().filter(obstacle__isnull=True)
    return list(ready.values_list("pk", flat=True)[: send_runs.MOST_DOCUMENTS])


def _decoded(ids: Sequence[str]) -> list[int]:
    decoded = (public_ids.decode("invoice", one.strip()) for one in ids)
    return list(dict.fromkeys(pk for pk in decoded if pk is not None))


def _sums(drafts: Sequence[Invoice]) -> dict[str, Decimal]:
    currencies = sorted({row.currency for row in drafts})
    return {
        code: money.summed((r.total for r in drafts if r.currency == code), code)
        for code in currencies
    }


# --- the mail as it will look -----------------------------------------------------------


@require_POST
@desk_page(Capability.ISSUE)
def preview_mail(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The mail with the words of the form, about the document it names."""
    form = LetterForm(request.POST)
    invoice = desk.document(request.POST.get("document", ""))
    use_template = request.POST.get("words") == OWN
    letter = None if use_template else form.as_typed()
    mail = mail_preview.of(invoice, letter)
    return render(request, "send/_mail.html", {"mail": mail, "document": invoice})
