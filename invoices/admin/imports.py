"""The pages of imports: bring a file, look at what it would do, have it done."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from itertools import islice
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.importing import (
    AT_ONCE_BYTES,
    IMPORTERS,
    MOST_BYTES,
    bring,
    confirm,
    drop,
)
from invoices.models import ImportRun
from invoices.models.import_run import ImportKind, ImportState
from partners.access import Actor, Capability
from partners.admin_access import actor_for, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin
from partners.admin_forms import show_refusal
from partners.admin_pages import admin_page, page
from partners.exceptions import BookError
from partners.models import Business

_MOST_SHOWN = 30

KINDS = {
    ImportKind.PARTNERS: gettext_lazy("Customers and vendors"),
    ImportKind.PRODUCTS: gettext_lazy("Products"),
    ImportKind.INVOICES: gettext_lazy("Issued invoices and credit notes"),
}
STATES = {
    ImportState.CHECKING: (gettext_lazy("being tried out"), "going"),
    ImportState.CHECKED: (gettext_lazy("tried out"), "careful"),
    ImportState.RUNNING: (gettext_lazy("under way"), "going"),
    ImportState.DONE: (gettext_lazy("done"), "good"),
    ImportState.FAILED: (gettext_lazy("stopped"), "ill"),
    ImportState.DROPPED: (gettext_lazy("dropped"), ""),
}


class BringForm(forms.Form):
    """A file, what its rows are, and how its columns are to be read."""

    kind = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV (comma, semicolon or tab; plain or gzipped) or XLSX with the names of "
            "the columns in the first row; at most 50 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.tsv,.txt,.xlsx"}),
    )
    named = forms.ChoiceField(
        label=gettext_lazy("Mapping"),
        required=False,
        help_text=gettext_lazy("It says which column is which field."),
    )
    own = forms.CharField(
        label=gettext_lazy("Own mapping"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy(
            "Instead of a shipped one: TOML or JSON with the tables columns, "
            "optional_columns, defaults, values, endings, formats and rules."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [kind for kind in KINDS if actor.may(IMPORTERS[kind].needs)]
        self.fields["kind"].choices = [(str(kind), KINDS[kind]) for kind in allowed]  # type: ignore[attr-defined]
        names = {name for kind in allowed for name in IMPORTERS[kind].layout.shipped()}
        shipped = [(name, name) for name in sorted(names)]
        fitting = ("", _("The one that fits the columns"))
        self.fields["named"].choices = [fitting, *shipped]  # type: ignore[attr-defined]


@admin_page(
    "imports/", name="imports", title=gettext_lazy("Import"), needs=Capability.MASTER
)
def imports(request: HttpRequest, business: Business) -> HttpResponse:
    """Bring a file; and what was brought before."""
    actor = actor_for(user_of(request), business)
    files = request.FILES if request.method == "POST" else None
    form = BringForm(request.POST or None, files, actor=actor)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            run = bring(
                business,
                ImportKind(said["kind"]),
                said["file"],
                by=actor,
                now=timezone.now(),
                named=said["named"],
                own=said["own"],
            )
        except BookError as refusal:
            show_refusal(form, refusal, refusal.field)
        else:
            return HttpResponseRedirect(reverse("admin:import_run", args=[run.pk]))
    runs = ImportRun.objects.for_business(business).order_by("-id")[:_MOST_SHOWN]
    context = {
        "form": form,
        "runs": [(run, KINDS[ImportKind(run.kind)], *_state(run)) for run in runs],
        "fields": [
            (KINDS[kind], list(IMPORTERS[kind].layout.fields.items()))
            for kind in KINDS
            if actor.may(IMPORTERS[kind].needs)
        ],
        "most": MOST_BYTES,
    }
    return page(request, "admin/imports.html", context)


@admin_page(
    "imports/<int:pk>/",
    name="import_run",
    title=gettext_lazy("Import"),
    needs=Capability.MASTER,
)
def import_run(request: HttpRequest, business: Business, pk: int) -> HttpResponse:
    """How far a file is, what it would do or did, and the two buttons."""
    run = _run(business, pk)
    if request.method == "POST":
        _decide(request, run)
        return HttpResponseRedirect(request.path)
    words, tone = _state(run)
    labels = IMPORTERS[ImportKind(run.kind)].layout.fields
    fields = run.sample.get("fields", [])
    context = {
        "title": f"{KINDS[ImportKind(run.kind)]}: {run.name}",
        "run": run,
        "state": words,
        "tone": tone,
        "checked": run.state == ImportState.CHECKED,
        "percent": round(run.fraction * 100),
        "fields": [(name, labels.get(name, name)) for name in fields],
        "waits": run.is_busy and not run.fraction and run.size > AT_ONCE_BYTES,
        "useful": run.rows_imported > 0,
        "errors": _first_errors(run),
    }
    return page(request, "admin/import_run.html", context)


@admin_page(
    "imports/<int:pk>/report/",
    name="import_report",
    title=gettext_lazy("Refused rows"),
    needs=Capability.MASTER,
)
def import_report(
    request: HttpRequest, business: Business, pk: int
) -> HttpResponseBase:
    """The refused rows as CSV: row, document, column, value, reason."""
    run = _run(business, pk)
    if not run.report or not default_storage.exists(run.report):
        raise Http404
    return FileResponse(
        default_storage.open(run.report),
        as_attachment=True,
        filename=f"import-errors-{run.pk}.csv",
        content_type="text/csv; charset=utf-8",
    )


def _first_errors(run: ImportRun) -> list[list[str]]:
    """The first lines of the report, with the number of each row."""
    if not run.report or not default_storage.exists(run.report):
        return []
    with default_storage.open(run.report) as kept:
        text = TextIOWrapper(kept, encoding="utf-8-sig", newline="")
        rows = csv.reader(text)
        next(rows, None)
        return list(islice(rows, _MOST_SHOWN))


def _run(business: Business, pk: int) -> ImportRun:
    found = ImportRun.objects.for_business(business).select_related("business")
    run = found.filter(pk=pk).first() if pk < 2**63 else None
    if run is None:
        raise Http404
    return run


def _state(run: ImportRun) -> tuple[Any, str]:
    return STATES[ImportState(run.state)]


def _decide(request: HttpRequest, run: ImportRun) -> None:
    by, now = actor_for(user_of(request), run.business), timezone.now()
    try:
        if request.POST.get("action") == "confirm":
            confirm(run, by=by, now=now)
        else:
            drop(run, by=by, now=now)
            messages.success(request, _("The file was dropped; nothing was imported."))
    except BookError as refusal:
        messages.error(request, refusal.message)


@admin.register(ImportRun)
class ImportRunAdmin(BusinessRowAdmin):
    """Files that were brought, for looking things up; read-only."""

    see = Capability.MASTER
    write: ClassVar[None] = None
    list_display = [
        "name",
        "kind",
        "state",
        "rows",
        "rows_imported",
        "actor",
        "business",
    ]
    list_filter = [OF_BUSINESS, "kind", "state"]
    list_select_related = ["business"]
    search_fields = ["name"]
    exclude = ["mapping_text", "sample", "user"]
