"""DELETE of an invoice: drafts only."""

from __future__ import annotations

from invoices.models import Event, Invoice
from partners.models import Business
from tests.api.native.door import Door, read, refusal, unchanged
from tests.factories import a_draft, a_key, an_issued_invoice


def test_a_draft_goes_with_its_lines_and_leaves_its_history(
    api: Door, business: Business
) -> None:
    draft, other = a_draft(business), a_draft(business)
    response = api.delete(f"invoices/{draft.public_id}/")
    assert (response.status_code, response.content) == (204, b"")
    assert list(Invoice.objects.all()) == [other]
    verbs = Event.objects.filter(subject_id=draft.pk).order_by("position")
    assert list(verbs.values_list("verb", flat=True)) == [
        "invoice.drafted",
        "invoice.deleted",
    ]
    read(api.get(f"invoices/{draft.public_id}/"), 404)


def test_only_a_draft_can_be_deleted(api: Door, business: Business) -> None:
    invoice = an_issued_invoice(business, number="F-1")
    message = "F-1 is issued; only a draft can be changed."
    with unchanged():
        refused = read(api.delete(f"invoices/{invoice.public_id}/"), 409)
    assert refused == refusal(409, "not_a_draft", message)


def test_if_match_guards_a_deletion(api: Door, business: Business) -> None:
    draft = a_draft(business)
    path = f"invoices/{draft.public_id}/"
    with unchanged():
        refused = read(api.delete(path, headers={"If-Match": '"2"'}), 412)
    assert refused["apierror"]["code"] == "stale_document"
    assert api.delete(path, headers={"If-Match": '"1"'}).status_code == 204


def test_what_is_not_there_cannot_be_deleted(api: Door, business: Business) -> None:
    a_draft(business)
    with unchanged():
        for public_id in ("dd921fea0", "ib0v", "%00"):
            read(api.delete(f"invoices/{public_id}/"), 404)


def test_a_viewer_may_not_delete(business: Business) -> None:
    viewer = Door(business, a_key(business, role="viewer"))
    draft = a_draft(business)
    with unchanged():
        refused = read(viewer.delete(f"invoices/{draft.public_id}/"), 403)
    assert refused["apierror"]["code"] == "not_allowed"
