"""The demo's mailbox: what was caught is shown as text, and never runs."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config import demo_mail

HTML = "<p>Hello</p><script>parent.document.title='owned'</script>"


@pytest.fixture(autouse=True)
def demo(settings: Any, tmp_path: Path) -> None:
    """In the demo, with a folder of the test's own."""
    settings.VAR_DIR = tmp_path
    settings.DEMO = True


def a_mail(subject: str = "Rechnung für กรุงเทพ") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "us@example.com", "you@example.com"
    message["Subject"] = subject
    message.set_content("Hello <b>you</b>")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="a b.pdf"
    )
    return message


def get(path: str) -> Any:
    return Client().get(path)


def test_mails_are_caught_whole_and_listed_newest_first() -> None:
    with demo_mail.catching() as port, smtplib.SMTP("127.0.0.1", port) as server:
        for subject in ("first", "second"):
            server.send_message(a_mail(subject))
            time.sleep(0.01)
    subjects = [demo_mail.find(name).subject for name in demo_mail.names()]  # type: ignore[union-attr]
    assert subjects == ["second", "first"]
    page = get("/demo/mail/").content.decode()
    assert "2 mails caught" in page and page.index("second") < page.index("first")


def test_one_mail_is_shown_as_text_with_its_attachment_to_download() -> None:
    name = demo_mail.store(a_mail().as_bytes())
    page = get(f"/demo/mail/{name}/").content.decode()
    assert "<h1>Rechnung für กรุงเทพ</h1>" in page
    assert "Hello &lt;b&gt;you&lt;/b&gt;" in page and "<script" not in page
    response = get(f"/demo/mail/{name}/1/")
    assert (response.content, response["Content-Disposition"]) == (
        b"%PDF-1.7",
        'attachment; filename="a-b.pdf"',
    )
    assert get(f"/demo/mail/{name}/2/").status_code == 404


def test_its_html_is_served_only_into_a_sandbox() -> None:
    name = demo_mail.store(a_mail().as_bytes())
    response = get(f"/demo/mail/{name}/html/")
    assert response["Content-Security-Policy"].startswith("sandbox allow-popups; ")
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    page = get(f"/demo/mail/{name}/").content.decode()
    assert 'sandbox="allow-popups"' in page


@pytest.mark.parametrize("name", ["..", "x", "20260101T000000.000000-1-1", "%2e%2e%2f"])
def test_what_is_no_mail_is_not_found(name: str) -> None:
    assert get(f"/demo/mail/{name}/").status_code == 404


def test_garbage_is_shown_without_a_fault() -> None:
    for content in (b"", b"\xff\xfe", b"Subject: =?x?q?=ff?=\nTo: \xff\n\n\xff"):
        name = demo_mail.store(content)
        for path in ("", "html/"):
            assert get(f"/demo/mail/{name}/{path}").status_code == 200
    assert get("/demo/mail/").status_code == 200


def test_there_is_no_mailbox_outside_of_the_demo(settings: Any) -> None:
    name = demo_mail.store(a_mail().as_bytes())
    settings.DEMO = False
    for path in ("", f"{name}/", f"{name}/html/", f"{name}/1/"):
        assert get(f"/demo/mail/{path}").status_code == 404


def test_clearing_forgets_all() -> None:
    demo_mail.store(b"x")
    demo_mail.clear()
    assert demo_mail.names() == []


def test_mails_are_searched_by_recipient_and_subject() -> None:
    for subject in ("Invoice 7", "Invoice 8", "Reminder 7"):
        demo_mail.store(a_mail(subject).as_bytes())
    for words, found in (("invoice 7", 1), ("YOU@example", 3), ("nobody", 0), ("7", 2)):
        page = Client().get("/demo/mail/", {"q": words}).content.decode()
        assert page.count("<td><a ") == found, words
    page = get("/demo/mail/").content.decode()
    assert 'href="/send/"' in page and 'href="/admin/"' in page


def test_a_hundred_mails_make_a_page_and_the_search_goes_with_it() -> None:
    for number in range(101):
        demo_mail.store(a_mail(f"Mail & {number}").as_bytes())
    page = get("/demo/mail/?q=%26").content.decode()
    assert page.count("<td><a ") == 100
    assert 'href="?q=%26&amp;page=2"' in page
    assert get("/demo/mail/?q=%26&page=2").content.decode().count("<td><a ") == 1
