"""The page on which a draft is written: it computes as one types, and tells what
somebody else changed meanwhile."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices import drafting
from invoices.admin import figures
from invoices.admin.attachments import AttachmentPages
from invoices.admin.drafts import DraftForm
from invoices.admin.duplicates import DuplicatePages
from invoices.admin.lines import editable
from invoices.admin.previewing import preview
from invoices.admin.seen import sealed
from invoices.admin.standing import today
from invoices.differences import Change, Content, changes, content, take_over
from invoices.models import Event, Invoice, Product
from invoices.offering import offer
from invoices.querysets import Direction
from invoices.redrafting import as_draft
from partners.access import Capability
from partners.admin_access import (
    actor_for,
    chosen_business,
    may,
    user_of,
    visible_rows,
)
from partners.models import Partner

_MOST_EVENTS_TOLD = 5
_USUAL_TERMS = datetime.timedelta(days=30)


class DraftPages(AttachmentPages, DuplicatePages):
    """What the pages of drafts can do; their forms become an InvoiceDraft."""

    direction: Direction

    def get_urls(self) -> list[URLPattern]:
        """With the addresses that the page's script asks."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        inside = self.admin_site.admin_view
        compute = inside(require_POST(self.compute))
        return [
            path("compute/", compute, name=f"{name}_compute_new"),
            path("<int:pk>/compute/", compute, name=f"{name}_compute"),
            path(
                "product/",
                inside(require_GET(self.product)),
                name=f"{name}_product",
            ),
            path(
                "partner/",
                inside(require_GET(self.partner)),
                name=f"{name}_partner",
            ),
            *super().get_urls(),
        ]

    # --- what the script asks ----------------------------------------------------------

    def compute(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What the page as it is typed comes to, as JSON; nothing is written.

        404 for what the person may not see, 403 for what they may not edit.
        """
        document = None
        if pk is not None:
            document = self.get_queryset(request).filter(pk=pk).first()
            if document is None:
                raise Http404
        if not editable(request, document):
            raise PermissionDenied
        change = document is not None
        made = self.get_form(request, document, change=change)
        form = made(request.POST, instance=document)
        valid = form.is_valid()
        formsets, _inlines = self._create_formsets(
            request, form.instance, change=change
        )
        valid = all(part.is_valid() for part in formsets) and valid
        whole = (lambda: self._to_save(form, formsets)) if valid else None
        return JsonResponse(preview(form, formsets[0], whole).answer())

    def partner(self, request: HttpRequest) -> HttpResponse:
        """The currency agreed with a partner, as JSON, empty where there is none.

        404 for a partner whom the person may not use.
        """
        partner = _offered(request, Partner, "partner")
        issued = self.direction is Direction.ISSUED
        agreed = (
            partner.default_selling_currency
            if issued
            else partner.default_buying_currency
        )
        return JsonResponse({"currency": agreed})

    def product(self, request: HttpRequest) -> HttpResponse:
        """What a product puts on a line, as JSON; 404 for one the person may not use."""
        taxes = ("selling_tax", "buying_tax")
        product = _offered(request, Product, "product", *taxes)
        currency = request.GET.get("currency", "")
        given = offer(product, self.direction, currency.strip().upper()[:3])
        price = (
            None if given.unit_price is None else f"{given.unit_price.normalize():f}"
        )
        tax = given.tax and {"id": given.tax.pk, "text": str(given.tax)}
        return JsonResponse(
            {
                "description": given.description,
                "unit_price": price,
                "tax": tax,
                "note": given.note,
            }
        )

    # --- what the page shows -------------------------------------------------------------

    def draft_context(
        self, request: HttpRequest, context: dict[str, Any], obj: Invoice | None
    ) -> dict[str, Any]:
        """What the template of a draft needs besides Django's own."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        compute = reverse(f"{name}_compute_new")
        shown: dict[str, Any] = {
            "product_address": reverse(f"{name}_product"),
            "partner_address": reverse(f"{name}_partner") if obj is None else "",
            "filled": _filled(context["adminform"]),
        }
        shown |= self.duplicate_context(request, obj)
        if obj is not None:
            compute = reverse(f"{name}_compute", args=[obj.pk])
            shown["seen"] = sealed(obj)
            shown["figures"] = figures.of_document(obj, obj.taxes.order_by("position"))
            shown |= self.attachment_context(request, obj)
            shown |= self._overtaken(context, obj)
            shown["taken"] = _chosen_before(context, shown.get("changes", ()))
        return {**shown, "compute_address": compute}

    def _overtaken(self, context: dict[str, Any], obj: Invoice) -> dict[str, Any]:
        """Who changed the draft meanwhile, and what, where somebody did."""
        form: DraftForm = context["adminform"].form
        if not form.is_bound or not form.overtaken or form.snapshot is None:
            return {}
        parts = [part.formset for part in context["inline_admin_formsets"]]
        events = Event.objects.about(obj).filter(pk__gt=form.snapshot.event)
        return {
            "changes": changes(
                form.snapshot.content,
                content(as_draft(obj)),
                self._handed_in(form, parts),
            ),
            "others": list(events.order_by("-id")[:_MOST_EVENTS_TOLD]),
        }

    def _handed_in(self, form: DraftForm, formsets: Sequence[Any]) -> Content | None:
        """What the person has typed; None while something in it is not valid."""
        usable = set(form.errors) <= {"__all__"}
        if not usable or not all(part.is_valid() for part in formsets):
            return None
        return content(self.draft(form, formsets))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; a draft that became final while it was edited is shown as it is."""
        if request.method == "POST" and object_id and "seen" in request.POST:
            found = self.get_object(request, object_id)
            if found is not None and not found.is_editable:
                return self._too_late(request, found)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _too_late(self, request: HttpRequest, document: Invoice) -> HttpResponse:
        last = Event.objects.about(document).order_by("-id").first()
        told = _("%(document)s is %(state)s meanwhile: what you typed was not saved.")
        words = told % {"document": document, "state": document.state}
        if last is not None:
            words += " " + _("Last: %(verb)s by %(who)s at %(at)s UTC.") % {
                "verb": last.verb.rpartition(".")[2].replace("_", " "),
                "who": last.actor,
                "at": f"{last.at:%H:%M}",
            }
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(self.page_of(document.pk))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new document is dated today, due in a month, in the base currency."""
        on = today(request)
        initial: dict[str, Any] = {"date": on, "due_date": on + _USUAL_TERMS}
        business = chosen_business(request)
        if business is not None:
            initial["currency"] = business.currency
        return {**initial, **super().get_changeform_initial_data(request)}

    # --- saving, by verbs ------------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Nothing yet: the verb takes head and lines together."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Draft or revise the document; raises what the verbs raise."""
        draft = self._to_save(form, formsets)
        by = actor_for(user_of(request), draft.business)
        if not change:
            saved = drafting.draft_invoice(draft, by=by)
            form.instance.__dict__.update(saved.__dict__)
            return
        version = form.snapshot.version
        drafting.revise_draft(form.instance, draft, by=by, expected_version=version)

    def _to_save(self, form: Any, formsets: Any) -> drafting.InvoiceDraft:
        """The same, with what the person takes over of somebody else's changes."""
        draft = self.draft(form, formsets)
        if form.instance.pk and (keys := form.taken_over):
            return take_over(draft, as_draft(form.instance), keys)
        return draft

    def draft(self, form: Any, formsets: Any) -> drafting.InvoiceDraft:
        """The document as the page says it."""
        lines: list[drafting.LineDraft] = [part.line() for part in formsets[0].kept()]
        return form.draft(lines)  # type: ignore[no-any-return]


def _offered(request: HttpRequest, model: type[Model], name: str, *read: str) -> Any:
    """The row that the script asks about; Http404 unless the person may use it."""
    key = request.GET.get(name, "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    rows = visible_rows(model, request).filter(pk=key, archived_at=None)
    row = rows.select_related(*read).first() if read else rows.first()
    if row is None or not may(request, Capability.DRAFT, row.business_id):
        raise Http404
    return row


def _chosen_before(context: dict[str, Any], told: Iterable[Change]) -> list[str]:
    """The changes of others that were taken over on an earlier page of this form."""
    form: DraftForm = context["adminform"].form
    asked = {change.key for change in told}
    return [key for key in form.taken_over if key not in asked]


def _filled(adminform: Any) -> list[str]:
    """The names of the groups of fields in which something stands, or is wrong."""
    form = adminform.form

    def speaks(name: str) -> bool:
        if name not in form.fields:
            return False
        value = str(form[name].value() or "")
        usual = name == "currency_rate" and value.rstrip("0").rstrip(".") == "1"
        return bool(value and not usual) or bool(form[name].errors)

    return [
        group.name for group in adminform if any(map(speaks, flatten(group.fields)))
    ]
