"""A reminder or a statement of account as the text that its template places."""

from __future__ import annotations

from collections.abc import Mapping

from . import numbers
from .facts import ReminderFacts, StatementFacts
from .letterhead import Sheet, banking, letterhead, pairs, scan_to_pay
from .printable import one_line
from .words import words

_LAST_LEVEL = 3


def reminder_sheet(facts: ReminderFacts) -> Sheet:
    """Return all that the reminder's template needs; level 0 asks before it is late."""
    language = facts.look.language
    word = words(language)
    level = min(max(facts.level, 0), _LAST_LEVEL)
    title = word[f"reminder_{level}"]
    total = numbers.money(facts.total, facts.currency, language)
    today = numbers.day(facts.date, language)
    who = [("date", today), ("customer_number", facts.buyer.code)]
    return letterhead(facts.seller, facts.buyer, facts.look) | {
        "kind": "letter",
        "title": title,
        "running_title": title,
        "number": "",
        "subject": "",
        "name": f"{title}, {one_line(facts.buyer.name)}, {today}",
        "meta": pairs(language, who),
        "headline": [word["total_open"], total],
        "text": [_greeting(facts, word), word[f"reminder_text_{level}"]],
        "table": _open_items(facts, word),
        "payment": {
            "title": word["payment"],
            "text": [word["pay_items"].format(total=total)] if facts.total > 0 else [],
            "rows": banking(facts.bank, language),
            "qr": scan_to_pay(
                facts.bank,
                facts.currency,
                facts.total,
                ", ".join(item.number for item in facts.items),
                language,
            ),
        },
        "closing": [word["closing"], one_line(facts.seller.name)],
    }


def statement_sheet(facts: StatementFacts) -> Sheet:
    """Return all that the statement's template needs."""
    language = facts.look.language
    word = words(language)
    title = word["statement"]
    since, until = (numbers.day(on, language) for on in (facts.since, facts.until))
    period = f"{numbers.short_day(facts.since, language)} – "
    period += numbers.short_day(facts.until, language)
    due = "balance_due" if facts.closing >= 0 else "balance_credit"
    closing = numbers.money(abs(facts.closing), facts.currency, language)
    who = [("date", until), ("customer_number", facts.buyer.code), ("period", period)]
    intro = word["statement_text"].format(
        since=since, until=until, currency=facts.currency
    )
    return letterhead(facts.seller, facts.buyer, facts.look) | {
        "kind": "letter",
        "title": title,
        "running_title": title,
        "number": "",
        "subject": "",
        "name": f"{title}, {one_line(facts.buyer.name)}, {period}",
        "meta": pairs(language, who),
        "headline": [word[due], closing],
        "text": [intro],
        "table": _movements(facts, word),
        "payment": _how_to_pay(facts, word),
        "closing": [],
    }


def _greeting(facts: ReminderFacts, word: Mapping[str, str]) -> str:
    name = one_line(facts.buyer.contact_name or facts.buyer.name)
    return word["greeting"].format(name=name)


def _open_items(facts: ReminderFacts, word: Mapping[str, str]) -> Sheet:
    language, currency = facts.look.language, facts.currency
    keys = ("document", "date", "due_date", "days", "total")
    return {
        "columns": [*(word[key] for key in keys), f"{word['open']} ({currency})"],
        "left": 3,
        "rows": [
            [
                one_line(item.number),
                numbers.short_day(item.date, language),
                numbers.short_day(item.due_date, language),
                str(max(item.days, 0)),
                numbers.amount(item.total, currency, language),
                numbers.amount(item.open, currency, language),
            ]
            for item in facts.items
        ],
        "first": [],
        "last": [word["total_open"], numbers.money(facts.total, currency, language)],
    }


def _movements(facts: StatementFacts, word: Mapping[str, str]) -> Sheet:
    language, currency = facts.look.language, facts.currency
    return {
        "columns": [
            *(word[key] for key in ("date", "entry", "number", "amount")),
            f"{word['balance']} ({currency})",
        ],
        "left": 3,
        "rows": [
            [
                numbers.short_day(entry.date, language),
                word[f"kind_{entry.kind}"],
                one_line(entry.number),
                numbers.amount(entry.amount, currency, language),
                numbers.amount(entry.balance, currency, language),
            ]
            for entry in facts.entries
        ],
        "first": [word["opening"], numbers.amount(facts.opening, currency, language)],
        "last": [
            word["closing_balance"],
            numbers.money(facts.closing, currency, language),
        ],
    }


def _how_to_pay(facts: StatementFacts, word: Mapping[str, str]) -> Sheet:
    """Return the bank details where something is owed."""
    rows = banking(facts.bank, facts.look.language) if facts.closing > 0 else []
    return {"title": word["payment"], "text": [], "rows": rows, "qr": {}}
