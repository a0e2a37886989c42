"""The command that sends all drafts that are ready."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from invoices.models import Delivery, Invoice, TaxRate
from tests.books import contents
from tests.factories import PartnerFactory, TaxFactory, a_draft, a_line

NO_ADDRESS = "The customer has no e-mail address."


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("send_drafts", *options, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


@pytest.fixture
def drafts(business, owner):
    silent = PartnerFactory(business=business, name="Silent", email="")
    tax = TaxFactory(business=business)
    fine = a_draft(
        business, by=owner, partner=PartnerFactory(business=business, name="Fine")
    )
    mute = a_draft(business, by=owner, partner=silent)
    late = a_draft(business, by=owner, lines=[a_line(tax=tax)])
    TaxRate.objects.for_business(business).delete()
    return fine, mute, late


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(business, drafts):
    fine, mute, late = drafts
    no_rate = f"{late.lines.get().tax.code} has no rate on 2026-03-10."
    before = contents()
    told = run("--business", business.slug, "--dry-run")
    assert told == [
        f"not ready  {mute}  2026-03-10  Silent  100.00 USD  {NO_ADDRESS}",
        f"would go   {fine}  2026-03-10  Fine  100.00 USD",
        f"refused    {late}  2026-03-10  {late.partner}  110.00 USD  {no_rate}",
        "1 would be sent, 1 refused. Nothing was.",
    ]
    assert contents() == before


def test_what_is_ready_is_issued_and_queued(business, drafts):
    told = run("--business", business.slug)
    assert (
        told[-1]
        == "1 issued, their mails queued; 1 refused. run_worker sends the mails."
    )
    states = Invoice.objects.for_business(business).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["issued", "draft", "draft"]
    assert Delivery.objects.for_business(business).count() == 1


def test_without_drafts_it_says_so(business):
    assert run("--business", business.slug) == ["No draft is ready to be sent."]


def test_an_unknown_business_is_named(business):
    with pytest.raises(CommandError, match="No business has the slug nobody"):
        run("--business", "nobody")
