"""CAMT.053, the bank's statement in XML (ISO 20022), of any of its versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from moneyed import CURRENCIES

from invoices import money
from partners.banking import clean_iban
from partners.currencies import NO_MONEY
from partners.exceptions import Invalid
from partners.imports.exceptions import BadCell
from payments.bank.files import xml
from payments.bank.files.amounts import amount_reader
from payments.bank.files.camt_entries import Entries
from payments.bank.files.movement import FileRead, Movement, Problems
from payments.exceptions import BadStatement
from payments.models import StatementFormat

_MESSAGE = "BkToCstmrStmt"
_OTHERS = {
    "BkToCstmrAcctRpt": "camt.052, the report within a day, which may still change",
    "BkToCstmrDbtCdtNtfctn": "camt.054, which tells single movements in advance",
    "CstmrCdtTrfInitn": "pain.001, an order to the bank",
    "CstmrDrctDbtInitn": "pain.008, an order to the bank",
    "CstmrPmtStsRpt": "pain.002, an answer to an order",
}
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d\}")
_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")


def read_camt(content: bytes, name: str) -> FileRead:
    """The statements of one account in a CAMT.053 file.

    Only booked entries count; pending ones are left out. Several statements in one
    file must be of one account and one currency, and each one's opening balance and
    entries must make its closing balance. Raises BadStatement with all that is wrong.
    """
    statements = _statements(xml.parsed(content, name), name)
    iban, number = _the_account(statements, name)
    currency = _currency(statements, name)
    entries = Entries(currency, Problems())
    balances = []
    for statement in statements:
        entries.read(statement)
        balances.append(_balances(statement, currency))
    entries.problems.refuse()
    _check_sums(name, entries.by_statement, balances, currency)
    opening, closing = _joined(balances)
    return FileRead(
        format=StatementFormat.CAMT053,
        currency=currency,
        movements=[one for some in entries.by_statement for one in some],
        left_out=entries.left_out,
        identification=_identification(statements),
        iban=iban,
        account_number=number,
        opening=opening,
        closing=closing,
    )


def _statements(root: xml.Element, name: str) -> list[xml.Element]:
    message = next(iter(root), None)
    kind = "" if message is None else xml.local(message)
    if kind in _OTHERS:
        raise _refused(
            f"{name} is {_OTHERS[kind]}: download the statement (camt.053) instead."
        )
    if kind != _MESSAGE or xml.local(root) != "Document":
        raise _refused(
            f"{name} is XML, but no bank statement: a CAMT.053 file is a Document with "
            f"{_MESSAGE}, and this is “{xml.local(root)}”."
        )
    if not _NAMESPACE.match(str(root.tag)):
        raise _refused(
            f"{name} does not say that it is camt.053.001: its namespace is "
            f"“{str(root.tag).partition('}')[0][1:80]}”."
        )
    found = xml.every(root, f"{_MESSAGE}/Stmt")
    if not found:
        raise _refused(f"{name} has no statement (Stmt) in it: download it again.")
    return found


def _the_account(statements: Sequence[xml.Element], name: str) -> tuple[str, str]:
    """The one account of all statements: its IBAN, or else the bank's number."""
    accounts = {
        (
            _iban(xml.text(each, "Acct/Id/IBAN"), name),
            xml.text(each, "Acct/Id/Othr/Id"),
        )
        for each in statements
    }
    if len(accounts) > 1:
        told = ", ".join(sorted(iban or number for iban, number in accounts))
        raise _refused(
            f"{name} has statements of several accounts ({told}): have the bank make "
            "a file for each."
        )
    return accounts.pop()


def _iban(told: str, name: str) -> str:
    try:
        return clean_iban(told)
    except Invalid as wrong:
        message = f"{name} says that it is of the account “{told[:40]}”. "
        raise _refused(message + wrong.message) from wrong


def _currency(statements: Sequence[xml.Element], name: str) -> str:
    found = {_currency_of(each) for each in statements}
    if len(found) > 1:
        raise _refused(f"{name} has statements in {' and '.join(sorted(found))}.")
    [currency] = found
    if currency not in CURRENCIES or currency in NO_MONEY:
        raise _refused(f"{name} does not say a currency that we know: “{currency}”.")
    return currency


def _currency_of(statement: xml.Element) -> str:
    if told := xml.text(statement, "Acct/Ccy"):
        return told
    for path in ("Bal/Amt", "Ntry/Amt"):
        found = xml.one(statement, path)
        if found is not None:
            return str(found.get("Ccy", ""))
    return ""


_Balances = tuple[Decimal | None, Decimal | None]


def _balances(statement: xml.Element, currency: str) -> _Balances:
    """What the account held before and after."""
    opening: dict[str, Decimal] = {}
    closing: dict[str, Decimal] = {}
    for balance in xml.every(statement, "Bal"):
        kind = xml.text(balance, "Tp/CdOrPrtry/Cd")
        if kind in {*_OPENING, *_CLOSING}:
            amount = _balance(balance, currency)
            # Of the balances between two pages the first opens and the last closes.
            opening.setdefault(kind, amount)
            closing[kind] = amount
    return (
        next((opening[kind] for kind in _OPENING if kind in opening), None),
        next((closing[kind] for kind in _CLOSING if kind in closing), None),
    )


def _balance(balance: xml.Element, currency: str) -> Decimal:
    found, side = xml.text(balance, "Amt"), xml.text(balance, "CdtDbtInd")
    element = xml.one(balance, "Amt")
    told = "" if element is None else element.get("Ccy", currency)
    if told != currency:
        raise _refused(f"A balance is in {told}, the account in {currency}.")
    try:
        amount = amount_reader(".", currency)(found)
    except BadCell as problem:
        raise _refused(f"The balance “{found}” {problem}.") from None
    return -amount if side == "DBIT" else amount


def _check_sums(
    name: str,
    by_statement: Sequence[Sequence[Movement]],
    balances: Sequence[_Balances],
    currency: str,
) -> None:
    for movements, (opening, closing) in zip(by_statement, balances, strict=True):
        if opening is None or closing is None:
            continue
        moved = money.summed((one.amount for one in movements), currency)
        reached = money.add(opening, moved)
        if reached != closing:
            raise _refused(
                f"{name} does not add up: {opening:,} {currency} at the beginning and "
                f"entries of {moved:,} make {reached:,}, but the closing balance says "
                f"{closing:,}. Entries are missing or doubled: download it again."
            )


def _joined(balances: Sequence[_Balances]) -> _Balances:
    """The balances around all statements, where each begins as the one before ends."""
    for (_, closing), (opening, _) in pairwise(balances):
        if closing is None or closing != opening:
            return None, None
    opening, closing = balances[0][0], balances[-1][1]
    return (None, None) if opening is None or closing is None else (opening, closing)


def _identification(statements: Sequence[xml.Element]) -> str:
    names = [xml.text(each, "Id", "ElctrncSeqNb", most=60) for each in statements]
    if len(names) > 1:
        return f"{names[0][:27]} – {names[-1][:27]}"
    return names[0]


def _refused(message: str) -> BadStatement:
    return BadStatement(message, field="file")
