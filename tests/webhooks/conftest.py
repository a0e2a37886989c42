"""A receiver of webhooks on this machine, which answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from invoices.models import WebhookEndpoint
from invoices.webhooks.endpoints import EndpointDraft, add_endpoint


@dataclass
class Receiver:
    """What has come, and what is answered: (status, headers, body) in turn."""

    port: int
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer so once; after the last of these, 200."""
        self.answers.append((status, headers, body))


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.came.append((self.path, headers, body))
        answers = self.receiver.answers
        status, more, content = answers.pop(0) if answers else (200, {}, b"ok")
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    handler: Any = type("Own", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler.receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(business, owner, receiver) -> WebhookEndpoint:
    """An endpoint that hears of everything."""
    draft = EndpointDraft(url=receiver.url)
    return add_endpoint(business, draft, by=owner)
