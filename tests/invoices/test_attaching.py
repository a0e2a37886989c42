"""Files of documents: by their bytes, row and file together, handed out but never shown."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from invoices.attaching import attach, detach
from invoices.exceptions import StorageFailed
from invoices.file_kinds import kind_of
from invoices.models import Attachment, Bill, Event, Invoice
from invoices.models.attachment import storage
from partners.access import Actor
from partners.exceptions import Invalid, NotAllowed
from payments.verifying import verify
from tests.admin_cast import books, said, signed_in, staff, url
from tests.books import history, refused
from tests.factories import a_bill, a_draft, actor, an_issued_invoice

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nnothing much"
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, settings: Any) -> Path:
    """An empty storage of this test's own."""
    place = {"location": tmp_path, "file_permissions_mode": 0o600}
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": {**settings.STORAGES["attachments"], "OPTIONS": place},
    }
    Attachment._meta.get_field("file").storage = storage()
    return tmp_path


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def office(*parts: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, mimetype if part == "mimetype" else "x")
    return target.getvalue()


def broken(method: int, start: int, *, name: bytes = b"mimetype") -> bytes:
    """An office file whose first part is said to be packed so, and is not."""
    content = bytearray(office("mimetype", mimetype="x" * 40))
    index = content.rindex(b"PK\x01\x02")
    content[8:10] = content[index + 10 : index + 12] = method.to_bytes(2, "little")
    content[6] = content[index + 8] = start
    for at in (30, index + 46):
        content[at : at + len(name)] = name
    return bytes(content)


XML = b'<?xml version="1.0"?>'
SHEET = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "order.pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "photo.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "photo.jpeg", "image/jpeg"),
        (b"a;b\n1;2\n", "list.csv", "text/plain"),
        ("Größe – 5".encode(), "note.txt", "text/plain"),
        (b'<?xml version="1.0"?><Invoice/>', "e.xml", "application/xml"),
        (
            b"<?xml version='1.0'?><I xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>",
            "signed.xml",
            "application/xml",
        ),
        (
            office("[Content_Types].xml", "xl/workbook.xml"),
            "sums.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (office("mimetype", mimetype=SHEET), "sums.ods", SHEET),
    ],
)
def test_a_file_is_what_its_bytes_are(
    content: bytes, name: str, media_type: str
) -> None:
    assert kind_of(content, name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (PAGE, "order.pdf", "This is a web page or holds a program"),
        (b"hello <SVG onload=x>", "note.txt", "This is a web page"),
        (b"just text", "order.pdf", "“order.pdf” is in truth text: save it as .txt."),
        (PDF, "order.html", "“order.html” is in truth PDF: save it as .pdf."),
        (b"MZ\x90\x00", "order.exe", "Only these kinds of files: PDF, PNG"),
        (office("evil.txt"), "sums.xlsx", "Only these kinds"),
        (office("[Content_Types].xml", "xl/vbaProject.bin"), "a.xlsx", "macros"),
        (b"PK\x03\x04 cut off", "sums.xlsx", "The file is damaged"),
        (b"null\x00byte", "note.txt", "Only these kinds"),
        (broken(0, 0), "sums.ods", "Only these kinds"),
        (broken(8, 0), "sums.ods", "The file is damaged"),
        (broken(12, 0), "sums.ods", "The file is damaged"),
        (broken(14, 0), "sums.ods", "The file is damaged"),
        (broken(99, 0), "sums.ods", "The file is damaged"),
        (broken(0, 1), "sums.ods", "The file is damaged"),
        (broken(0, 0, name=b"mimetyp\xff"), "sums.ods", "Only these kinds"),
        (
            XML + b'<x:a xmlns:x = "http://www.w3.org/1999/xhtml"/>',
            "a.xml",
            "This is a web page",
        ),
        (
            XML + b"<a xmlns:s='http://www.w3.org/2000/sv&#103;'/>",
            "a.xml",
            "This is a web page",
        ),
        (XML + b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "a.xml", "This is a web page"),
    ],
)
def test_what_is_called_something_else_is_refused_with_words(
    content: bytes, name: str, message: str
) -> None:
    with pytest.raises(Invalid, match=r".*") as caught:
        kind_of(content, name)
    assert message in caught.value.message
    assert caught.value.field == "file"


def test_a_file_is_put_to_a_draft_and_to_a_final_document(
    owner: Actor, business: Any, stored: Path
) -> None:
    for document in (
        a_draft(business, by=owner),
        an_issued_invoice(business, by=owner),
    ):
        row = attach(document, PDF, "../../etc/Ord\ner\u202e.pdf", by=owner)
        assert (row.name, row.size) == ("Order.pdf", len(PDF))
        assert row.content_type == "application/pdf"
        assert (row.content(), row.intact()) == (PDF, True)
        assert history(document)[-1] == (
            "attachment.added",
            {"name": "Order.pdf", "sha256": row.sha256},
        )
        assert "Order" not in str(row.file.name)
    assert len(files(stored)) == 2
    assert {path.stat().st_mode & 0o777 for path in files(stored)} == {0o600}


def test_what_is_refused_leaves_no_row_and_no_file(
    owner: Actor, business: Any, stored: Path, settings: Any
) -> None:
    draft = a_draft(business, by=owner)
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    for content, name in ((PAGE, "a.pdf"), (b"", "a.pdf"), (PDF, "pdf")):
        with refused(Invalid, "file"):
            attach(draft, content, name, by=owner)
    with refused(Invalid, "file") as caught:
        attach(draft, PDF + b" " * 1_000_000, "a.pdf", by=owner)
    assert caught.value.message == "The file is larger than 1 MB."
    viewer = actor(business, "viewer")
    with refused(NotAllowed):
        attach(draft, PDF, "a.pdf", by=viewer)
    assert files(stored) == []


