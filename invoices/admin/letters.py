"""The admin of the words of mails, and of the days on which customers are reminded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from invoices.mailing.composing import check_template, default_words, preview_words
from invoices.mailing.defaults import label
from invoices.mailing.values import KNOWN, sample
from invoices.models import MailTemplate, ReminderRule
from invoices.models.mail_template import Purpose
from invoices.reminding import DEFAULT_DAYS, default_rules
from partners.access import Capability
from partners.admin_access import actor_for, businesses_with, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin
from partners.admin_forms import BusinessRowForm
from partners.exceptions import BookError
from partners.models.languages import LANGUAGES

_MOST_OFFERED = 20
_NAMES = ", ".join(f"{{{{ {name} }}}}" for name in sorted(KNOWN[Purpose.DOCUMENT]))
_STATEMENT = ", ".join(f"{{{{ {name} }}}}" for name in sorted(KNOWN[Purpose.STATEMENT]))


class TemplateForm(BusinessRowForm):
    """The words, checked as they will be when they are mailed."""

    class Meta:
        model = MailTemplate
        fields = ["business", "purpose", "language", "subject", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 16, "cols": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "body" in self.fields:
            self.fields["body"].help_text = (
                "Paragraphs of plain text. What stands for the document's own words: "
                f"{_NAMES}; in a statement only {_STATEMENT}."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse words that could not be filled, at their field."""
        cleaned = super().clean()
        purpose = cleaned.get("purpose")
        if purpose:
            words = (cleaned.get("subject", ""), cleaned.get("body", ""))
            try:
                check_template(*words, Purpose(purpose))
            except BookError as refusal:
                self.add_error(refusal.field or None, refusal.message)
        return cleaned


@admin.register(MailTemplate)
class MailTemplateAdmin(BusinessRowAdmin):
    """A business's own words; without a row ours are sent."""

    teaches = _(
        "Without a template of your own, mails use the words that come with the "
        "house, in the customer’s language."
    )
    write = Capability.SETTINGS
    deletable = True
    form = TemplateForm
    list_display = ["subject", "purpose", "language", "updated_at", "business"]
    list_filter = [OF_BUSINESS, "purpose", "language"]
    list_select_related = ["business"]
    search_fields = ["subject", "body"]
    autocomplete_fields = ["business"]
    change_form_template = "admin/mail_template_form.html"

    class Media:
        js = ["js/mail_template.js"]

    def get_urls(self) -> list[URLPattern]:
        """With the address that fills words in."""
        view = self.admin_site.admin_view(require_POST(self.preview))
        name = "invoices_mailtemplate_preview"
        return [path("preview/", view, name=name), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The posted words with made-up values in them, or why they cannot be filled.

        Beside them stand `ours`, the words that are sent without a template. `business`
        may be left out by somebody who works for one only; a business of others is as
        none.
        """
        given = request.POST
        purpose, language = _purpose(given.get("purpose", "")), _language(given)
        ours = {"ours": default_words(purpose, language)._asdict()}
        rows = businesses_with(request, Capability.SETTINGS)
        chosen = given.get("business", "")
        business = (rows.filter(pk=chosen) if chosen.isdecimal() else rows).first()
        if business is None:
            refusal = {"error": "Choose a business.", "field": "business"}
            return JsonResponse(refusal | ours, status=400)
        try:
            words = preview_words(
                business,
                purpose,
                language=language,
                subject=given.get("subject", ""),
                body=given.get("body", ""),
            )
        except BookError as refused:
            refusal = {"error": refused.message, "field": refused.field}
            return JsonResponse(refusal | ours, status=400)
        facts = sample(business, language, business.today(timezone.now()))
        button = {"link": facts["link"], "button": label("button", language)}
        return JsonResponse(words._asdict() | button | ours)


def _purpose(word: str) -> Purpose:
    return Purpose(word) if word in list(Purpose) else Purpose.DOCUMENT


def _language(given: QueryDict) -> str:
    language = given.get("language", "")
    return language if language in dict(LANGUAGES) else "en"


@admin.register(ReminderRule)
class ReminderRuleAdmin(BusinessRowAdmin):
    """On which days customers are reminded."""

    write = Capability.SETTINGS
    deletable = True
    list_display = ["__str__", "active", "business"]
    list_filter = [OF_BUSINESS, "active"]
    list_select_related = ["business"]
    autocomplete_fields = ["business"]
    ordering = ["business_id", "days"]
    fields = ["business", "days", "active"]
    change_list_template = "admin/reminder_rules.html"

    def get_urls(self) -> list[URLPattern]:
        """With the address that makes the usual schedule."""
        view = self.admin_site.admin_view(require_POST(self.make_usual))
        name = "invoices_reminderrule_usual"
        return [path("usual/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The list, and above it who reminds nobody yet."""
        answer = super().changelist_view(request, *args, **kwargs)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            rules = ReminderRule.objects.filter(business=OuterRef("pk"))
            able = businesses_with(request, Capability.SETTINGS)
            without = able.exclude(Exists(rules)).order_by("name")
            answer.context_data["without_rules"] = without[:_MOST_OFFERED]
            days = [str(ReminderRule(days=days)) for days in DEFAULT_DAYS]
            answer.context_data["usual_days"] = ", ".join(days)
        return answer

    def make_usual(self, request: HttpRequest) -> HttpResponse:
        """Make the usual schedule of a business; 404 for one of others."""
        rows = businesses_with(request, Capability.SETTINGS)
        chosen = request.POST.get("business", "")
        pk = int(chosen) if chosen.isdecimal() and chosen.isascii() else 0
        business = get_object_or_404(rows, pk=pk)
        made = default_rules(business, by=actor_for(user_of(request), business))
        text = f"{business} reminds its customers {', '.join(map(str, made))}."
        self.message_user(request, text)
        return HttpResponseRedirect(reverse("admin:invoices_reminderrule_changelist"))
