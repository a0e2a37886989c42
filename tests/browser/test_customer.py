"""The customer's page in a browser: seen once by a person, and answered."""

from __future__ import annotations

import time

import pytest

from invoices.models import Event
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def views(visit: Visit) -> int:
    """How often the history says that the customer opened it."""
    return (
        Event.objects.about(visit.office.issued).filter(verb="invoice.viewed").count()
    )


def wait_for_view(visit: Visit) -> None:
    """Open the page and wait until it has told that it was seen."""
    told = f"**{visit.office.link.path()}viewed/"
    with visit.page.expect_response(told) as answer:
        visit.go(visit.office.link.path())
    assert answer.value.status == 204


def test_a_person_looking_is_recorded_once(opened) -> None:
    visit = opened()

    wait_for_view(visit)
    wait_for_view(visit)

    visit.office.issued.refresh_from_db()
    assert visit.office.issued.viewed_at is not None
    assert views(visit) == 1


@pytest.mark.parametrize(
    "agent", ["Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "HeadlessChrome/140"]
)
def test_a_robot_looking_is_not_recorded(opened, agent) -> None:
    visit = opened(user_agent=agent)

    wait_for_view(visit)

    assert views(visit) == 0


def test_a_colleague_looking_is_not_recorded(opened) -> None:
    visit = opened()
    visit.sign_in()

    wait_for_view(visit)

    assert views(visit) == 0


def test_a_page_in_a_hidden_tab_is_not_recorded(opened) -> None:
    visit = opened()
    visit.page.add_init_script(
        "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})"
    )

    visit.go(visit.office.link.path())
    time.sleep(1.2)

    assert views(visit) == 0


def test_a_customer_says_what_is_wrong(opened) -> None:
    visit = opened(width=375)
    page = visit.page
    visit.go(visit.office.link.path())

    page.fill("#reason", "Two are broken.\n<b>See</b> the picture.")
    page.click("button:has-text('Send')")
    page.wait_for_selector("#said")

    visit.office.issued.refresh_from_db()
    said = "Two are broken.\n<b>See</b> the picture."
    assert visit.office.issued.dispute_reason == said
    assert page.inner_text("blockquote") == said


def test_the_address_is_told_to_nobody_else(opened) -> None:
    visit = opened()

    visit.go(visit.office.link.path())

    assert visit.page.evaluate("document.querySelectorAll('[src^=http]').length") == 0
    hosts = (
        "[...performance.getEntriesByType('resource')].map(e => new URL(e.name).host)"
    )
    assert len(set(visit.page.evaluate(hosts))) == 1
