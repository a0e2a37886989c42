"""The entries of a CAMT.053 statement, and what each of them says."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from invoices import money
from invoices.exceptions import BadDates
from invoices.periods import check_day
from partners.imports.exceptions import BadCell
from payments.bank.files import xml
from payments.bank.files.amounts import amount_reader
from payments.bank.files.movement import (
    MOST_MOVEMENTS,
    Movement,
    Problems,
    plain,
    reference,
)
from payments.exceptions import BadStatement

_BOOKED = "BOOK"
_PLAIN = re.compile(r"\d+(\.\d+)?", re.ASCII)
_CREDIT, _DEBIT = "CRDT", "DBIT"
_PARTIES = {
    _CREDIT: ("Dbtr", "UltmtDbtr", "DbtrAcct"),
    _DEBIT: ("Cdtr", "UltmtCdtr", "CdtrAcct"),
}
_REVERSED = {_CREDIT: _DEBIT, _DEBIT: _CREDIT}


class _Unreadable(Exception):
    """One place of an entry will not do."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


class Entries:
    """The movements of a file's statements; problems are collected."""

    def __init__(self, currency: str, problems: Problems) -> None:
        self.problems = problems
        self.by_statement: list[list[Movement]] = []
        self.left_out = 0
        self._currency = currency
        self._amount = amount_reader(".", currency)
        self._number = 0

    def read(self, statement: xml.Element) -> None:
        """Take the entries of one statement. Raises BadStatement for too many."""
        movements: list[Movement] = []
        self.by_statement.append(movements)
        for entry in xml.every(statement, "Ntry"):
            self._number += 1
            if self._number > MOST_MOVEMENTS:
                most = f"The file has more than {MOST_MOVEMENTS:,} entries"
                raise BadStatement(f"{most}: ask for shorter periods.", field="file")
            try:
                movements += self._movements(entry)
            except _Unreadable as wrong:
                self.problems.add(self._number, wrong.column, wrong.value, wrong.reason)

    def _movements(self, entry: xml.Element) -> list[Movement]:
        """Nothing of a pending entry; of a batch each part that has its own amount."""
        if (xml.text(entry, "Sts/Cd", "Sts") or _BOOKED) != _BOOKED:
            self.left_out += 1
            return []
        total = self._signed(entry, "Amt", xml.text(entry, "CdtDbtInd"))
        if not total:
            self.left_out += 1
            return []
        details = xml.every(entry, "NtryDtls/TxDtls")
        amounts = self._parts(entry, details, total)
        if amounts is None:
            return [self._movement(entry, details, total)]
        pairs = zip(details, amounts, strict=True)
        return [self._movement(entry, [one], amount) for one, amount in pairs]

    def _parts(
        self, entry: xml.Element, details: Sequence[xml.Element], total: Decimal
    ) -> list[Decimal] | None:
        """Each part's own amount, where they are several and make the entry's."""
        if len(details) < 2:
            return None
        side = xml.text(entry, "CdtDbtInd")
        amounts = []
        for one in details:
            path = next(
                (p for p in ("Amt", "AmtDtls/TxAmt/Amt") if xml.text(one, p)), ""
            )
            found = xml.one(one, path) if path else None
            if found is None or found.get("Ccy") != self._currency:
                return None
            amounts.append(self._signed(one, path, xml.text(one, "CdtDbtInd") or side))
        whole = money.summed(amounts, self._currency) == total
        return amounts if whole and all(amounts) else None

    def _signed(self, element: xml.Element, path: str, side: str) -> Decimal:
        found = xml.one(element, path)
        words = xml.text(element, path)
        if side not in _PARTIES:
            raise _Unreadable("CdtDbtInd", side, "is neither CRDT nor DBIT")
        told = "" if found is None else found.get("Ccy", self._currency)
        if told != self._currency:
            raise _Unreadable("Amt", told, f"is not the account's {self._currency}")
        try:
            amount = self._amount(words)
        except BadCell as problem:
            raise _Unreadable("Amt", words, str(problem)) from None
        if amount < 0:
            raise _Unreadable("Amt", words, "has a sign; CdtDbtInd says the direction")
        return amount if side == _CREDIT else -amount

    def _movement(
        self, entry: xml.Element, details: Sequence[xml.Element], amount: Decimal
    ) -> Movement:
        """One movement, told of by its own details or by all of the entry's."""
        only = details[0] if len(details) == 1 else None
        reversal = xml.text(entry, "RvslInd") in {"true", "1"}
        side = _CREDIT if amount > 0 else _DEBIT
        name, iban = _party(only, _REVERSED[side] if reversal else side)
        value_date = _day(entry, "ValDt")
        date = _day(entry, "BookgDt") or value_date
        if date is None:
            raise _Unreadable("BookgDt", "", "is missing, and so is ValDt")
        return Movement(
            position=self._number,
            date=date,
            value_date=value_date,
            amount=amount,
            currency=self._currency,
            counterparty=name,
            iban=iban,
            text=_told(entry, details, reversal=reversal),
            end_to_end=reference(xml.text(only, "Refs/EndToEndId")),
            bank_reference=_reference(entry, only),
        )


