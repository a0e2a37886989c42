"""What a line of a statement may have been for, with the reasons, in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What is asked of a document that is open, or was; amounts are in `currency`."""

    pk: int
    number: str
    partner: int
    partner_name: str
    date: datetime.date
    due_date: datetime.date
    currency: str
    total: Decimal
    balance: Decimal
    rate: Decimal = Decimal(1)
    reference: str = ""
    purchase_order: str = ""
    written_off: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A standing payment that no line is matched with yet."""

    pk: int
    date: datetime.date
    amount: Decimal
    partner: int | None
    partner_name: str
    numbers: tuple[str, ...]


class Code(StrEnum):
    """Why a document is proposed, or why a proposal is not certain."""

    NUMBER = "number"
    NUMBER_LIKE = "number_like"
    REFERENCE = "reference"
    END_TO_END = "end_to_end"
    PURCHASE_ORDER = "purchase_order"
    EXACT = "exact_amount"
    ONLY_ONE = "only_one_of_this_amount"
    SUM = "sum"
    ALL_OPEN = "all_open"
    CHARGE = "charge"
    DISCOUNT = "discount"
    LESS = "less"
    MORE = "more"
    CURRENCY = "other_currency"
    IBAN = "iban"
    NAME = "name"
    NAME_LIKE = "name_like"
    NAME_IN_TEXT = "name_in_text"
    OTHER_PARTNER = "other_partner"
    LIKE_OTHER = "like_other"
    FAR_RATE = "far_rate"
    WRITTEN_OFF = "written_off"
    CONTESTED = "contested"
    RECORDED = "recorded"
    MAY_BE_RECORDED = "may_be_recorded"
    CLOSED = "closed"
    ON_ACCOUNT = "on_account"


_WORDS: dict[Code, Promise] = {
    Code.NUMBER: _("The number {0} stands in the text."),
    Code.NUMBER_LIKE: _("The text has something like the number {0}."),
    Code.REFERENCE: _("Our reference {0} stands in the text."),
    Code.END_TO_END: _("The payer's end-to-end reference is {0}."),
    Code.PURCHASE_ORDER: _("The purchase order {0} stands in the text."),
    Code.EXACT: _("The amount is exactly what is open."),
    Code.ONLY_ONE: _("Nothing else has just this amount open."),
    Code.SUM: _("{0} documents of the partner add up exactly to the amount."),
    Code.ALL_OPEN: _("It is all that is open with the partner."),
    Code.CHARGE: _("The bank moved {0} less than what was paid: bank charges?"),
    Code.DISCOUNT: _("{0} less than open, {1} percent: an early-payment discount?"),
    Code.LESS: _("{0} less than open: paid in part."),
    Code.MORE: _("{0} more than open: the rest stays on account."),
    Code.CURRENCY: _("The document is in {0}: the rate comes from the two amounts."),
    Code.IBAN: _("{0} has used this IBAN before."),
    Code.NAME: _("The name is that of {0}."),
    Code.NAME_LIKE: _("The name is like {0}."),
    Code.NAME_IN_TEXT: _("The name of {0} stands in the text."),
    Code.OTHER_PARTNER: _("But the payer looks like {0}."),
    Code.LIKE_OTHER: _("But the payer's name is like {0}."),
    Code.FAR_RATE: _(
        "But 1 {0} would be {1} {2}, and the known rate of that day is {3}: "
        "decide for yourself what it settles."
    ),
    Code.WRITTEN_OFF: _("{0} was written off, but may still be paid."),
    Code.CONTESTED: _("But another line names the same document."),
    Code.RECORDED: _("A payment of this amount was recorded on {0}."),
    Code.MAY_BE_RECORDED: _("But it may be the payment that was recorded on {0}."),
    Code.CLOSED: _("The number {0} stands in the text, but nothing is open on it."),
    Code.ON_ACCOUNT: _("No document fits: it would stay on account."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason by its code, with what its words tell of."""

    code: Code
    facts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason as a sentence, in the language of whoever reads."""
        words = str(_WORDS[self.code]).format(*self.facts)
        # A name that is cut short ends the sentence by itself.
        return words.replace("….", "…")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a line's money a document gets, in the document's currency."""

    document: Document
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One way to book a line; amounts are in `currency`, `charge` in the line's.

    Either `payment` is a recorded one to link, or one of `amount` would be recorded
    that settles `settles` and leaves `on_account`. A `certain` one cannot reasonably
    be wrong; one that `asks` is not to be booked with a click: a person puts it
    together anew. `score` is from 0 to 100.
    """

    settles: tuple[Share, ...] = ()
    partner: int | None = None
    partner_name: str = ""
    currency: str
    amount: Decimal
    charge: Decimal = Decimal(0)
    payment: Recorded | None = None
    reasons: tuple[Reason, ...] = ()
    score: int = 0
    certain: bool = False
    asks: bool = False

    @property
    def on_account(self) -> Decimal:
        """What no document gets."""
        if self.payment is not None:
            return Decimal(0)
        return self.amount - sum((share.amount for share in self.settles), Decimal(0))

    @property
    def deed(self) -> tuple[object, ...]:
        """What it would do: equal for two proposals that book the same."""
        if self.payment is not None:
            return (self.payment.pk,)
        shares = [(share.document.pk, str(share.amount)) for share in self.settles]
        amounts = (self.currency, str(self.amount), str(self.charge))
        return (*sorted(shares), self.partner, *amounts)

    @property
    def token(self) -> str:
        """A short text for what it would do: to act on just what was shown."""
        return sha256(repr(self.deed).encode()).hexdigest()[:16]

    def doubted(self, code: Code, *facts: str) -> Proposal:
        """The same, not certain, for this reason."""
        reasons = (*self.reasons, Reason(code, facts))
        return replace(self, certain=False, reasons=reasons)


def distinct(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals, best first, each deed once with the reasons of all who name it."""
    merged: dict[tuple[object, ...], Proposal] = {}
    for one in sorted(proposals, key=lambda one: -one.score):
        known = merged.setdefault(one.deed, one)
        if known is not one:
            reasons = tuple(dict.fromkeys((*known.reasons, *one.reasons)))
            certain = known.certain or one.certain
            merged[one.deed] = replace(known, reasons=reasons, certain=certain)
    return list(merged.values())
