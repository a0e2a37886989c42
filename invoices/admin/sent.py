"""The admin of what left the house: mails, runs of many, and customers' links."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from invoices import links, mail_decisions, send_runs
from invoices.admin import display
from invoices.models import CustomerLink, Delivery, SendRun, SendRunItem
from invoices.models.delivery import DeliveryState
from invoices.models.send_run import ItemState
from partners.access import Actor, Capability
from partners.admin_access import may
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, YesNoFilter

_MOST_ITEMS_SHOWN = 200
_BLAMED = 80


class SentAdmin(BusinessRowAdmin):
    """Rows that the books write; those who may issue act on them."""

    write = None
    # Every other order would sort all rows.
    sortable_by = []

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Whether the person may send anywhere; the deed asks for each row."""
        return may(request, Capability.ISSUE)

    @admin.display(description="document")
    def document(self, row: Any) -> str | SafeString:
        """The document that it is about."""
        return display.link(row.invoice)


@admin.register(Delivery)
class DeliveryAdmin(SentAdmin):
    """Mails, each with how far it has come and why not further."""

    teaches = _(
        "Every mail about a document is listed here before it leaves, with what "
        "became of it."
    )
    list_display = [
        "recipient",
        "document",
        "purpose",
        "state",
        "why",
        "attempts",
        "created_at",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        "state",
        "purpose",
        ("bounced_at", YesNoFilter),
        "created_at",
    ]
    list_select_related = ["business", "invoice"]
    search_fields = ["recipient", "subject", "=invoice__number"]
    search_help_text = "A recipient, words of the subject, or a document's number."
    readonly_fields = ["document", "attached"]
    actions = ["retry", "arrived", "send_again", "withdraw"]
    fieldsets = [
        (None, {"fields": ["business", "document", "partner", "purpose", "actor"]}),
        (
            "Mail",
            {"fields": ["recipient", "copies", "subject", "body", "attached"]},
        ),
        (
            "State",
            {
                "fields": [
                    "state",
                    "attempts",
                    "created_at",
                    "changed_at",
                    "try_after",
                    "error",
                    "answer",
                    "bounced_at",
                    "bounce",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The mails; their words are read on their own pages only."""
        return super().get_queryset(request).defer("body")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Delivery | None:
        """The mail; the secret address in its words is for those who may send."""
        delivery: Delivery | None = super().get_object(request, object_id, from_field)
        if delivery and not may(request, Capability.ISSUE, delivery.business_id):
            delivery.body = links.veiled(delivery.body, None)
            delivery.subject = links.veiled(delivery.subject, None)
        return delivery

    @admin.display(description="why")
    def why(self, delivery: Delivery) -> str:
        """What stopped it, or that it came back."""
        bounced = f"Came back: {delivery.bounce}" if delivery.bounced_at else ""
        return Truncator(bounced or delivery.error).chars(_BLAMED)

    @admin.display(description="file")
    def attached(self, delivery: Delivery) -> str | SafeString:
        """A file of its own; otherwise the document's PDF is attached."""
        return display.link(delivery.file)

    @admin.action(description="Try again", permissions=["send"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Queue mails that failed once more."""
        now = timezone.now()

        def verb(delivery: Delivery, by: Actor) -> str:
            mail_decisions.retry(delivery, by=by, now=now)
            return f"{delivery} is tried again."

        self.do_each(request, queryset, verb)

    @admin.action(description="It arrived", permissions=["send"])
    def arrived(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Say so of mails about which the server gave no answer."""
        now = timezone.now()

        def verb(delivery: Delivery, by: Actor) -> str:
            mail_decisions.settle_uncertain(delivery, arrived=True, by=by, now=now)
            return f"{delivery} arrived."

        self.do_each(request, queryset, verb)

    @admin.action(description="It did not arrive: send again…", permissions=["send"])
    def send_again(
        self, request: HttpRequest, queryset: QuerySet[Delivery]
    ) -> HttpResponse | None:
        """Send mails about which the server gave no answer, after asking."""
        question = "Send these mails again? A customer who has one gets a second."
        now = timezone.now()

        def verb(delivery: Delivery, by: Actor) -> str:
            mail_decisions.settle_uncertain(delivery, arrived=False, by=by, now=now)
            return f"{delivery} is sent again."

        return self.do_each(request, queryset, verb, question)

    @admin.action(description="Do not send…", permissions=["send"])
    def withdraw(
        self, request: HttpRequest, queryset: QuerySet[Delivery]
    ) -> HttpResponse | None:
        """Give up mails that have not been sent."""
        now = timezone.now()

        def verb(delivery: Delivery, by: Actor) -> str:
            mail_decisions.withdraw(delivery, by=by, now=now)
            return f"{delivery} is not sent."

        return self.do_each(request, queryset, verb, "Give these mails up?")

    def object_actions(self, obj: Any) -> Sequence[str]:
        """What makes sense in the mail's state."""
        return {
            DeliveryState.QUEUED: ["withdraw"],
            DeliveryState.FAILED: ["retry"],
            DeliveryState.UNCERTAIN: ["arrived", "send_again"],
        }.get(DeliveryState(obj.state), [])


@admin.register(SendRun)
class SendRunAdmin(SentAdmin):
    """Many drafts sent at once, with what became of each."""

    teaches = _(
        "Choose many drafts on “Review and send”: each such run and what became "
        "of its documents stands here."
    )
    list_display = [
        "__str__",
        "created_at",
        "documents",
        "waiting",
        "refused",
        "finished_at",
        "stopped_at",
        "business",
    ]
    list_filter = [
        OF_BUSINESS,
        ("finished_at", YesNoFilter),
        "created_at",
    ]
    list_select_related = ["business"]
    search_fields = ["actor"]
    readonly_fields = ["documents", "waiting", "refused", "progress"]
    actions = ["stop"]
    fields = [
        "business",
        "actor",
        ("created_at", "finished_at", "stopped_at"),
        ("documents", "waiting", "refused"),
        ("subject", "body"),
        "progress",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The runs, each with its counts."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(
            in_all=_counted(),
            left=_counted(state=ItemState.WAITING),
            told_no=_counted(state=ItemState.REFUSED),
        )
        return counted

    @admin.display(description="documents")
    def documents(self, run: Any) -> int:
        """How many were asked for."""
        return run.in_all or 0

    @admin.display(description="waiting")
    def waiting(self, run: Any) -> int:
        """How many have not been looked at yet."""
        return run.left or 0

    @admin.display(description="refused")
    def refused(self, run: Any) -> int:
        """How many could not be sent."""
        return run.told_no or 0

    @admin.display(description="documents")
    def progress(self, run: SendRun) -> SafeString:
        """What became of the first documents of the run; those refused come first."""
        items = SendRunItem.objects.for_business(run.business_id).filter(run=run)
        last = Case(When(state=ItemState.REFUSED, then=0), default=1)
        shown = items.select_related("invoice").order_by(last, "position")
        return display.table(
            ["Document", "State", "Why"],
            [
                (display.link(item.invoice), item.state, item.reason)
                for item in shown[:_MOST_ITEMS_SHOWN]
            ],
        )

    @admin.action(description="Stop…", permissions=["send"])
    def stop(
        self, request: HttpRequest, queryset: QuerySet[SendRun]
    ) -> HttpResponse | None:
        """Leave what still waits untouched."""
        question = "Stop these runs? What still waits stays a draft."
        now = timezone.now()

        def verb(run: SendRun, by: Actor) -> str:
            left = send_runs.stop(run, by=by, now=now)
            stay = "1 document stays" if left == 1 else f"{left} documents stay"
            return f"Stopped the {run}; {stay} untouched."

        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A run that goes on can be stopped."""
        return ["stop"] if obj.finished_at is None else []


def _counted(**which: Any) -> Subquery:
    items = SendRunItem.objects.filter(
        business_id=OuterRef("business_id"), run_id=OuterRef("pk"), **which
    )
    by_run = items.order_by().values("run_id")
    return Subquery(by_run.annotate(number=Count("pk")).values("number"))


@admin.register(CustomerLink)
class CustomerLinkAdmin(SentAdmin):
    """Secret addresses of documents' pages; the secrets themselves are never shown."""

    teaches = _(
        "A customer’s secret link is made when a document is sent; here it is "
        "revoked or replaced."
    )
    list_display = ["document", "customer", "created_at", "expires_at", "revoked_at"]
    list_filter = [
        OF_BUSINESS,
        ("revoked_at", YesNoFilter),
        "expires_at",
    ]
    list_display_links = ["created_at"]
    list_select_related = ["business", "invoice__partner"]
    search_fields = ["=invoice__number"]
    search_help_text = "A document's number."
    readonly_fields = ["document", "customer"]
    fields = [
        "business",
        "document",
        "customer",
        "created_at",
        "expires_at",
        "revoked_at",
    ]
    actions = ["revoke", "renew"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The links without their secrets."""
        return super().get_queryset(request).defer("token")

    @admin.display(description="customer")
    def customer(self, link: CustomerLink) -> str:
        """Who has it."""
        return str(link.invoice.partner)

    @admin.action(description="Revoke…", permissions=["send"])
    def revoke(
        self, request: HttpRequest, queryset: QuerySet[CustomerLink]
    ) -> HttpResponse | None:
        """Close all open links of the chosen links' documents."""
        question = "Close every link to the documents of these?"
        now = timezone.now()

        def verb(link: CustomerLink, by: Actor) -> str:
            count = links.revoke_links(link.invoice, by=by, now=now)
            return f"{link.invoice}: {count} closed."

        return self.do_each(request, queryset, verb, question)

    @admin.action(description="Replace by a new link…", permissions=["send"])
    def renew(
        self, request: HttpRequest, queryset: QuerySet[CustomerLink]
    ) -> HttpResponse | None:
        """Close the documents' links and make a new one each."""
        question = "Replace the links? Those that customers have end at once."
        now = timezone.now()

        def verb(link: CustomerLink, by: Actor) -> str:
            new = _renewed(link, by, now)
            return f"{link.invoice} has a new link until {new.expires_at:%Y-%m-%d}."

        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Close it, or replace it."""
        return ["renew"] if obj.revoked_at else ["revoke", "renew"]


def _renewed(link: CustomerLink, by: Actor, now: datetime.datetime) -> CustomerLink:
    with transaction.atomic():
        links.revoke_links(link.invoice, by=by, now=now)
        return links.link_to(link.invoice, now=now)