def _reference(entry: xml.Element, only: xml.Element | None) -> str:
    """The bank's own; NtryRef may begin anew in each statement, so it is none."""
    return reference(
        xml.text(only, "Refs/AcctSvcrRef") or xml.text(entry, "AcctSvcrRef")
    )


def _day(entry: xml.Element, name: str) -> datetime.date | None:
    words = xml.text(entry, f"{name}/Dt", f"{name}/DtTm")
    if not words:
        return None
    try:
        day = datetime.date.fromisoformat(words[:10])
        check_day(day)
    except ValueError:
        raise _Unreadable(name, words, "is not a date such as 2026-12-31") from None
    except BadDates as refusal:
        raise _Unreadable(name, words, refusal.message.rstrip(".")) from None
    return day


def _party(only: xml.Element | None, side: str) -> tuple[str, str]:
    """Name and account of whoever is on the other side."""
    party, behind, account = _PARTIES[side]
    related = xml.one(only, "RltdPties")
    paths = [
        f"{who}/{nested}" for who in (party, behind) for nested in ("Nm", "Pty/Nm")
    ]
    iban = xml.text(related, f"{account}/Id/IBAN", f"{account}/Id/Othr/Id", most=34)
    return xml.text(related, *paths), iban.replace(" ", "").upper()


def _told(entry: xml.Element, details: Sequence[xml.Element], *, reversal: bool) -> str:
    """What it was for, in one text: remittance, references, the bank's words, charges."""
    words = ["Reversal"] if reversal else []
    for one in details:
        words += _remittance(one)
    for found in [xml.text(entry, "AddtlNtryInf", most=500), *_facts(entry, details)]:
        if found and found not in words:
            words.append(found)
    return plain(" ".join(dict.fromkeys(words)), 2000)


def _remittance(one: xml.Element) -> list[str]:
    paths = (
        "RmtInf/Ustrd",
        "RmtInf/Strd/CdtrRefInf/Ref",
        "RmtInf/Strd/RfrdDocInf/Nb",
        "RmtInf/Strd/AddtlRmtInf",
        "AddtlTxInf",
    )
    found = [plain(e.text or "", 2000) for path in paths for e in xml.every(one, path)]
    return list(filter(None, found))


def _facts(entry: xml.Element, details: Sequence[xml.Element]) -> list[str]:
    return [*_instructed(entry, details), *_charges(entry, details)]


def _instructed(entry: xml.Element, details: Sequence[xml.Element]) -> list[str]:
    """What the payer ordered in another currency than the account's, in words."""
    booked = xml.one(entry, "Amt")
    told = []
    for each in (*details, entry):
        amount = xml.one(each, "AmtDtls/InstdAmt/Amt")
        if amount is None or booked is None or amount.get("Ccy") == booked.get("Ccy"):
            continue
        told.append(f"{_grouped(amount)} {plain(amount.get('Ccy', ''), 3)} instructed")
    return told


def _grouped(amount: xml.Element) -> str:
    """The file's amount with its thousands apart; as it stands where it is none."""
    words = plain(amount.text or "", 40)
    return f"{Decimal(words):,f}" if _PLAIN.fullmatch(words) else words


def _charges(entry: xml.Element, details: Sequence[xml.Element]) -> list[str]:
    paths = ("Chrgs/Rcrd/Amt", "Chrgs/Amt")
    found = [e for each in (entry, *details) for p in paths for e in xml.every(each, p)]
    return [f"Charges {plain(e.text or '', 40)} {e.get('Ccy', '')}" for e in found]
