"""Who a line's payer looks like: by the IBAN used before, by name, by alias."""

from __future__ import annotations

from dataclasses import dataclass

from payments.bank.knowledge import Knowledge
from payments.bank.names import Likeness, Names
from payments.bank.proposals import Code, Reason
from payments.models import BankLine

_LONGEST = 40


def shortened(name: str) -> str:
    """A name as far as it fits into a sentence."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Payer:
    """The partners that a line's IBAN, name and text speak for."""

    by_iban: frozenset[int]
    named: tuple[Likeness, ...]
    in_text: frozenset[int]
    names: dict[int, str]
    counterparty: str
    known: Names

    @classmethod
    def of(cls, line: BankLine, known: Knowledge) -> Payer:
        """What the books know of the payer; no query."""
        return cls(
            frozenset(known.payers.get(line.iban, ()) if line.iban else ()),
            tuple(known.names.like(line.counterparty)),
            frozenset(known.names.borne_in(line.text)),
            known.partner_names,
            line.counterparty,
            known.names,
        )

    @property
    def whole(self) -> frozenset[int]:
        """The partners whose whole name is the payer's."""
        return frozenset(one.partner for one in self.named if one.whole)

    def likely(self) -> list[int]:
        """Whose documents to look at, the likeliest first."""
        named = [one.partner for one in self.named]
        return list(dict.fromkeys([*self.by_iban, *named, *self.in_text]))[:5]

    def agrees(self, partner: int) -> bool:
        """Whether IBAN or, without a known one, the whole name is this partner's alone."""
        return (self.by_iban or self.whole) == {partner}

    def is_other(self, partner: int) -> bool:
        """Whether IBAN or name are a different partner's."""
        if self.by_iban:
            return partner not in self.by_iban
        return bool(self.whole) and partner not in self.whole

    def leans_elsewhere(self, partner: int) -> bool:
        """Whether the name is only like a different partner's, and not like this one's."""
        if self.by_iban or partner in self.in_text or not self.named:
            return False
        return not self.known.resembles(self.counterparty, partner)

    def contradicts(self, partner: int) -> bool:
        """Whether IBAN or name tell of somebody else, if only by likeness."""
        return self.is_other(partner) or self.leans_elsewhere(partner)

    def speaks_for(self, partner: int) -> tuple[int, tuple[Reason, ...]]:
        """What this says for a proposal to the partner: points and reasons."""
        name = shortened(self.names.get(partner, ""))
        reasons, points = [], 0
        if partner in self.by_iban:
            reasons.append(Reason(Code.IBAN, (name,)))
            points += 15
        named = [one for one in self.named if one.partner == partner]
        if named:
            code = Code.NAME if named[0].whole else Code.NAME_LIKE
            reasons.append(Reason(code, (name,)))
            points += 10 if named[0].whole else 5
        elif partner in self.in_text:
            reasons.append(Reason(Code.NAME_IN_TEXT, (name,)))
            points += 8
        if self.is_other(partner):
            others = sorted(self.by_iban or self.whole)
            told = ", ".join(shortened(self.names.get(pk, "")) for pk in others[:2])
            reasons.append(Reason(Code.OTHER_PARTNER, (told,)))
            points -= 55
        elif self.leans_elsewhere(partner):
            told = shortened(self.names.get(self.named[0].partner, ""))
            reasons.append(Reason(Code.LIKE_OTHER, (told,)))
            points -= 20
        return points, tuple(reasons)
