"""Proposing what the lines of a statement were for, a whole batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from partners.models import Business
from payments.bank.judging import judge
from payments.bank.knowledge import known_about
from payments.bank.numbers import folded
from payments.bank.proposals import Code, Proposal
from payments.bank.rates import Rates
from payments.models import BankLine

Proposals = dict[int, list[Proposal]]


def propose(business: Business, lines: Iterable[BankLine]) -> Proposals:
    """The ways to book each line, by its primary key, best first; empty where nothing fits.

    Six statements for any number of lines, none for none, and two more for each day
    and currency in which a document of another currency is proposed. They cost a pass over the
    open documents and the partners' names of the business; the rest is computed, a
    line in about a millisecond. Two lines that claim the same document are not both
    certain, so lines that are to be booked together are best asked about together.
    """
    asked = [line for line in lines if line.business_id == business.pk]
    if not asked:
        return {}
    known = known_about(business, asked)
    rates = Rates(business)
    found = {line.pk: rates.doubting(line, judge(line, known)) for line in asked}
    _settle_contests(asked, found)
    return found


def _settle_contests(lines: Sequence[BankLine], found: Proposals) -> None:
    """Of certain lines that claim one document leave the first certain, or none.

    None where their payers differ: then somebody wrote a wrong number.
    """
    claims: dict[tuple[str, int], list[BankLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.date, line.pk)):
        for one in found[line.pk][:1]:
            if one.certain:
                for claim in _claims(one):
                    claims[claim].append(line)
    for rivals in claims.values():
        same = len({_payer(line) for line in rivals}) == 1 and all(_payer(rivals[0]))
        for line in rivals[1:] if same else rivals if len(rivals) > 1 else []:
            best, *others = found[line.pk]
            if best.certain:
                found[line.pk] = [best.doubted(Code.CONTESTED), *others]


def _claims(one: Proposal) -> list[tuple[str, int]]:
    if one.payment is not None:
        return [("payment", one.payment.pk)]
    return [("document", share.document.pk) for share in one.settles]


def _payer(line: BankLine) -> tuple[str]:
    return (line.iban or folded(line.counterparty),)
