"""Finding the numbers of documents in what a bank writes; pure.

A text is cut into atoms, runs of letters and digits. A number stands in it where
neighbouring atoms, joined, spell it: so its punctuation, spaces and case may differ.
How sure that is, is told with each find.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Generic, TypeVar

_Key = TypeVar("_Key")

_ATOM = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_CREDITOR = re.compile("RF[0-9]{2}")
_JOINERS = frozenset("-._/\\~'’–")
_MOST_ATOMS = 8
_SHORTEST, _LONGEST = 3, 60
_LONG_TAIL = 4
_CENTURIES = (19, 20)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CUES = _words(
    """INV INVS INVOICE INVOICES RECHNUNG RECHNUNGEN RECHNUNGSNR RECHNUNGSNUMMER RECHNR RG
    RGNR RNR RE FACTURE FACTURES FACT FACTURA FACTURAS FATTURA FAKTURA BILL BILLS"""
)
"""What says that the next is a document's number."""

_NUMBERING = _words("NO NR NUM NUMBER NUMMER NUMERO NUMS NOS NRS")
_AND = _words("AND UND ET Y E PLUS")
_CUED_DIGITS = re.compile(rf"({'|'.join(sorted(_CUES | _NUMBERING))})([0-9]+)")
_OF_SOMETHING_ELSE = _words(
    """TEL TELEPHONE TELEFON PHONE MOBILE MOB FAX DATE DATED DATUM CUSTOMER CUST CLIENT
    KUNDE KUNDENNR KD KDNR ACCOUNT ACC ACCT KONTO IBAN BIC CARD KARTE MANDATE ORDER PO ZIP
    PLZ VAT TAX"""
)


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of letters and digits, and what stands between it and the one before."""

    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Find(Generic[_Key]):
    """A number that a text may hold, at the atoms from `start` to before `end`.

    `exact`: all its signs stand there, whole, and not as part of something longer;
    `spelled`: they stand there. `cued`: a word before it, or a check sum, says that it is a document's number.
    """

    key: _Key
    start: int
    end: int
    exact: bool
    cued: bool
    spelled: bool = True


def folded(text: str) -> str:
    """In capitals, without accents."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return text.upper()


def atoms_of(text: str) -> list[Atom]:
    """The atoms of a text; a word such as INV is cut off the digits it introduces."""
    found, last = [], 0
    text = folded(text)
    for match in _ATOM.finditer(text):
        before, last = text[last : match.start()], match.end()
        cued = _CUED_DIGITS.fullmatch(match.group())
        if cued:
            found += [Atom(cued.group(1), before), Atom(cued.group(2), "")]
        else:
            found.append(Atom(match.group(), before))
    return found


def squeezed(number: str) -> str:
    """A number without its punctuation: `inv-2026/00012` → `INV202600012`."""
    return "".join(_ATOM.findall(folded(number)))


def tail(text: str) -> str:
    """The last run of digits without leading zeros: `INV-2026-00012` → `12`."""
    runs = _DIGITS.findall(text)
    return runs[-1].lstrip("0") if runs else ""


def is_weak(number: str) -> bool:
    """Whether a number is one that a text may hold by chance: digits only, or short."""
    bare = squeezed(number)
    return bare.isdigit() or len(bare) < 6 or sum(map(str.isdigit, bare)) < 3


def may_be_a_date(number: str) -> bool:
    """Whether digits could as well be a year or a day, in whatever order."""
    bare = squeezed(number)
    if not bare.isdigit() or len(bare) not in (4, 6, 8):
        return False
    pairs = [int(bare[place : place + 2]) for place in range(0, len(bare), 2)]
    if len(bare) == 4:
        return pairs[0] in _CENTURIES
    if len(bare) == 8:
        pairs = pairs[2:] if pairs[0] in _CENTURIES else pairs[:2]
    return any(0 < a <= 12 and 0 < b <= 31 for a, b in permutations(pairs, 2))


