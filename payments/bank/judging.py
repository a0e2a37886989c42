"""The rules that turn what the books know into proposals for one line; no query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from payments.bank import numbers
from payments.bank.fitting import Fit, fit, in_other_currency
from payments.bank.knowledge import Knowledge, Side
from payments.bank.payers import Payer
from payments.bank.proposals import (
    Code,
    Document,
    Proposal,
    Reason,
    Recorded,
    distinct,
)
from payments.bank.sums import MOST_DOCUMENTS, Sums
from payments.models import BankLine

_MOST_PROPOSALS = 5
_MOST_EQUAL = 3
_MOST_LISTED = 30
_Find = numbers.Find[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """A document that the line's text names, how, and whether beyond doubt."""

    document: Document
    reason: Reason
    points: int
    exact: bool
    sure: bool
    spelled: bool = True


def judge(line: BankLine, known: Knowledge) -> list[Proposal]:
    """The ways to book this line, best first; at most one of them certain."""
    payer = Payer.of(line, known)
    side = known.side(line)
    named = _named(line, side, payer)
    recorded = known.recorded_like(line)
    found = [
        *_by_number(line, named, payer, side),
        *_by_partner(line, side, payer),
        *_by_amount(line, side, payer),
        *_by_closed(line, side, payer),
    ]
    found = [_unless_recorded(one, recorded) for one in found]
    found += _by_record(line, recorded, payer)
    best = distinct(found)[:_MOST_PROPOSALS]
    if sum(one.certain for one in best) != 1:
        best = [replace(one, certain=False) for one in best]
    best = [replace(one, score=_score(one)) for one in best]
    return sorted(best, key=lambda one: -one.score)


def _score(one: Proposal) -> int:
    return 100 if one.certain else max(1, min(one.score, 99))


# --- documents that the text names ---------------------------------------------------


def _named(line: BankLine, side: Side, payer: Payer) -> list[Named]:
    best: dict[int, Named] = {}
    for find in side.open_numbers.find(line.text):
        one = _read(line, find, side, payer)
        if one.document.pk not in best or one.points > best[one.document.pk].points:
            best[one.document.pk] = one
    for find in _whole_end_to_end(line, side):
        document = side.documents[find.key[0]]
        reason = Reason(Code.END_TO_END, (line.end_to_end,))
        best[document.pk] = Named(document, reason, 60, exact=True, sure=find.exact)
    return list(best.values())[:_MOST_LISTED]


def _whole_end_to_end(line: BankLine, side: Side) -> list[_Find]:
    """The document whose number or reference the payer's own id is, all of it."""
    if not line.end_to_end:
        return []
    whole = len(numbers.atoms_of(line.end_to_end))
    found = side.open_numbers.find(line.end_to_end)
    return [
        one
        for one in found
        if one.exact
        and (one.start, one.end) == (0, whole)
        and one.key[1] != "purchase_order"
    ]


def _read(line: BankLine, find: _Find, side: Side, payer: Payer) -> Named:
    pk, what = find.key
    document = side.documents[pk]
    if not find.exact or what == "purchase_order":
        code = Code.PURCHASE_ORDER if what == "purchase_order" else Code.NUMBER_LIKE
        word = document.purchase_order or document.number
        reason = Reason(code, (word if what == "purchase_order" else document.number,))
        spelled = find.spelled and what != "purchase_order"
        return Named(document, reason, 25, exact=False, sure=False, spelled=spelled)
    word = document.number if what == "number" else document.reference
    code = Code.NUMBER if what == "number" else Code.REFERENCE
    sure = what == "number" and _is_sure(
        line, word, find, payer.agrees(document.partner)
    )
    return Named(document, Reason(code, (word,)), 55 if sure else 45, True, sure)


def _is_sure(line: BankLine, number: str, find: _Find, agrees: bool) -> bool:
    """Whether a number that stands in the text can only be meant as a document's.

    Digits alone may be a telephone's, a customer's or a date: they need a word that
    introduces them, or the payer to be the very partner.
    """
    if not numbers.is_weak(number):
        return True
    if numbers.introduces_something_else(line.text, find):
        return False
    if numbers.may_be_a_date(number):
        return agrees and find.cued
    return agrees or find.cued


