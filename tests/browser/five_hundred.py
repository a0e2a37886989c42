"""Five hundred drafts sent in a real browser from a running `demo`, and counted.

    python -m tests.browser.five_hundred [--count 500] [--url http://127.0.0.1:8000]

Makes the drafts, each for a customer of its own; chooses all of them on /send/, sends
them, watches the progress to its end; then reads the demo's mailbox: each customer must
have exactly one mail, with the very PDF that is stored for the document. Prints what it
found and ends with status 1 where anything is missing, doubled or wrong.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import os
import secrets
import sys
import time
from collections import Counter
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
django.setup()

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from config import demo_books, demo_mail  # noqa: E402
from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice  # noqa: E402
from invoices.models import DocumentFile, Invoice  # noqa: E402
from partners.access import Actor  # noqa: E402
from partners.models import Business, Membership, Partner  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 20 * 60


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def address(mark: str, number: int) -> str:
    """The e-mail address of the customer with this number."""
    return f"{mark}-{number}@example.com"


def make_drafts(business: Business, mark: str, count: int) -> None:
    """Drafts of one to three lines, in the business's currency."""
    owner = Membership.objects.for_business(business).filter(role="owner")
    by = Actor.member(owner.select_related("user")[0])
    today = datetime.datetime.now(business.zone()).date()
    for number in range(count):
        partner = Partner.objects.create(
            business=business,
            code=f"{mark}-{number}",
            name=f"{mark} customer {number}",
            is_customer=True,
            email=address(mark, number),
            billing_line1=f"{number + 1} High Street",
            billing_city="London",
            billing_country="GB",
        )
        line = LineDraft(Decimal(1 + number % 7), Decimal("12.50"), description="Work")
        draft = InvoiceDraft(
            business=business,
            partner=partner,
            date=today,
            due_date=today + datetime.timedelta(days=30),
            currency=business.currency,
            reference=f"{mark}-{number}",
            lines=[line] * (1 + number % 3),
        )
        draft_invoice(draft, by=by)


def send_all(page: Page, url: str, business: Business, mark: str) -> float:
    """Choose and send them as a person would; the seconds from the click to the end."""
    page.goto(f"{url}/send/{business.slug}/?q={mark}")
    page.fill("#id_username", demo_books.OWNER)
    page.fill("#id_password", demo_books.PASSWORD)
    page.press("#id_password", "Enter")
    page.check("#select-all")
    say(f"chosen      {page.inner_text('#selected')}")
    page.click("#compose")
    page.click("#letter .primary")
    began = time.monotonic()
    while page.query_selector("[data-live]"):
        told = " ".join(page.inner_text(".headline").split())
        say(f"{time.monotonic() - began:7.1f} s   {told}")
        if time.monotonic() - began > PATIENCE:
            sys.exit("It did not come to an end.")
        page.wait_for_timeout(5000)
    say(f"{time.monotonic() - began:7.1f} s   {page.inner_text('.headline')}")
    return time.monotonic() - began


def caught(mark: str) -> list[tuple[str, list[str]]]:
    """The mails in the demo's mailbox: to whom, and the SHA-256 of each PDF."""
    mails = [demo_mail.find(name) for name in demo_mail.names()]
    ours = [mail for mail in mails if mail and f"{mark}-" in mail.recipient]
    return [(mail.recipient, [_hash(part) for part in _pdfs(mail)]) for mail in ours]


def _pdfs(mail: demo_mail.Caught) -> list[Any]:
    parts = mail.attachments()
    return [one for one in parts if one.get_content_type() == "application/pdf"]


def _hash(part: Any) -> str:
    return hashlib.sha256(part.get_payload(decode=True)).hexdigest()


def wrong(business: Business, mark: str, count: int) -> int:
    """Compare the mailbox with the books and print it; how much is wrong."""
    mails = caught(mark)
    per_customer = Counter(recipient for recipient, _ in mails)
    rows = Invoice.objects.for_business(business).filter(reference__startswith=mark)
    stored = {
        row.invoice_id: row.sha256
        for row in DocumentFile.objects.for_business(business).filter(
            invoice__in=rows, kind="pdf"
        )
    }
    own = {
        invoice.partner.email: stored.get(invoice.pk)
        for invoice in rows.select_related("partner")
    }
    found = {
        "missing": sum(address(mark, n) not in per_customer for n in range(count)),
        "doubled": sum(number - 1 for number in per_customer.values()),
        "not own PDF": sum(pdfs != [own.get(to)] for to, pdfs in mails),
        "not issued": rows.exclude(state="issued").count(),
    }
    say(f"mails       {len(mails)}, different PDFs {len(set(stored.values()))}")
    for name, number in found.items():
        say(f"{name:<12}{number}")
    return sum(found.values())


def main() -> None:
    """Do it and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--pictures", default="", help="A folder for screenshots.")
    asked = parser.parse_args()
    business = Business.objects.get(slug=demo_books.SLUGS[0])
    mark = f"five{secrets.token_hex(3)}"
    began = time.monotonic()
    make_drafts(business, mark, asked.count)
    say(f"drafted     {asked.count} in {time.monotonic() - began:.1f} s")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        seconds = send_all(page, asked.url, business, mark)
        if asked.pictures:
            page.screenshot(path=f"{asked.pictures}/sent.png", full_page=True)
        browser.close()
    say(f"sent        {asked.count / seconds:.1f} documents a second")
    sys.exit(1 if wrong(business, mark, asked.count) else 0)


if __name__ == "__main__":
    main()