def test_a_storage_that_fails_leaves_no_row(
    owner: Actor, business: Any, stored: Path
) -> None:
    draft = a_draft(business, by=owner)
    (stored / str(business.pk)).write_text("a file where the folder should be")
    with refused(StorageFailed, "file"):
        attach(draft, PDF, "a.pdf", by=owner)


def test_a_transaction_that_fails_leaves_no_file(
    owner: Actor, business: Any, stored: Path
) -> None:
    draft = a_draft(business, by=owner)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE invoices_attachment ADD CONSTRAINT never CHECK (size < 0)"
        )
    with pytest.raises(Exception, match="never"):
        attach(draft, PDF, "a.pdf", by=owner)
    assert files(stored) == []


def test_removing_takes_row_and_file_and_a_final_document_asks_why(
    owner: Actor, business: Any, stored: Path, django_capture_on_commit_callbacks: Any
) -> None:
    draft, final = a_draft(business, by=owner), an_issued_invoice(business, by=owner)
    loose, fixed = (attach(row, PDF, "a.pdf", by=owner) for row in (draft, final))
    with refused(Invalid, "reason"):
        detach(fixed, by=owner)
    clerk = actor(business, "clerk")
    with refused(NotAllowed):
        detach(fixed, by=clerk, reason="Wrong one")
    with django_capture_on_commit_callbacks(execute=True):
        detach(loose, by=clerk)
        assert len(files(stored)) == 2
        detach(fixed, by=owner, reason="Wrong one")
    assert files(stored) == []
    verb, facts = history(final)[-1]
    assert (verb, facts["reason"]) == ("attachment.removed", "Wrong one")
    with refused(Invalid, "file"):
        detach(loose, by=owner)


def test_the_files_of_a_deleted_draft_go_with_it(
    owner: Actor, business: Any, stored: Path, django_capture_on_commit_callbacks: Any
) -> None:
    draft = a_draft(business, by=owner)
    attach(draft, PDF, "a.pdf", by=owner)
    with django_capture_on_commit_callbacks(execute=True):
        draft.delete(by=owner)
    assert (files(stored), Attachment.objects.count()) == ([], 0)


def test_verifying_the_books_finds_a_file_that_changed_or_is_gone(
    owner: Actor, business: Any, stored: Path
) -> None:
    rows = [attach(a_draft(business, by=owner), PDF, "a.pdf", by=owner) for _ in "abc"]
    changed, gone = Path(rows[0].file.path), Path(rows[1].file.path)
    changed.write_bytes(PDF + b"!")
    gone.unlink()
    [found] = [one for one in verify(business) if "attached" in one.proof]
    assert found.rows == 3
    assert found.wrong == tuple(f"a.pdf ({row.pk})" for row in rows[:2])


# --- in the admin --------------------------------------------------------------------------


def upload(client: Client, document: Any, content: bytes, name: str) -> Any:
    file = SimpleUploadedFile(name, content, "application/pdf")
    return client.post(url(document, "attach"), {"file": file}, follow=True)


def test_a_file_is_uploaded_listed_handed_out_and_removed_in_the_admin() -> None:
    own = books()
    client = signed_in(staff(own.business))
    bill = Bill.objects.get(pk=a_bill(own.business, "V-9").pk)
    for document, model in ((own.draft, Invoice), (own.invoice, Invoice), (bill, Bill)):
        page = upload(client, document, PDF, "The order.pdf")
        assert said(page)[-1] == "Attached The order.pdf."
        assert "The order.pdf" in page.content.decode()
        row = Attachment.objects.latest("id")
        answer = client.get(url(model, "attachment", row.pk))
        assert answer.content == PDF
        assert {name: answer.headers[name] for name in _GUARDS} == _GUARDS
        removed = client.post(
            url(model, "detach", row.pk), {"reason": "Old"}, follow=True
        )
        assert said(removed)[-1] == "Removed The order.pdf."
    events = Event.objects.for_business(own.business)
    assert events.filter(verb__startswith="attachment.").count() == 6


_GUARDS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": 'attachment; filename="The order.pdf"',
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def test_a_page_called_pdf_is_refused_in_the_admin() -> None:
    own = books()
    client = signed_in(staff(own.business))
    before = Attachment.objects.count()
    page = upload(client, own.draft, PAGE, "order.pdf")
    assert said(page) == [
        "This is a web page or holds a program: it is not accepted, whatever its name."
    ]
    nothing = client.post(url(own.draft, "attach"), follow=True)
    assert said(nothing) == ["Choose a file first."]
    assert Attachment.objects.count() == before


def test_files_are_handed_only_to_people_of_the_business() -> None:
    own, other = books(), books("Zebra")
    client = signed_in(staff(own.business))
    theirs = Attachment.objects.get(business=other.business)
    mine = Attachment.objects.get(business=own.business)
    assert client.get(url(Invoice, "attachment", theirs.pk)).status_code == 404
    assert client.post(url(Invoice, "detach", theirs.pk)).status_code == 404
    assert client.post(url(other.draft, "attach")).status_code == 404
    # Nor does the address of bills hand out what is an invoice's.
    assert client.get(url(Bill, "attachment", mine.pk)).status_code == 404
    viewer = signed_in(staff(own.business, "viewer"))
    assert viewer.get(url(Invoice, "attachment", mine.pk)).status_code == 200
    told = viewer.post(url(Invoice, "detach", mine.pk), {"reason": "x"}, follow=True)
    assert "This needs the capability" in said(told)[0]
    upload(viewer, own.draft, PDF, "a.pdf")
    assert Attachment.objects.filter(business=own.business).count() == 1
