"""CAMT.053 files made for tests: each part a small piece of XML."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

IBAN = "DE89370400440532013000"
OTHER_IBAN = "GB29NWBK60161331926819"
TODAY = "2026-03-10"


def entry(
    amount: str = "100.00",
    side: str = "CRDT",
    *,
    currency: str = "EUR",
    status: str = "<Sts>BOOK</Sts>",
    booked: str = f"<BookgDt><Dt>{TODAY}</Dt></BookgDt>",
    details: str = "",
    more: str = "",
    reference: str = "",
) -> str:
    """One entry; `details` are its TxDtls, `more` is whatever else."""
    ref = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"{status}{booked}{ref}<NtryDtls>{details}</NtryDtls>{more}</Ntry>"
    )


def details(
    name: str = "",
    text: str | Iterable[str] = "",
    *,
    party: str = "Dbtr",
    iban: str = "",
    end_to_end: str = "",
    more: str = "",
    pty: bool = False,
) -> str:
    """The TxDtls of somebody; `pty` nests the name as later versions do."""
    texts = [text] if isinstance(text, str) else text
    who = f"<Nm>{escape(name)}</Nm>"
    who = f"<Pty>{who}</Pty>" if pty else who
    account = f"<{party}Acct><Id><IBAN>{iban}</IBAN></Id></{party}Acct>" if iban else ""
    told = "".join(f"<Ustrd>{escape(one)}</Ustrd>" for one in texts if one)
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{more}"
        f"<RltdPties><{party}>{who}</{party}>{account}</RltdPties>"
        f"<RmtInf>{told}</RmtInf></TxDtls>"
    )


def balance(kind: str, amount: str, side: str = "CRDT", currency: str = "EUR") -> str:
    """One balance, such as OPBD."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd></Bal>'
    )


def statement(
    *entries: str,
    number: str = "2026-1",
    account: str = f"<IBAN>{IBAN}</IBAN>",
    balances: str = "",
    currency: str = "EUR",
) -> str:
    """One Stmt."""
    return (
        f"<Stmt><Id>{number}</Id><Acct><Id>{account}</Id><Ccy>{currency}</Ccy></Acct>"
        f"{balances}{''.join(entries)}</Stmt>"
    )


def document(*statements: str, version: str = "08", kind: str = "053") -> bytes:
    """The file."""
    message = {"053": "BkToCstmrStmt", "052": "BkToCstmrAcctRpt"}
    inner = message.get(kind, "BkToCstmrDbtCdtNtfctn")
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="{space}"><{inner}><GrpHdr><MsgId>1</MsgId></GrpHdr>'
        f"{''.join(statements)}</{inner}></Document>"
    ).encode()


def a_file(*entries: str, **values: str) -> bytes:
    """A file with one statement of these entries."""
    return document(statement(*entries, **values))
