"""The demo's papers: their look and bank details, reminders and recurring invoices."""

from __future__ import annotations

import calendar
import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from invoices.models import DocumentSettings
from invoices.papers import set_papers
from invoices.recurrence import RecurringDraft, save_recurring
from invoices.reminding import default_rules

if TYPE_CHECKING:
    from config.demo_books import Books

# Example numbers: their check digits are right, no bank has given them out.
_PAPERS: dict[str, dict[str, str]] = {
    "alder-finch": {
        "language": "en",
        "holder": "Alder & Finch Ltd",
        "iban": "GB82 WEST 1234 5698 7654 32",
        "bic": "WESTGB2L",
        "bank_name": "West Example Bank, London",
        "registration": "01234567",
        "footer": "Registered in England and Wales. Furniture made to last.",
    },
    "siam-orchid": {
        "language": "th",
        "holder": "บริษัท สยามออร์คิด เทรดดิ้ง จำกัด",
        "bank_name": "ธนาคารตัวอย่าง สาขาเจริญกรุง",
        "account": "123-4-56789-0",
        "registration": "0105556000001",
        "footer": "ขอบคุณที่อุดหนุนกล้วยไม้ของเรา",
    },
}
_LONG_MONTH = 31


def set_up(books: Books) -> None:
    """Settings and reminder rules, before the first document is issued."""
    values = _PAPERS[books.business.slug]
    papers = DocumentSettings(business=books.business, **values)
    set_papers(papers, by=books.actor)
    default_rules(books.business, by=books.actor)


def recur(books: Books) -> None:
    """The templates of invoices that come again; none is due today."""
    if books.business.slug == "alder-finch":
        _save(
            books,
            "Upkeep of the hotel's furniture",
            "HARBOUR",
            [("FITTING", "4")],
            every="month",
            starts_on=_last_of_a_long_month(books.today),
            memo="As agreed, on the last day of each month.",
        )
        _save(
            books,
            "Handbooks for the library",
            "RIVERSIDE",
            [("BOOK", "6"), ("LINEN-3", "2.5")],
            every="quarter",
            starts_on=books.today + datetime.timedelta(days=20),
            count=8,
            makes="send",
        )
        return
    _save(
        books,
        "กล้วยไม้ประจำสัปดาห์",
        "SUSAN",
        [("ORCHID", "2")],
        every="week",
        starts_on=books.today + datetime.timedelta(days=3),
        until=books.today + datetime.timedelta(days=180),
        makes="issue",
    )


def _save(
    books: Books, name: str, partner: str, lines: list[tuple[str, str]], **more: Any
) -> None:
    draft = RecurringDraft(
        business=books.business,
        name=name,
        partner=books.partners[partner],
        currency=books.business.currency,
        lines=[books.line(code, quantity) for code, quantity in lines],
        **more,
    )
    save_recurring(None, draft, by=books.actor, now=timezone.now())


def _last_of_a_long_month(today: datetime.date) -> datetime.date:
    """The next 31st after today: from there on it is each month's last day."""
    year, month = today.year, today.month
    while calendar.monthrange(year, month)[1] < _LONG_MONTH or (
        today >= datetime.date(year, month, _LONG_MONTH)
    ):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return datetime.date(year, month, _LONG_MONTH)
