"""Who may do what: every role against every verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from invoices.assigning import assign
from invoices.crediting import credit
from invoices.drafting import draft_invoice, revise_draft
from invoices.models import Account, Invoice
from partners import master
from partners.access import ROLE_CAPABILITIES, Actor, Capability, Role
from partners.exceptions import NotAllowed
from partners.models import Business, Partner
from payments.models import Payment
from payments.recording import (
    allocate,
    cancel_payment,
    record_payment,
    refund,
    revise_payment,
    unallocate,
)
from tests.books import refused
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    BusinessFactory,
    MembershipFactory,
    PartnerFactory,
    a_bill,
    a_draft,
    a_payment,
    actor,
    an_issued_invoice,
    draft_of,
    payment_of,
)


@dataclass
class Cast:
    """Rows on which every verb can be done."""

    business: Business
    draft: Invoice
    issued: Invoice
    paid: Invoice
    payment: Payment
    account: Account
    unused: Partner
    bill: Invoice


@pytest.fixture
def cast(business, owner) -> Cast:
    paid = an_issued_invoice(business, by=owner)
    return Cast(
        business,
        a_draft(business, by=owner),
        an_issued_invoice(business, by=owner, partner=paid.partner),
        paid,
        a_payment(business, paid, 10, by=owner, spare=10),
        AccountFactory(business=business),
        PartnerFactory(business=business),
        a_bill(business, by=owner),
    )


def _revise_payment(c: Cast, by: Actor) -> None:
    revise_payment(
        c.payment,
        by=by,
        date=TODAY,
        account=c.account,
        amount=Decimal(20),
        currency_rate=Decimal(1),
        description="",
    )


VERBS: dict[str, Callable[[Cast, Actor], object]] = {
    "draft": lambda c, by: draft_invoice(draft_of(c.business, partner=c.unused), by=by),
    "revise": lambda c, by: revise_draft(
        c.draft, draft_of(c.business, partner=c.unused), by=by
    ),
    "delete": lambda c, by: c.draft.delete(by=by),
    "issue": lambda c, by: c.draft.issue(by=by, now=NOW),
    "void": lambda c, by: c.issued.void(by=by, reason="", now=NOW),
    "approve": lambda c, by: c.bill.approve(by=by, now=NOW),
    "turn down": lambda c, by: c.bill.cancel(by=by, reason=""),
    "assign": lambda c, by: assign(c.bill, None, by=by),
    "write off": lambda c, by: c.issued.write_off(by=by, reason=""),
    "credit": lambda c, by: credit(c.issued, None, by=by, now=NOW, date=TODAY),
    "record payment": lambda c, by: record_payment(
        payment_of(c.business, 1, account=c.account), by=by
    ),
    "allocate": lambda c, by: allocate(c.payment, c.issued, Decimal(1), by=by),
    "unallocate": lambda c, by: unallocate(c.payment, c.paid, by=by),
    "refund": lambda c, by: refund(
        c.payment, Decimal(1), date=TODAY, account=c.account, by=by
    ),
    "revise payment": _revise_payment,
    "cancel payment": lambda c, by: cancel_payment(c.payment, by=by, now=NOW),
    "save a partner": lambda c, by: master.save(c.unused, {"note": "Hi"}, by=by),
    "delete a partner": lambda c, by: master.delete(c.unused, by=by),
    "save a setting": lambda c, by: master.save(
        c.account, {"name": "Till"}, by=by, needing=Capability.SETTINGS
    ),
}

CLERK = {"draft", "revise", "delete", "issue", "assign"}
CLERK |= {"save a partner", "delete a partner"}
APPROVER = {"approve", "turn down"}
MAY: dict[str, set[str]] = {
    "viewer": set(),
    "clerk": CLERK,
    "approver": APPROVER,
    "accountant": set(VERBS) - APPROVER,
    "owner": set(VERBS),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", MAY)
def test_a_role_may_do_exactly_its_verbs(cast, role, verb):
    by = actor(cast.business, role)
    if verb in MAY[role]:
        VERBS[verb](cast, by)
        return
    with refused(NotAllowed):
        VERBS[verb](cast, by)


@pytest.mark.parametrize("verb", VERBS)
def test_the_owner_of_another_business_may_do_nothing(cast, verb):
    stranger = actor(BusinessFactory())
    with refused(NotAllowed):
        VERBS[verb](cast, stranger)


SCOPE_OF: dict[str, str] = {
    "draft": "draft",
    "revise": "draft",
    "delete": "draft",
    "assign": "draft",
    "approve": "approve",
    "turn down": "approve",
    "issue": "issue",
    "void": "correct",
    "write off": "correct",
    "credit": "correct",
    "save a partner": "master",
    "delete a partner": "master",
    "save a setting": "settings",
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_scope_opens_its_verbs_and_no_other(cast, verb):
    member = MembershipFactory(business=cast.business, role="owner")
    scope = SCOPE_OF.get(verb, "pay")
    others: list[Any] = [word for word in Capability if word != scope]
    with refused(NotAllowed):
        VERBS[verb](cast, Actor.member(member, others))
    VERBS[verb](cast, Actor.member(member, [scope]))


@pytest.mark.parametrize("verb", VERBS)
def test_an_operator_may_do_every_verb(cast, verb):
    VERBS[verb](cast, Actor.operator(cast.business, "manage.py"))


def test_the_table_knows_every_role():
    assert set(MAY) == set(Role) == set(ROLE_CAPABILITIES)
