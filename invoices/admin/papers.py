"""The admin of how papers look, and of the papers that are kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.models import DocumentFile, DocumentSettings
from invoices.papers import renew_bounce_secret, set_papers
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin
from partners.admin_forms import BusinessRowForm
from partners.banking import clean_bic, clean_iban
from partners.exceptions import BookError

_MOST_READ = 1_000_001
"""Bytes of an upload that are looked at: one more than a logo may have."""


class PapersForm(BusinessRowForm):
    """The settings, with a picture to upload."""

    # Written as a bank prints it: with spaces, which the books take out.
    iban = forms.CharField(label="IBAN", max_length=60, required=False)
    bic = forms.CharField(label="BIC", max_length=20, required=False)
    logo = forms.FileField(
        required=False,
        help_text="PNG or JPEG, at most 1 MB; empty keeps the one that is there.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    without_logo = forms.BooleanField(label="remove the logo", required=False)

    class Meta:
        model = DocumentSettings
        exclude = ["logo"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("logo", None)

    def clean_iban(self) -> str:
        """As it is kept, so that the spaces do not count as characters."""
        return self._kept(clean_iban, "iban")

    def clean_bic(self) -> str:
        """The same of the BIC."""
        return self._kept(clean_bic, "bic")

    def _kept(self, clean: Callable[[str], str], field: str) -> str:
        try:
            return clean(self.cleaned_data[field])
        except BookError as refusal:
            raise forms.ValidationError(refusal.message) from refusal


@admin.register(DocumentSettings)
class DocumentSettingsAdmin(BusinessRowAdmin):
    """How a business's papers look and where they say to pay; one row each."""

    teaches = _(
        "How invoices look, in which language, and to which account customers pay. "
        "Add one row; without it the papers use what the business says."
    )
    write = Capability.SETTINGS
    form = PapersForm
    list_display = ["business", "language", "page", "holder", "iban", "link_days"]
    list_filter = [OF_BUSINESS, "language", "page", "requires_einvoice"]
    list_select_related = ["business"]
    search_fields = ["business__name", "holder", "iban"]
    autocomplete_fields = ["business"]
    readonly_fields = ["picture", "bounces"]
    actions = ["renew_bounce_secret"]
    fieldsets = [
        (None, {"fields": ["business", "language", "page", "requires_einvoice"]}),
        (
            "Letterhead",
            {"fields": ["picture", "logo", "without_logo", "registration", "footer"]},
        ),
        (
            "Bank",
            {"fields": ["holder", "iban", "bic", "bank_name", "account"]},
        ),
        (
            "Mail",
            {"fields": ["reply_to", "copy_to", "link_days", "bounces"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The settings; pictures stay in the database."""
        return super().get_queryset(request).defer("bounce_secret")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Somebody who only looks sees the picture and no upload."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return shown
        uploads = {"logo", "without_logo"}
        return [
            (
                title,
                {"fields": [name for name in part["fields"] if name not in uploads]},
            )
            for title, part in shown
        ]

    @admin.display(description="logo now")
    def picture(self, settings: DocumentSettings) -> str | SafeString:
        """The logo as it is printed."""
        if settings.logo is None:
            return "–"
        png = b64encode(bytes(settings.logo.content)).decode()
        return format_html(
            '<img class="logo" alt="logo" src="data:image/png;base64,{}">', png
        )

    @admin.display(description="bounces")
    def bounces(self, settings: DocumentSettings) -> str:
        """Whether there is a secret for reports of bounces, never the secret."""
        if not settings.bounce_secret:
            return "no secret yet"
        return "signed with a secret that was shown when it was made"

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Set the papers; raises what the deed raises."""
        upload = form.cleaned_data.get("logo")
        set_papers(
            obj,
            by=actor_for(user_of(request), obj.business),
            logo=upload.read(_MOST_READ) if upload else None,
            without_logo=form.cleaned_data["without_logo"],
        )

    @admin.action(description="New secret for bounces…", permissions=["change"])
    def renew_bounce_secret(
        self, request: HttpRequest, queryset: QuerySet[DocumentSettings]
    ) -> HttpResponse | None:
        """Make a secret and show it once."""
        question = "Make a new secret? Reports signed with the old one are refused."

        def verb(settings: DocumentSettings, by: Actor) -> str:
            secret = renew_bounce_secret(settings, by=by)
            return f"The secret is {secret} – copy it now, it is not shown again."

        return self.do_each(request, queryset, verb, question, foreseen=False)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A secret can always be replaced."""
        return ["renew_bounce_secret"]


@admin.register(DocumentFile)
class DocumentFileAdmin(BusinessRowAdmin):
    """Papers as they left the house; nobody changes them."""

    write = None
    list_display = ["name", "kind", "document", "partner", "kilobytes", "created_at"]
    list_filter = [OF_BUSINESS, "kind", "created_at"]
    list_select_related = ["business", "invoice", "partner"]
    sortable_by = []
    search_fields = ["name", "=sha256"]
    readonly_fields = ["document", "kilobytes", "download", "missing"]
    fields = [
        "business",
        "name",
        "kind",
        "document",
        "partner",
        "kilobytes",
        "sha256",
        "created_at",
        "missing",
        "download",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The files without their content."""
        return super().get_queryset(request).defer("content")

    def get_urls(self) -> list[URLPattern]:
        """With the address of the content."""
        view = self.admin_site.admin_view(self.content)
        name = "invoices_documentfile_content"
        return [path("<int:pk>/content/", view, name=name), *super().get_urls()]

    def content(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file itself, to be saved; 404 for what the person may not see."""
        file = self.get_queryset(request).filter(pk=pk).first()
        if file is None or not may(request, self.see, file.business_id):
            raise Http404
        answer = HttpResponse(bytes(file.content), content_type=file.media_type)
        answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @admin.display(description="document")
    def document(self, file: DocumentFile) -> str | SafeString:
        """What it is the paper of."""
        return display.link(file.invoice)

    @admin.display(description="size")
    def kilobytes(self, file: DocumentFile) -> SafeString:
        """How large it is."""
        return format_html('<span class="amount">{} kB</span>', -(-file.size // 1000))

    @admin.display(description="content")
    def download(self, file: DocumentFile) -> SafeString:
        """The way to the content."""
        address = reverse("admin:invoices_documentfile_content", args=[file.pk])
        return format_html('<a href="{}">Download</a>', address)

    @admin.display(description="why it holds no e-invoice")
    def missing(self, file: DocumentFile) -> str | SafeString:
        """The reasons, with the rule of EN 16931."""
        rows = [(each["rule"], each["message"]) for each in file.problems]
        return display.table(["Rule", "Reason"], rows)
