"""The list of drafts: what is ready, what is not and why, found and counted."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invoices.models import InvoiceLine
from tests.books import contents
from tests.factories import (
    TODAY,
    BusinessFactory,
    PartnerFactory,
    a_draft,
    a_line,
    actor,
)
from tests.pages.cast import member, office, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(business):
    """A clerk's browser and the actor who drafts."""
    return signed_in(member(business)), actor(business)


def path(business) -> str:
    return f"/send/{business.slug}/"


def texts(answer) -> str:
    """What the page says, without its tags."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(plain).split())


def names(answer) -> list[str]:
    """The customers on the list, in its order."""
    found = re.findall(r'class="name"[^>]*>([^<]+)<', answer.content.decode())
    return [unescape(name) for name in found]


def partner(business, name, **values):
    return PartnerFactory(business=business, name=name, **values)


def test_each_draft_that_is_not_ready_says_why_and_where_to_mend_it(desk, business):
    client, by = desk
    ready = a_draft(business, by=by, partner=partner(business, "Ready"))
    mute = a_draft(business, by=by, partner=partner(business, "Mute", email=""))
    gone = partner(business, "Gone")
    a_draft(business, by=by, partner=gone)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    empty = a_draft(business, by=by, partner=partner(business, "Empty"))
    InvoiceLine.objects.for_business(business).filter(invoice=empty)._raw_delete(
        "default"
    )
    old = TODAY - datetime.timedelta(days=100)
    a_draft(business, by=by, partner=partner(business, "Old"), date=old)
    business.closed_through = old
    business.save()

    answer = client.get(path(business))
    told = texts(answer)

    assert "1 ready to send · 4 not yet" in told
    assert "It has no lines yet." in told
    assert "The partner is archived or no customer." in told
    assert "Its date lies in closed books." in told
    assert "The customer has no e-mail address. Name a recipient" in told
    html = answer.content.decode()
    assert f"/documents/{mute.public_id}/compose/" in html
    assert re.search(
        f'value="{ready.public_id}"[^>]*data-units="10000"[^>]*[^d]>', html
    )
    assert re.search(f'value="{mute.public_id}"[^>]*disabled>', html)


def test_only_staff_are_led_into_the_admin(business):
    by = actor(business)
    gone = partner(business, "Gone")
    draft = a_draft(business, by=by, partner=gone)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    link = f"/admin/partners/partner/{gone.pk}/change/"

    plain = signed_in(member(business)).get(path(business)).content.decode()
    staff = signed_in(member(business, is_staff=True)).get(path(business))

    assert draft.public_id in plain
    assert link not in plain
    assert link in staff.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Bob", "Cleo"]),
        ("q=ada", ["Ada"]),
        ("q=zebra", []),
        ("currency=EUR", ["Bob"]),
        ("state=ready", ["Ada", "Bob"]),
        ("state=not", ["Cleo"]),
        ("since=2026-03-11", ["Cleo"]),
        ("until=2026-03-09", ["Ada"]),
        ("since=nonsense", ["Ada", "Bob", "Cleo"]),
        ("sort=-total", ["Bob", "Cleo", "Ada"]),
        ("sort=customer", ["Ada", "Bob", "Cleo"]),
        ("sort=-date", ["Cleo", "Bob", "Ada"]),
        ("sort=DROP", ["Ada", "Bob", "Cleo"]),
        ("page=99", ["Ada", "Bob", "Cleo"]),
    ],
)
def test_the_list_is_filtered_and_sorted(desk, business, query, found):
    client, by = desk
    ada, bob = partner(business, "Ada"), partner(business, "Bob")
    cleo = partner(business, "Cleo", email="")
    day = datetime.timedelta(days=1)
    a_draft(business, by=by, partner=ada, date=TODAY - day, lines=[a_line(1, 5)])
    a_draft(business, by=by, partner=bob, currency="EUR", currency_rate=Decimal(1))
    a_draft(business, by=by, partner=cleo, date=TODAY + day, lines=[a_line(1, 50)])

    assert names(client.get(f"{path(business)}?{query}")) == found


def test_one_customers_drafts(desk, business):
    client, by = desk
    ada = partner(business, "Ada")
    a_draft(business, by=by, partner=ada)
    a_draft(business, by=by, partner=partner(business, "Bob"))

    answer = client.get(f"{path(business)}?customer={ada.public_id}")

    assert names(answer) == ["Ada"]


def test_queries_stay_the_same_however_many_drafts_there_are(desk, business):
    client, by = desk
    counts = []
    for wanted in (1, 10, 101):
        while business.pk and counts_of(business) < wanted:
            a_draft(business, by=by)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(path(business))
        counts.append(len(queries))
        assert f"{wanted} ready to send" in texts(answer)

    assert counts == [counts[0]] * 3
    assert counts[0] <= 12


def counts_of(business) -> int:
    from invoices import readiness

    return readiness.drafts(business).count()


def test_a_hundred_stand_on_a_page_and_all_can_be_chosen_at_once(desk, business):
    client, by = desk
    one = partner(business, "Same")
    for _ in range(101):
        a_draft(business, by=by, partner=one)

    first = client.get(path(business))
    second = client.get(f"{path(business)}?page=2")
    chosen = client.post(f"{path(business)}compose/", {"all": "1", "query": ""})

    assert (len(names(first)), len(names(second))) == (100, 1)
    assert "Select all 101 ready" in texts(first)
    assert "Issue and send 101 drafts USD 10,100.00" in texts(chosen)


def test_all_that_fit_the_filter_are_chosen_and_nothing_else(desk, business):
    client, by = desk
    for name in ("Ada", "Bob", "Bob"):
        a_draft(business, by=by, partner=partner(business, name))
    a_draft(business, by=by, partner=partner(business, "Bob", email=""))
    before = contents()

    answer = client.post(f"{path(business)}compose/", {"all": "1", "query": "q=bob"})

    assert "Issue and send 2 drafts USD 200.00" in texts(answer)
    assert contents() == before


def test_choosing_nothing_leads_back_to_the_list(desk, business):
    client, by = desk
    a_draft(business, by=by)

    answer = client.post(f"{path(business)}compose/", {"invoice": ["nonsense"]})

    assert (answer.status_code, answer["Location"]) == (302, path(business))
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["Choose at least one draft."]


def test_an_empty_list_teaches_how_to_fill_it(desk, business):
    client, _ = desk

    assert "Nothing waits to be sent" in texts(client.get(path(business)))
    filtered = texts(client.get(f"{path(business)}?q=ada"))
    assert "No draft fits this filter" in filtered


def test_names_cannot_become_markup(desk, business):
    client, by = desk
    evil = "<script>alert(1)</script>&amp;"
    a_draft(business, by=by, partner=partner(business, evil), memo="<img src=x>")

    html = client.get(path(business)).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert names(client.get(path(business))) == [evil]


def test_the_preview_shows_the_real_document_and_changes_nothing(desk, business):
    client, by = desk
    draft = a_draft(business, by=by)
    before = contents()

    beside = client.get(f"{path(business)}?preview={draft.public_id}")
    alone = client.get(f"{path(business)}documents/{draft.public_id}/preview/")

    picture = re.findall(r"data:image/png;base64,iVBOR", beside.content.decode())
    assert len(picture) == 1
    assert "data:image/png;base64,iVBOR" in alone.content.decode()
    assert contents() == before


def test_a_document_of_another_business_is_not_previewed(desk, business):
    client, _ = desk
    stranger = office("Zebra").draft

    assert (
        client.get(f"{path(business)}?preview={stranger.public_id}").status_code == 404
    )


def test_the_switcher_knows_only_ones_own_businesses(desk, business):
    client, _ = desk
    BusinessFactory(name="Somebody Else")

    assert "Somebody Else" not in client.get(path(business)).content.decode()
