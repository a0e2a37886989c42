"""New drafts after older documents: from a document's page, and from a partner's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from invoices.admin.last_month import ASKED, with_last_month
from invoices.duplicating import duplicate, from_last_month
from invoices.models import Invoice
from partners.access import Actor, Capability
from partners.admin import PartnerAdmin
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import BusinessRowAdmin
from partners.exceptions import BookError
from partners.models import Partner


class DuplicatePages(BusinessRowAdmin):
    """The deeds that make a draft after something older."""

    def get_urls(self) -> list[URLPattern]:
        """With those of the deeds."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        inside = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/duplicate/",
                inside(require_POST(self.duplicate)),
                name=f"{name}_duplicate",
            ),
            *super().get_urls(),
        ]

    def duplicate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A draft of the same; leads to it, or back with the reason why not."""
        document = self.get_queryset(request).filter(pk=pk).first()
        if document is None:
            raise Http404
        by = actor_for(user_of(request), document.business)
        on = document.business.today(timezone.now())
        number = request.POST.get("number", "").strip()[:60]
        return self._made(
            request, lambda: duplicate(document, by=by, on=on, number=number), document
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; with last month's lines put into it, where they were asked for."""
        if request.method == "POST" and not object_id and ASKED in request.POST:
            try:
                setattr(request, "POST", with_last_month(request))  # noqa: B010
            except BookError as refusal:
                self._remember(request, refusal)
            else:
                told = _("Last month’s lines are below; nothing is saved yet.")
                self.message_user(request, told, messages.SUCCESS)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def duplicate_context(
        self, request: HttpRequest, document: Invoice | None
    ) -> dict[str, Any]:
        """The ways there, where the person may draft."""
        business_id = document.business_id if document else None
        if not may(request, Capability.DRAFT, business_id):
            return {}
        if document is None:
            return {"last_month": ASKED}
        return {"duplicate_address": self._address("duplicate", document.pk)}

    def _made(
        self,
        request: HttpRequest,
        deed: Callable[[], Invoice],
        start: Invoice,
    ) -> HttpResponse:
        try:
            made = deed()
        except BookError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(self._address("change", start.pk))
        told = _("This is a new draft: look through it, then issue it.")
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(self._address("change", made.pk))

    def _address(self, page: str, *args: int) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)


@admin.action(
    description=gettext_lazy("New invoice from last month…"), permissions=["change"]
)
def new_from_last_month(
    partners: PartnerAdmin, request: HttpRequest, queryset: QuerySet[Partner]
) -> HttpResponse | None:
    """Draft last month's invoices of the chosen partners once more."""
    now = timezone.now()

    def verb(partner: Partner, by: Actor) -> str:
        made = from_last_month(partner, by=by, on=partner.business.today(now))
        told = _("Drafted %(total)s %(currency)s: %(draft)s.")
        values = {"total": made.total, "currency": made.currency, "draft": made}
        return told % values

    question = _("Draft last month’s invoices of these partners once more?")
    return partners.do_each(request, queryset, verb, question)


# Partners know nothing of documents: these add their action by themselves.
_actions: list[Any] = [*(PartnerAdmin.actions or ()), new_from_last_month]
PartnerAdmin.actions = _actions
PartnerAdmin.contributed = (*PartnerAdmin.contributed, "new_from_last_month")