class Numbers(Generic[_Key]):
    """Numbers, each with what it stands for, ready to be found in texts."""

    def __init__(self, numbers: Iterable[tuple[str, _Key]]) -> None:
        self._whole: dict[str, list[tuple[frozenset[int], _Key]]] = defaultdict(list)
        self._tails: dict[str, set[_Key]] = defaultdict(set)
        for number, key in numbers:
            atoms = [atom.text for atom in atoms_of(number)]
            bare = "".join(atoms)
            if _SHORTEST <= len(bare) <= _LONGEST and _DIGITS.search(bare):
                self._whole[bare].append((_bounds(atoms), key))
                if not bare.isdigit():
                    self._tails[tail(number)].add(key)

    def find(self, text: str) -> list[Find[_Key]]:
        """Every number that the text may hold, in the text's order.

        Where one lies within a longer one that is exact it is not told, and where two
        overlap neither is exact.
        """
        atoms = atoms_of(text)
        found = [*self._windows(atoms), *self._references(atoms)]
        found = [one for one in found if not _within_another(one, found)]
        found = [_doubted(one) if _clashes(one, found) else one for one in found]
        known = {one.key for one in found}
        found += [one for one in self._by_tail(atoms) if one.key not in known]
        return sorted(found, key=lambda one: one.start)

    def _windows(self, atoms: list[Atom]) -> Iterator[Find[_Key]]:
        for start in range(len(atoms)):
            bare = ""
            for end in range(start + 1, min(start + _MOST_ATOMS, len(atoms)) + 1):
                bare += atoms[end - 1].text
                if bare not in self._whole:
                    continue
                places = _bounds([atom.text for atom in atoms[start:end]])
                alone = self._stands_alone(atoms, start, end)
                cued = self._cued(atoms, start)
                for bounds, key in self._whole[bare]:
                    exact = alone and places <= bounds | _turns(bare)
                    yield Find(key, start, end, exact, cued)

    def _references(self, atoms: list[Atom]) -> Iterator[Find[_Key]]:
        """Structured creditor references that hold a number of ours."""
        for start, end, body in _creditor_references(atoms):
            for word in {body, body.lstrip("0")} & self._whole.keys():
                for _, key in self._whole[word]:
                    yield Find(key, start, end, exact=True, cued=True)

    def _by_tail(self, atoms: list[Atom]) -> Iterator[Find[_Key]]:
        """Numbers without their prefix or zeros, where only one ends like that."""
        for place, atom in enumerate(atoms):
            keys = self._tails.get(atom.text.lstrip("0"), ())
            prefixed = place > 0 and len(atoms[place - 1].text) > 1
            if len(keys) == 1 and (len(atom.text) >= _LONG_TAIL or prefixed):
                cued = self._cued(atoms, place)
                for key in keys:
                    yield Find(key, place, place + 1, False, cued, spelled=False)

    def _stands_alone(self, atoms: list[Atom], start: int, end: int) -> bool:
        first, last = atoms[start], atoms[end - 1]
        if start > 0:
            before = atoms[start - 1].text
            introduced = before in _CUES | _NUMBERING
            if not introduced and not self._parts(first.before, before, first.text):
                return False
        if end == len(atoms):
            return True
        return self._parts(atoms[end].before, atoms[end].text, last.text)

    def _parts(self, between: str, neighbour: str, own: str) -> bool:
        """Whether what stands between parts a number from its neighbour."""
        if between == "/":
            word = len(neighbour) > 1 and neighbour[0].isalpha()
            return word or own[0].isalpha() or neighbour in self._whole
        return any(sign not in _JOINERS for sign in between)

    def _cued(self, atoms: list[Atom], start: int) -> bool:
        """Whether a cue stands before it, or before the list of numbers it is in."""
        place = start - 1
        while place >= 0:
            text = atoms[place].text
            if text in _CUES:
                return place == 0 or atoms[place - 1].text not in _OF_SOMETHING_ELSE
            if text in _NUMBERING:
                return place == 0 or atoms[place - 1].text in _CUES
            if text not in _AND and text not in self._whole:
                return False
            place -= 1
        return False


def spelled_with_blanks(text: str) -> set[str]:
    """What numbers written with blanks may be in full: `INV 2026 7` → `INV-2026-7`."""
    atoms = atoms_of(text)
    found: set[str] = set()
    for start, first in enumerate(atoms):
        if not first.text.isalpha():
            continue
        for end in range(start + 2, min(start + 4, len(atoms)) + 1):
            some = atoms[start:end]
            parted = any(atom.before.isspace() for atom in some[1:])
            if parted and some[-1].text.isdigit():
                found |= {sign.join(atom.text for atom in some) for sign in "-/"}
    return found


def referred_to(atoms: list[Atom]) -> set[str]:
    """What the structured creditor references of a text refer to."""
    return {body for _, _, body in _creditor_references(atoms)}


def introduces_something_else(text: str, find: Find[_Key]) -> bool:
    """Whether the word before a find says that it is a telephone's or such a number."""
    atoms = atoms_of(text)
    before = [atom.text for atom in atoms[max(find.start - 2, 0) : find.start]]
    return any(word in _OF_SOMETHING_ELSE for word in before)


def _bounds(atoms: list[str]) -> frozenset[int]:
    """Where one atom ends and the next begins, in the joined text."""
    places, place = set(), 0
    for atom in atoms[:-1]:
        place += len(atom)
        places.add(place)
    return frozenset(places)


def _turns(bare: str) -> frozenset[int]:
    """Where letters turn into digits or digits into letters."""
    signs = enumerate(pairwise(bare), start=1)
    return frozenset(n for n, (a, b) in signs if a.isdigit() != b.isdigit())


def _creditor_references(atoms: list[Atom]) -> Iterator[tuple[int, int, str]]:
    """ISO 11649: RF, two check digits, and up to 21 signs, often in groups of four."""
    for start, atom in enumerate(atoms):
        if not _CREDITOR.match(atom.text):
            continue
        bare = ""
        for end in range(start + 1, min(start + _MOST_ATOMS, len(atoms)) + 1):
            bare += atoms[end - 1].text
            if _checks(bare):
                yield start, end, bare[4:]


def _checks(reference: str) -> bool:
    if not reference.isascii() or not 5 <= len(reference) <= 25:
        return False
    digits = "".join(str(int(sign, 36)) for sign in reference[4:] + reference[:4])
    return int(digits) % 97 == 1


def _within_another(one: Find[_Key], found: list[Find[_Key]]) -> bool:
    return any(
        other.exact
        and other.start <= one.start
        and one.end <= other.end
        and other.end - other.start > one.end - one.start
        for other in found
    )


def _clashes(one: Find[_Key], found: list[Find[_Key]]) -> bool:
    """Whether another number shares atoms with it, or it stands for several things."""
    return any(
        other.start < one.end and one.start < other.end
        for other in found
        if other.key != one.key
    )


def _doubted(one: Find[_Key]) -> Find[_Key]:
    return Find(one.key, one.start, one.end, exact=False, cued=one.cued)
