"""Documents and payments as a bookkeeper would know them on paper, for `test_life`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

PIECES = 4


@dataclass
class Document:
    """An invoice of some pieces at one price, or a credit note over some of them."""

    pk: int
    price: Decimal
    pieces: int = PIECES
    state: str = "draft"
    applied: Decimal = Decimal(0)
    credits: Document | None = None
    notes: list[Document] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.price * self.pieces

    @property
    def credited(self) -> Decimal:
        return sum((note.total for note in self.notes), Decimal(0))

    @property
    def pieces_left(self) -> int:
        return self.pieces - sum(note.pieces for note in self.notes)

    def is_draft(self) -> bool:
        return self.state == "draft"

    def is_creditable(self) -> bool:
        return self.stands and self.credits is None and self.pieces_left > 0

    @property
    def stands(self) -> bool:
        return self.state in {"issued", "written_off"}


@dataclass
class Money:
    """A payment in or out: an amount, what it settles by document, what went back."""

    pk: int
    amount: Decimal
    incoming: bool
    shares: dict[int, Decimal] = field(default_factory=dict)
    refunds: list[Money] = field(default_factory=list)
    refund_of: Money | None = None
    cancelled: bool = False

    @property
    def left(self) -> Decimal:
        if self.refund_of:
            return self.amount if self.cancelled else Decimal(0)
        spent = sum(self.shares.values(), sum(r.amount for r in self.refunds))
        return self.amount - spent
