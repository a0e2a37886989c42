"""The admin of webhooks: endpoints, and what was posted to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminURLInputWidget

from invoices.admin import display
from invoices.following import EVENT_TYPES
from invoices.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from invoices.webhooks.endpoints import (
    EndpointDraft,
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    resend,
    rotate_secret,
    send_test,
)
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, VisibleFilter
from partners.admin_forms import VerbForm

_MOST_TRIES_SHOWN = 50


class EndpointForm(VerbForm):
    """An endpoint, which a verb checks and saves."""

    url = forms.CharField(label="URL", max_length=500, widget=UnfoldAdminURLInputWidget)
    events = forms.MultipleChoiceField(
        choices=[(word, word) for word in EVENT_TYPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None means all.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["business", "url", "description", "events", "active"]

    def draft(self) -> EndpointDraft:
        """The endpoint in the books' words; only when the form is valid."""
        given = self.cleaned_data
        return EndpointDraft(
            url=given["url"],
            description=given["description"],
            events=given["events"],
            active=given["active"],
        )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(BusinessRowAdmin):
    """Addresses that hear of events; their secrets are shown once."""

    teaches = _(
        "An address that is told, signed and at once, of what happens to "
        "documents and payments."
    )
    see = write = Capability.SETTINGS
    deletable = True
    form = EndpointForm
    list_display = ["url", "description", "active", "created_at", "business"]
    list_filter = [OF_BUSINESS, "active"]
    list_select_related = ["business"]
    search_fields = ["url", "description"]
    autocomplete_fields = ["business"]
    actions = ["test", "rotate"]
    fields = ["business", "url", "description", "events", "active"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Add or change it; raises what the verbs raise."""
        business = form.cleaned_data.get("business") or obj.business
        by = actor_for(user_of(request), business)
        if change:
            change_endpoint(obj, form.draft(), by=by)
            return
        row = add_endpoint(business, form.draft(), by=by)
        obj.__dict__.update(row.__dict__)
        self.message_user(request, _shown_once(row), messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove it with its messages."""
        remove_endpoint(obj, by=actor_for(user_of(request), obj.business))

    @admin.action(description="Post a test", permissions=["change"])
    def test(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Post a message that tells of nothing."""
        now = timezone.now()

        def verb(endpoint: WebhookEndpoint, by: Actor) -> str:
            send_test(endpoint, by=by, now=now)
            return f"A test is on its way to {endpoint}; see its messages."

        self.do_each(request, queryset, verb)

    @admin.action(description="New secret…", permissions=["change"])
    def rotate(
        self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]
    ) -> HttpResponse | None:
        """Make a new secret and show it once."""
        question = "Make new secrets? The receivers must know them at once."

        def verb(endpoint: WebhookEndpoint, by: Actor) -> str:
            return _shown_once(rotate_secret(endpoint, by=by))

        return self.do_each(request, queryset, verb, question, foreseen=False)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Try it out, or replace its secret."""
        return ["test", "rotate"] if obj.active else ["rotate"]


def _shown_once(endpoint: WebhookEndpoint) -> str:
    return f"The secret is {endpoint.secret} – copy it now, it is not shown again."


@admin.register(WebhookMessage)
class WebhookMessageAdmin(BusinessRowAdmin):
    """What was posted, with every try."""

    see = Capability.SETTINGS
    write = None
    list_display = [
        "type",
        "endpoint",
        "state",
        "attempts",
        "try_after",
        "created_at",
        "business",
    ]
    list_filter = [OF_BUSINESS, "state", ("endpoint", VisibleFilter), "created_at"]
    list_select_related = ["business", "endpoint"]
    sortable_by = []
    search_fields = ["=type"]
    readonly_fields = ["content", "tries"]
    actions = ["resend"]
    fields = [
        "business",
        "endpoint",
        "type",
        ("state", "attempts", "try_after"),
        "created_at",
        "content",
        "tries",
    ]

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whether the person may resend anywhere; the verb asks for each message."""
        return may(request, Capability.SETTINGS)

    @admin.display(description="content")
    def content(self, message: WebhookMessage) -> SafeString:
        """The JSON that is posted."""
        text = json.dumps(message.payload, ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)

    @admin.display(description="tries")
    def tries(self, message: WebhookMessage) -> SafeString:
        """When it was posted and what came back, latest first."""
        log = WebhookAttempt.objects.for_business(message.business_id)
        latest = log.filter(message_id=message.pk).order_by("-id")
        return display.table(
            ["When", "HTTP status", "Seconds", "Error", "Answer"],
            [
                (
                    f"{each.at:%Y-%m-%d %H:%M:%S} UTC",
                    each.status or "–",
                    each.seconds,
                    each.error,
                    each.answer,
                )
                for each in latest[:_MOST_TRIES_SHOWN]
            ],
        )

    @admin.action(description="Post again", permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[WebhookMessage]) -> None:
        """Post the chosen messages once more, at once."""
        now = timezone.now()

        def verb(message: WebhookMessage, by: Actor) -> str:
            resend(message, by=by, now=now)
            return f"{message.type} is posted again."

        self.do_each(request, queryset, verb)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A message can always be posted once more."""
        return ["resend"]
