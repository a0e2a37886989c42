"""A real browser, a real server, and a worker; skipped where there is no chromium."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from invoices import working
from tests.pages.cast import Office, member, office

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
# What a person's browser calls itself; a headless one would be taken for a robot.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PATIENCE = 20_000


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Say why nothing is tried on a machine without a browser."""
    skip = pytest.mark.skip(reason="There is no chromium: apt-get install chromium.")
    for item in items:
        if "tests/browser" in str(item.path) and CHROMIUM is None:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop in this thread, in which Django would refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """A browser window that starts at the server's root."""

    page: Any
    base: str
    office: Office

    def go(self, path: str) -> None:
        """Open a path of the server."""
        self.page.goto(self.base + path)

    def sign_in(self) -> None:
        """Be a clerk of the office, by keyboard."""
        person = member(self.office.business, email="clerk@example.com")
        self.go(f"/send/{self.office.business.slug}/")
        self.page.wait_for_selector("#id_username:focus")
        self.page.keyboard.type(person.email)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("password")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("h1:has-text('Drafts')")


@pytest.fixture
def opened(chromium, live_server, transactional_db) -> Iterator[Callable[..., Visit]]:
    """Open a window: `opened(width=375, color_scheme="dark")`."""
    settings.PUBLIC_URL = live_server.url
    contexts = []
    own = office()

    def open_one(width: int = 1280, **options: Any) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            **{"user_agent": PERSON, **options},
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Visit(context.new_page(), live_server.url, own)

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def worker() -> Callable[[], None]:
    """Work off what is due, as `run_worker --once` does, in a thread of its own."""

    async def shift() -> None:
        await working.work_once(working.Shift(concurrency=2))
        await sync_to_async(connections.close_all)()

    def work() -> None:
        thread = threading.Thread(target=lambda: asyncio.run(shift()))
        thread.start()
        thread.join(60)
        assert not thread.is_alive(), "The worker did not come to an end."

    return work
