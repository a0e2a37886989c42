"""The admin's side navigation, by task; each entry says what seeing it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.access import Capability
from partners.admin_access import may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Entry(NamedTuple):
    """One link: its words, a Material symbol, where it leads, what it needs."""

    title: str | _StrPromise
    icon: str
    to: str
    needs: Capability = Capability.VIEW


_GROUPS: list[tuple[str | _StrPromise, list[Entry]]] = [
    ("", [Entry(_("Home"), "home", "admin:index")]),
    (
        _("Sell"),
        [
            Entry(_("Invoices"), "receipt_long", "admin:invoices_invoice_changelist"),
            Entry(_("Review and send"), "outgoing_mail", "send"),
            Entry(
                _("Recurring"),
                "autorenew",
                "admin:invoices_recurringinvoice_changelist",
            ),
            Entry(_("Mails"), "mail", "admin:invoices_delivery_changelist"),
            Entry(_("Runs"), "playlist_play", "admin:invoices_sendrun_changelist"),
            Entry(_("Products"), "inventory_2", "admin:invoices_product_changelist"),
        ],
    ),
    (
        _("Buy"),
        [
            Entry(_("Bills"), "request_quote", "admin:invoices_bill_changelist"),
            Entry(_("Projects"), "folder_open", "admin:invoices_project_changelist"),
            Entry(_("Costs"), "account_tree", "admin:invoices_cost_changelist"),
            Entry(
                _("Cost categories"),
                "category",
                "admin:invoices_costcategory_changelist",
            ),
        ],
    ),
    (
        _("Money"),
        [
            Entry(_("Payments"), "payments", "admin:payments_payment_changelist"),
            Entry(_("Match the bank"), "rule", "admin:bank"),
            Entry(
                _("Bank statements"),
                "account_balance",
                "admin:payments_bankstatement_changelist",
            ),
            Entry(_("Reports"), "bar_chart", "admin:reports"),
            Entry(_("Accounts"), "menu_book", "admin:invoices_account_changelist"),
            Entry(_("Taxes"), "percent", "admin:invoices_tax_changelist"),
            Entry(
                _("Exchange rates"),
                "currency_exchange",
                "admin:invoices_exchangerate_changelist",
            ),
        ],
    ),
    (
        _("Partners"),
        [
            Entry(
                _("Customers and vendors"),
                "groups",
                "admin:partners_partner_changelist",
            ),
            Entry(
                _("Customers’ links"), "link", "admin:invoices_customerlink_changelist"
            ),
            Entry(_("Import"), "upload_file", "admin:imports", Capability.MASTER),
        ],
    ),
    (
        _("Settings"),
        [
            Entry(_("Business"), "storefront", "admin:partners_business_changelist"),
            Entry(
                _("Documents"),
                "description",
                "admin:invoices_documentsettings_changelist",
            ),
            Entry(
                _("Mail templates"), "drafts", "admin:invoices_mailtemplate_changelist"
            ),
            Entry(
                _("Reminders"),
                "notifications",
                "admin:invoices_reminderrule_changelist",
            ),
            Entry(
                _("Number series"), "tag", "admin:invoices_numbersequence_changelist"
            ),
            Entry(
                _("Webhooks"),
                "webhook",
                "admin:invoices_webhookendpoint_changelist",
                Capability.SETTINGS,
            ),
            Entry(
                _("Webhook messages"),
                "sync_alt",
                "admin:invoices_webhookmessage_changelist",
                Capability.SETTINGS,
            ),
            Entry(
                _("Close the books"),
                "lock",
                "admin:closing",
                Capability.SETTINGS,
            ),
            Entry(
                _("Exceptions"),
                "lock_clock",
                "admin:invoices_periodexception_changelist",
            ),
            Entry(_("People"), "badge", "admin:partners_membership_changelist"),
            Entry(
                _("Invitations"),
                "person_add",
                "admin:partners_invitation_changelist",
                Capability.MEMBERS,
            ),
            Entry(
                _("Sign-in rules"),
                "security",
                "admin:security",
                Capability.MEMBERS,
            ),
            Entry(_("Who may what"), "key_visualizer", "admin:roles"),
            Entry(
                _("API keys"),
                "key",
                "admin:partners_apikey_changelist",
            ),
            Entry(_("Journal"), "history", "admin:invoices_event_changelist"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups as the theme wants them, with only what the person may see."""
    groups = ((title, list(_links(request, group))) for title, group in _GROUPS)
    return [
        {"title": title, "items": items, "collapsible": bool(title)}
        for title, items in groups
        if items
    ]


def _links(request: HttpRequest, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    home = reverse("admin:index")
    for entry in entries:
        if not may(request, entry.needs):
            continue
        to = reverse(entry.to)
        here = request.path == to if to == home else request.path.startswith(to)
        yield {"title": entry.title, "icon": entry.icon, "link": to, "active": here}
