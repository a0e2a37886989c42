"""Every page: axe in light and dark, and 375 pixels without scrolling sideways."""

from __future__ import annotations

from typing import Any

import pytest

from invoices.models import Delivery
from tests.browser.conftest import Visit
from tests.factories import PartnerFactory, a_draft

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "The Honourable Society " + "W" * 60 + " of Unbreakable Names"


def pages(visit: Visit) -> list[str]:
    """Every page there is, with something of everything on it."""
    own = visit.office
    long = PartnerFactory(business=own.business, name=LONG, email="")
    a_draft(own.business, by=own.by, partner=long)
    rows = Delivery.objects.for_business(own.business)
    rows.filter(pk=own.delivery.pk).update(state="failed", error="550 no such box")
    return [
        own.url("send-drafts"),
        own.url("send-drafts") + f"?preview={own.draft.public_id}&sort=-total",
        own.url("send-drafts") + "?q=nothing-like-this",
        own.url("send-compose", own.draft.public_id),
        own.url("send-compose", own.issued.public_id),
        own.url("send-sent"),
        own.url("send-runs"),
        own.url("send-run", own.run.public_id),
        own.url("send-document", own.issued.public_id),
        own.url("send-document", own.draft.public_id),
        own.link.path(),
        own.link.path()[:-9] + "12345678/",
        own.url("send-drafts") + "nothing-here/",
    ]


def problems(page: Any) -> list[str]:
    """What axe calls serious or critical in light, and of the colours in dark."""
    colours = {"runOnly": ["color-contrast"]}
    found = []
    for scheme, options in (("light", None), ("dark", colours)):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} {one}" for one in _serious(page, options)]
    return found


def _serious(page: Any, options: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{page.url}: {one['id']}: {node['html'][:150]}"
        for one in Axe().run(page, options=options).response["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def compose_many(visit: Visit) -> None:
    """The page for many, which only a form leads to."""
    visit.go(visit.office.url("send-drafts"))
    a_draft(visit.office.business, by=visit.office.by)
    visit.page.reload()
    visit.page.check("#select-all")
    visit.page.click("#compose")
    visit.page.wait_for_selector("#letter")


def test_axe_finds_nothing_serious(opened) -> None:
    visit = opened(bypass_csp=True)
    page = visit.page
    visit.go("/sign-in/")
    found = problems(page)
    visit.sign_in()
    for path in pages(visit):
        visit.go(path)
        found += problems(page)
    compose_many(visit)
    found += problems(page)

    assert found == []


def test_a_phone_needs_no_scrolling_sideways(opened) -> None:
    visit = opened(width=375)
    page = visit.page
    visit.sign_in()
    wide = []
    for path in pages(visit):
        visit.go(path)
        for details in page.query_selector_all("details.more"):
            details.evaluate("e => e.open = true")
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(path)
    compose_many(visit)

    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