def _by_number(
    line: BankLine, named: Sequence[Named], payer: Payer, side: Side
) -> Iterator[Proposal]:
    here = [one for one in named if one.document.currency == line.currency]
    exact = [one for one in here if one.exact]
    sure = [one for one in exact if one.sure]
    spelled = [one for one in named if one.spelled]
    for group in _groups(line, sure, exact):
        one = _numbered(line, group, payer)
        only = len(group) == len(sure) == len(spelled)
        yield replace(one, certain=only and _is_exact(one, group, payer))
    for other in here:
        close = fit(line, [other.document])
        wanted = other.document.partner in payer.likely()
        if not other.exact and (close.is_exact or close.is_near or wanted):
            yield _numbered(line, [other], payer)
    abroad = [one for one in named if one.exact and one not in here]
    if abroad and not exact and len({one.document.currency for one in abroad}) == 1:
        yield _numbered(line, abroad, payer)
        if len(abroad) > 1:
            yield from (_numbered(line, [one], payer) for one in abroad)


def _groups(
    line: BankLine, sure: list[Named], exact: list[Named]
) -> Iterator[list[Named]]:
    """The listed documents together, and those among them that fit exactly."""
    for some in (sure, exact) if sure != exact else (exact,):
        if some:
            yield some
    if len(exact) > 1:
        yield from ([one] for one in exact if fit(line, [one.document]).is_exact)
        units = [int(one.document.balance.scaleb(4)) for one in exact]
        places = Sums(units).only_subset(int(abs(line.amount).scaleb(4)))
        if places and len(places) < len(exact):
            yield [exact[place] for place in places]


def _numbered(line: BankLine, group: Sequence[Named], payer: Payer) -> Proposal:
    documents = [one.document for one in group]
    abroad = documents[0].currency != line.currency
    how = in_other_currency(documents) if abroad else fit(line, documents)
    reasons = [one.reason for one in group]
    return _proposal(line, how, payer, reasons, max(one.points for one in group))


def _is_exact(one: Proposal, group: Sequence[Named], payer: Payer) -> bool:
    """Whether the documents are one partner's, who may be the payer, and paid exactly."""
    partners = {share.document.partner for share in one.settles}
    return (
        len(group) == len(one.settles)
        and not one.charge
        and not one.on_account
        and all(share.amount == share.document.balance for share in one.settles)
        and len(partners) == 1
        and not any(payer.contradicts(partner) for partner in partners)
    )


# --- documents of the partner that the payer looks like ------------------------------


def _by_partner(line: BankLine, side: Side, payer: Payer) -> Iterator[Proposal]:
    for partner in payer.likely():
        documents = side.by_partner.get((partner, line.currency), [])
        found = 0
        for how in _fits(line, partner, documents, side):
            found += 1
            yield _proposal(line, how, payer, [], 0)
        if not found and payer.agrees(partner):
            yield _on_account(line, partner, payer, [Reason(Code.ON_ACCOUNT)], 0)


def _fits(
    line: BankLine, partner: int, documents: list[Document], side: Side
) -> Iterator[Fit]:
    amount = abs(line.amount)
    equal = [one for one in documents if one.balance == amount][:_MOST_EQUAL]
    yield from (fit(line, [one]) for one in equal)
    if not equal:
        several = _adding_up(line, partner, documents, side)
        if several:
            yield fit(line, several)
            return
        near = (fit(line, [one]) for one in documents[:MOST_DOCUMENTS])
        yield from [how for how in near if how.is_near][:2]


def _adding_up(
    line: BankLine, partner: int, documents: list[Document], side: Side
) -> list[Document]:
    """The partner's documents whose sum is the amount, where only one choice is."""
    amount = abs(line.amount)
    if len(documents) > 1 and sum(one.balance for one in documents) == amount:
        return documents
    key = (partner, line.currency)
    if key not in side.sums:
        side.sums[key] = Sums([int(one.balance.scaleb(4)) for one in documents])
    places = side.sums[key].only_subset(int(amount.scaleb(4)))
    return [documents[place] for place in places or ()]


# --- by the amount alone, what is closed, what was recorded already --------------------


