"""On an invoice's admin page: its papers, its mails, and the verbs about its customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from invoices.admin import display
from invoices.models import CustomerLink, Delivery, Invoice
from invoices.querysets import Kind, State
from invoices.reminding import remind_now
from partners.access import Actor, Capability
from partners.admin_access import may
from partners.admin_actions import MOST_AT_ONCE, EachRowActions

_MOST_MAILS_SHOWN = 100


class CorrespondenceActions(EachRowActions):
    """For the admin of what is issued: send, remind, dispute, hold."""

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Whether the person may send anywhere; the verb asks for each document."""
        return may(request, Capability.ISSUE)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Invoice | None:
        """The document, with whether the person may hand out the customer's address."""
        found: Invoice | None = super().get_object(request, object_id, from_field)
        if found is not None:
            able = may(request, Capability.ISSUE, found.business_id)
            found.__dict__["shows_link"] = able
        return found

    # --- what is shown ----------------------------------------------------------------

    @admin.display(description="papers")
    def papers(self, document: Invoice) -> SafeString:
        """The document's PDF and e-invoice, and its pages for us and for the customer."""
        names = {"PDF": "send-pdf", "UBL": "send-ubl"}
        if document.state == State.DRAFT:
            names = {"preview": "send-preview"}
        names["timeline"] = "send-document"
        where = [document.business.slug, document.public_id]
        found = [(reverse(name, args=where), text) for text, name in names.items()]
        if document.__dict__.get("shows_link"):
            latest = _open_links(document).order_by("-id")[:1]
            found += [(link.path(), "customer's page") for link in latest]
        return format_html_join(" · ", '<a href="{}">{}</a>', found)

    @admin.display(description="correspondence")
    def standing(self, document: Invoice) -> SafeString:
        """What happened between the business and the customer."""
        words = {
            "sent": document.sent_at,
            "viewed": document.viewed_at,
            "disputed": document.disputed_at,
            "held back from reminders": document.held_at,
        }
        told = [(word, f"{at:%Y-%m-%d %H:%M} UTC") for word, at in words.items() if at]
        if document.dispute_reason:
            told.append(("the objection", document.dispute_reason))
        return format_html_join("", "<div>{}: {}</div>", told) or SafeString("–")

    @admin.display(description="mails")
    def mails(self, document: Invoice) -> SafeString:
        """The latest mails about the document, newest first."""
        rows = Delivery.objects.for_business(document.business_id)
        latest = rows.filter(invoice_id=document.pk).order_by("-id").defer("body")
        return display.table(
            ["Mail", "State", "Queued", "Why"],
            [
                (
                    display.link(row),
                    row.state,
                    f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
                    row.bounce or row.error,
                )
                for row in latest[:_MOST_MAILS_SHOWN]
            ],
        )

    # --- actions ------------------------------------------------------------------------

    @admin.action(description="Send…", permissions=["send"])
    def send(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> HttpResponse:
        """Go where the mail is written: one document here, drafts on their own page."""
        chosen = list(queryset.select_related("business")[: MOST_AT_ONCE + 1])
        slugs = {document.business.slug for document in chosen}
        if len(chosen) == 1:
            where = [chosen[0].business.slug, chosen[0].public_id]
            return HttpResponseRedirect(reverse("send-compose", args=where))
        if len(chosen) > MOST_AT_ONCE:
            text = _("Choose at most {most} at once.").format(most=MOST_AT_ONCE)
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        drafts = [one.public_id for one in chosen if one.state == State.DRAFT]
        if len(slugs) == 1 and drafts:
            page = reverse("send-drafts", args=[*slugs])
            return HttpResponseRedirect(f"{page}?chosen={','.join(drafts)}")
        if len(slugs) == 1:
            text = _("None of these is a draft; an issued one is sent again by itself.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(reverse("send"))

    @admin.action(description="Remind…", permissions=["send"])
    def remind(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Mail a reminder of the chosen invoices now, whatever the rules say."""
        question = "Remind the customers of these invoices now?"
        now = timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            mails = remind_now(document, by=by, now=now)
            names = ", ".join(mail.recipient for mail in mails)
            return f"A reminder of {document} is on its way to {names}."

        return self.do_each(request, queryset, verb, question)

    @admin.action(description="Disputed…", permissions=["send"])
    def dispute(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Note that the customer objects, and why."""
        question = "What does the customer say is wrong?"
        reason, now = self.reason(request), timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            return f"Noted for {document.dispute(reason, by=by, now=now)}."

        return self.do_each(request, queryset, verb, question, reason="required")

    @admin.action(description="Settle the dispute", permissions=["send"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> None:
        """Say that the objections are dealt with."""

        def verb(document: Invoice, by: Actor) -> str:
            return f"Settled the dispute of {document.settle_dispute(by=by)}."

        self.do_each(request, queryset, verb)

    @admin.action(description="Hold back from reminders…", permissions=["send"])
    def hold(
        self, request: HttpRequest, queryset: QuerySet[Invoice]
    ) -> HttpResponse | None:
        """Send no reminders of the chosen documents."""
        question = "Send no reminders of these until they are released?"
        reason, now = self.reason(request), timezone.now()

        def verb(document: Invoice, by: Actor) -> str:
            return f"Held back {document.hold(reason, by=by, now=now)}."

        return self.do_each(request, queryset, verb, question, reason="optional")

    @admin.action(description="Release for reminders", permissions=["send"])
    def release(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> None:
        """Let reminders go out again."""

        def verb(document: Invoice, by: Actor) -> str:
            return f"Released {document.release(by=by)}."

        self.do_each(request, queryset, verb)


def correspondence_actions(document: Any) -> Sequence[str]:
    """The names of the actions that make sense for the document as it stands."""
    if document.state == State.DRAFT:
        return ["send"]
    if document.state not in {State.ISSUED, State.WRITTEN_OFF}:
        return []
    disputed = "settle" if document.disputed_at else "dispute"
    held = "release" if document.held_at else "hold"
    owed = document.state == State.ISSUED and document.balance
    free = owed and not document.disputed_at and not document.held_at
    remind = ["remind"] if free and document.kind == Kind.INVOICE else []
    return ["send", *remind, disputed, held]


def _open_links(document: Invoice) -> QuerySet[CustomerLink]:
    links = CustomerLink.objects.for_business(document.business_id)
    return links.filter(invoice_id=document.pk).open(timezone.now())
