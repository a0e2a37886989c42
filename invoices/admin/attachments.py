"""The files of a document on its page: put there, handed out, taken away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoices.attaching import attach, detach
from invoices.file_kinds import KINDS
from invoices.models import Attachment, Invoice
from partners.access import Capability
from partners.admin_access import actor_for, may, user_of, visible_rows
from partners.admin_base import BusinessRowAdmin
from partners.exceptions import BookError

_POLICY = "default-src 'none'; sandbox"
"""Whatever a browser makes of a file, it may run and load nothing."""


class AttachmentPages(BusinessRowAdmin):
    """The addresses of a document's files; each asks for business and role itself."""

    def get_urls(self) -> list[URLPattern]:
        """With those of the files."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        inside = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/attach/",
                inside(require_POST(self.attach)),
                name=f"{name}_attach",
            ),
            path(
                "attachments/<int:pk>/",
                inside(require_GET(self.attachment)),
                name=f"{name}_attachment",
            ),
            path(
                "attachments/<int:pk>/remove/",
                inside(require_POST(self.detach)),
                name=f"{name}_detach",
            ),
            *super().get_urls(),
        ]

    def attach(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the uploaded file to the document; a refusal is told on its page."""
        document = self.get_queryset(request).filter(pk=pk).first()
        if document is None:
            raise Http404
        upload = request.FILES.get("file")
        if upload is None:
            self.message_user(request, _("Choose a file first."), messages.ERROR)
            return self._back_to(document)
        # A byte more than is accepted: enough to see that it is too much.
        content = upload.read(settings.ATTACHMENT_MAX_BYTES + 1)
        by = actor_for(user_of(request), document.business)
        try:
            row = attach(document, content, str(upload.name), by=by)
        except BookError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            told = _("Attached %(file)s.") % {"file": row}
            self.message_user(request, told, messages.SUCCESS)
        return self._back_to(document)

    def attachment(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file, to be saved and never shown; 404 for what is not to be seen."""
        row = self._file(request, pk)
        try:
            content = row.content()
        except OSError as error:
            raise Http404(_("The file is not in the storage.")) from error
        answer = HttpResponse(content, content_type=row.content_type)
        disposition = content_disposition_header(as_attachment=True, filename=row.name)
        answer.headers["Content-Disposition"] = disposition or "attachment"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    def detach(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the file off its document; a refusal is told on the document's page."""
        row = self._file(request, pk)
        by = actor_for(user_of(request), row.business)
        try:
            detach(row, by=by, reason=request.POST.get("reason", "").strip()[:500])
        except BookError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        else:
            told = _("Removed %(file)s.") % {"file": row}
            self.message_user(request, told, messages.SUCCESS)
        return self._back_to(row.invoice)

    def attachment_context(
        self, request: HttpRequest, document: Invoice
    ) -> dict[str, Any]:
        """What the part of a document's page needs that tells its files; one query."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        needs = Capability.DRAFT if document.is_editable else Capability.CORRECT
        return {
            "attachments": [
                (
                    row,
                    reverse(f"{name}_attachment", args=[row.pk]),
                    reverse(f"{name}_detach", args=[row.pk]),
                )
                for row in document.attachments.order_by("id")
            ],
            "may_attach": may(request, Capability.DRAFT, document.business_id),
            "may_detach": may(request, needs, document.business_id),
            "needs_reason": not document.is_editable,
            "attach_address": reverse(f"{name}_attach", args=[document.pk]),
            "accepted": ", ".join(kind.words for kind in KINDS),
            "endings": ",".join(f".{end}" for kind in KINDS for end in kind.endings),
            "most_megabytes": f"{settings.ATTACHMENT_MAX_BYTES / 1_000_000:g}",
        }

    def _file(self, request: HttpRequest, pk: int) -> Attachment:
        documents = self.get_queryset(request).values("pk")
        rows = visible_rows(Attachment, request).filter(pk=pk, invoice__in=documents)
        row = rows.select_related("business", "invoice").first()
        if row is None or not may(request, self.see, row.business_id):
            raise Http404
        return row  # type: ignore[no-any-return]

    def _back_to(self, document: Invoice) -> HttpResponse:
        return HttpResponseRedirect(f"{self.page_of(document.pk)}#attachments")