def _by_amount(line: BankLine, side: Side, payer: Payer) -> Iterator[Proposal]:
    equal = side.by_amount.get((line.currency, abs(line.amount)), [])
    if len(equal) > _MOST_EQUAL:
        return
    only = [Reason(Code.ONLY_ONE)] if len(equal) == 1 else []
    for one in equal:
        yield _proposal(line, fit(line, [one]), payer, only, 8 * len(only))


def _by_closed(line: BankLine, side: Side, payer: Payer) -> Iterator[Proposal]:
    finds = side.closed_numbers.find(line.text)
    named = {find.key[0] for find in finds if find.exact}
    for document in _written_off(line, side, payer, named):
        reasons = [Reason(Code.WRITTEN_OFF, (document.number,))]
        points = 40 if document.pk in named else 15
        yield _proposal(line, fit(line, [document]), payer, reasons, points)
    for pk in named:
        document = side.closed_documents[pk]
        if not document.written_off or not document.balance:
            reasons = [Reason(Code.CLOSED, (document.number,))]
            yield _on_account(line, document.partner, payer, reasons, 12)


def _written_off(
    line: BankLine, side: Side, payer: Payer, named: set[int]
) -> list[Document]:
    """What the text names, or what the payer owes exactly, of all given up before."""
    return [
        one
        for one in side.closed_documents.values()
        if one.written_off and one.balance > 0 and one.currency == line.currency
        if one.pk in named
        or (one.balance == abs(line.amount) and payer.agrees(one.partner))
    ][:_MOST_EQUAL]


def _by_record(
    line: BankLine, recorded: Sequence[Recorded], payer: Payer
) -> Iterator[Proposal]:
    for one in recorded:
        named = _names_what_it_settled(line, one)
        points, reasons = 70 + 15 * bool(named), list(named)
        if one.partner is not None:
            more, said = payer.speaks_for(one.partner)
            points, reasons = points + more, [*reasons, *said]
        other = one.partner is not None and payer.contradicts(one.partner)
        yield Proposal(
            partner=one.partner,
            partner_name=one.partner_name,
            currency=line.currency,
            amount=one.amount,
            payment=one,
            reasons=(Reason(Code.RECORDED, (str(one.date),)), *reasons),
            score=points,
            certain=bool(named) and len(recorded) == 1 and not other,
        )


def _names_what_it_settled(line: BankLine, recorded: Recorded) -> list[Reason]:
    strong = [word for word in recorded.numbers if not numbers.is_weak(word)]
    found = numbers.Numbers((word, word) for word in strong).find(line.text)
    return [Reason(Code.NUMBER, (one.key,)) for one in found if one.exact]


def _unless_recorded(one: Proposal, recorded: Sequence[Recorded]) -> Proposal:
    """Doubted where it may be a payment that somebody has recorded already."""
    for known in recorded:
        if known.partner in (None, one.partner):
            doubted = one.doubted(Code.MAY_BE_RECORDED, str(known.date))
            return replace(doubted, score=one.score - 25)
    return one


# --- putting a proposal together ------------------------------------------------------


def _proposal(
    line: BankLine, how: Fit, payer: Payer, reasons: Sequence[Reason], points: int
) -> Proposal:
    partners = {share.document.partner: share.document for share in how.settles}
    said: tuple[Reason, ...] = ()
    if len(partners) == 1:
        (partner,) = partners
        more, said = payer.speaks_for(partner)
        points += more
    first = next(iter(partners.values()))
    return Proposal(
        settles=how.settles,
        partner=first.partner if len(partners) == 1 else None,
        partner_name=first.partner_name if len(partners) == 1 else "",
        currency=how.settles[0].document.currency,
        amount=how.amount,
        charge=how.charge,
        reasons=(*reasons, how.reason, *said),
        score=points + how.points,
    )


def _on_account(
    line: BankLine, partner: int, payer: Payer, reasons: list[Reason], points: int
) -> Proposal:
    more, said = payer.speaks_for(partner)
    return Proposal(
        partner=partner,
        partner_name=payer.names.get(partner, ""),
        currency=line.currency,
        amount=abs(line.amount),
        reasons=(*reasons, *said),
        score=points + more,
    )
