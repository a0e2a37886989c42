"""What each capability allows, in deeds: the one list that people are shown.

The verbs themselves demand the capability; this list is what they are told of, and what
the tests hold against the verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from partners.access import ROLE_CAPABILITIES, Capability, Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DEEDS: dict[str, Capability] = {
    "see": Capability.VIEW,
    "export": Capability.VIEW,
    "draft": Capability.DRAFT,
    "revise": Capability.DRAFT,
    "delete": Capability.DRAFT,
    "assign": Capability.DRAFT,
    "schedule": Capability.DRAFT,
    "issue": Capability.ISSUE,
    "send": Capability.ISSUE,
    "remind": Capability.ISSUE,
    "hold": Capability.ISSUE,
    "settle_dispute": Capability.ISSUE,
    "dispute": Capability.DISPUTE,
    "void": Capability.CORRECT,
    "credit": Capability.CORRECT,
    "write_off": Capability.CORRECT,
    "withdraw_approval": Capability.CORRECT,
    "approve": Capability.APPROVE,
    "turn_down": Capability.APPROVE,
    "record_payment": Capability.PAY,
    "allocate": Capability.PAY,
    "refund": Capability.PAY,
    "cancel_payment": Capability.PAY,
    "match_bank": Capability.PAY,
    "keep_partners": Capability.MASTER,
    "keep_products": Capability.MASTER,
    "keep_taxes": Capability.MASTER,
    "keep_projects": Capability.MASTER,
    "archive": Capability.MASTER,
    "import_masters": Capability.MASTER,
    "close_books": Capability.SETTINGS,
    "grant_exception": Capability.SETTINGS,
    "set_papers": Capability.SETTINGS,
    "write_templates": Capability.SETTINGS,
    "keep_webhooks": Capability.SETTINGS,
    "import_documents": Capability.SETTINGS,
    "invite": Capability.MEMBERS,
    "change_role": Capability.MEMBERS,
    "deactivate": Capability.MEMBERS,
    "keep_others_keys": Capability.MEMBERS,
    "demand_second_factor": Capability.MEMBERS,
}
"""Each deed by name, and the capability that it needs."""

WORDS: dict[str, _StrPromise] = {
    "see": _("See documents, payments, reports and their history"),
    "export": _("Export lists and reports"),
    "draft": _("Draft invoices and enter bills"),
    "revise": _("Change drafts and bills that are not approved"),
    "delete": _("Delete drafts"),
    "assign": _("Assign purchases to projects and costs"),
    "schedule": _("Set up recurring drafts"),
    "issue": _("Issue invoices"),
    "send": _("Send documents, and work off send runs"),
    "remind": _("Remind customers"),
    "hold": _("Hold reminders back, and release them"),
    "settle_dispute": _("Settle disputes"),
    "dispute": _("Note that a customer disputes an invoice"),
    "void": _("Void documents"),
    "credit": _("Credit invoices"),
    "write_off": _("Write off what will not be paid"),
    "withdraw_approval": _("Withdraw the approval of a bill"),
    "approve": _("Approve bills"),
    "turn_down": _("Turn bills down"),
    "record_payment": _("Record payments, in and out"),
    "allocate": _("Say what a payment settles"),
    "refund": _("Pay back what is left on account"),
    "cancel_payment": _("Cancel payments"),
    "match_bank": _("Read bank statements and match them"),
    "keep_partners": _("Keep customers and vendors"),
    "keep_products": _("Keep products"),
    "keep_taxes": _("Keep taxes, accounts and exchange rates"),
    "keep_projects": _("Keep projects, costs and categories"),
    "archive": _("Archive what is not needed any more, and bring it back"),
    "import_masters": _("Import partners and products"),
    "close_books": _("Close the books, and reopen them with a reason"),
    "grant_exception": _("Grant exceptions to closed books, and revoke them"),
    "set_papers": _("Set how documents look and the business’s details"),
    "write_templates": _("Write mail templates and rules for reminders"),
    "keep_webhooks": _("Keep webhooks"),
    "import_documents": _("Import issued invoices and credit notes"),
    "invite": _("Invite people"),
    "change_role": _("Change the roles of people"),
    "deactivate": _("Deactivate people, and let them back"),
    "keep_others_keys": _("Make and revoke everybody’s API keys"),
    "demand_second_factor": _("Demand a second factor of everybody"),
}
"""The deeds as people are told of them."""

SENTENCES: dict[Capability, _StrPromise] = {
    Capability.VIEW: _("Look at everything in the books, and change nothing."),
    Capability.DRAFT: _("Prepare documents; none of it is binding yet."),
    Capability.ISSUE: _("Make invoices binding, and write to customers."),
    Capability.DISPUTE: _("Note what a customer objects to."),
    Capability.CORRECT: _("Take back or correct what was binding."),
    Capability.APPROVE: _("Accept vendors’ bills as owed."),
    Capability.PAY: _("Keep the money: payments, refunds and the bank."),
    Capability.MASTER: _("Keep what documents are made of."),
    Capability.SETTINGS: _("Decide how the business’s books are kept."),
    Capability.MEMBERS: _("Decide who works here, and with which keys."),
}
"""What each capability is for, in a sentence."""

ROLES: dict[Role, _StrPromise] = {
    Role.OWNER: _("Owner"),
    Role.ACCOUNTANT: _("Accountant"),
    Role.CLERK: _("Clerk"),
    Role.APPROVER: _("Approver"),
    Role.VIEWER: _("Viewer"),
}
"""The roles, the most capable first."""


def deeds_of(capability: Capability) -> list[_StrPromise]:
    """What somebody with this capability may do, in words."""
    return [WORDS[deed] for deed, needed in DEEDS.items() if needed is capability]


def may(role: Role, deed: str) -> bool:
    """Whether the role allows the deed; KeyError for one that is not in the list."""
    return DEEDS[deed] in ROLE_CAPABILITIES[role]
