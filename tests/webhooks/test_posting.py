"""Messages taken to a real receiver: signed, retried, logged, never led astray."""

from __future__ import annotations

import datetime
import json
import socket
import threading
from decimal import Decimal
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks import Webhook, WebhookVerificationError

from invoices.models import Event, WebhookAttempt, WebhookEndpoint, WebhookMessage
from invoices.models.event import seal
from invoices.webhooks import posting
from invoices.webhooks.endpoints import resend
from invoices.webhooks.working import PAUSES, forgotten, signed, work_off
from tests.factories import an_issued_invoice

LATER = datetime.timedelta(days=9)


@pytest.fixture
def message(business, owner, endpoint) -> WebhookMessage:
    """An `invoice.issued` that waits."""
    an_issued_invoice(business, by=owner)
    seal(business)
    return WebhookMessage.objects.for_business(business).get()


def post(
    message: WebhookMessage, now: datetime.datetime | None = None, **kw: Any
) -> None:
    at = now or datetime.datetime.now(datetime.UTC)
    work_off(message.business_id, message.pk, now=at, **kw)
    message.refresh_from_db()


def log(message: WebhookMessage) -> list[tuple[Any, ...]]:
    rows = WebhookAttempt.objects.for_business(message.business_id).order_by("id")
    return list(rows.values_list("status", "answer", "error"))


def test_a_message_is_posted_once_with_a_signature_that_holds(message, receiver):
    post(message)
    post(message)
    [(path, headers, body)] = receiver.came
    assert path == "/hook?a=1"
    assert Webhook(message.endpoint.secret).verify(body, headers) == message.payload
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert headers["webhook-id"] == f"msg_{message.public_id}"
    assert headers["content-type"] == "application/json"
    assert (message.state, message.attempts) == ("delivered", 1)
    assert log(message) == [(200, "ok", "")]


def test_another_secret_does_not_fit(message, receiver):
    post(message)
    [(_, headers, body)] = receiver.came
    with pytest.raises(WebhookVerificationError):
        Webhook(f"whsec_{'A' * 43}=").verify(body, headers)


def test_the_spec_s_signature_is_reproduced(message):
    """HMAC-SHA256 over id, moment and body, by hand."""
    import base64
    import hashlib
    import hmac

    now = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)
    body, headers = signed(message, now)
    key = base64.b64decode(message.endpoint.secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{int(now.timestamp())}.".encode() + body
    digest = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert json.loads(body) == message.payload


def test_a_failure_is_tried_again_with_the_same_id_after_each_pause(message, receiver):
    now = datetime.datetime.now(datetime.UTC)
    for n in range(len(PAUSES) + 1):
        receiver.answer(500, b"broken")
        post(message, now)
        assert message.attempts == n + 1
        if n < len(PAUSES):
            assert message.state == "waiting"
            wait = (message.try_after - now).total_seconds()
            assert PAUSES[n] <= wait < PAUSES[n] + 5
            post(message, message.try_after - datetime.timedelta(seconds=1))
        now = message.try_after
    assert message.state == "failed"
    assert log(message) == [(500, "broken", "It answered 500.")] * 10
    assert {headers["webhook-id"] for _, headers, _ in receiver.came} == {
        f"msg_{message.public_id}"
    }
    planned = ProcrastinateJob.objects.filter(
        task_name="invoices.post", scheduled_at__isnull=False
    )
    assert planned.count() == len(PAUSES)


def test_after_a_failure_it_may_still_arrive(message, receiver):
    receiver.answer(503)
    post(message)
    post(message, message.try_after)
    assert (message.state, message.attempts) == ("delivered", 2)


def test_gone_switches_the_endpoint_off(message, receiver, business):
    receiver.answer(410)
    post(message)
    assert message.state == "failed"
    assert not WebhookEndpoint.objects.get(pk=message.endpoint_id).active
    events = Event.objects.for_business(business).filter(verb="endpoint.gone")
    assert events.get().facts == {"status": 410}


def test_a_switched_off_endpoint_is_not_posted_to(message, receiver):
    WebhookEndpoint.objects.filter(pk=message.endpoint_id).update(active=False)
    post(message)
    assert receiver.came == []
    assert message.state == "failed"
    assert log(message) == [(None, "", "The endpoint is switched off.")]


def test_a_redirect_is_not_followed(message, receiver):
    receiver.answer(302, Location=f"http://127.0.0.1:{receiver.port}/inside")
    post(message)
    assert [path for path, _, _ in receiver.came] == ["/hook?a=1"]
    [(status, _, error)] = log(message)
    assert (status, message.state) == (302, "waiting")
    assert "redirects are not followed" in error


def test_a_name_that_moved_into_a_private_network_is_refused(
    message, receiver, settings
):
    """At saving it was public; what it says at posting counts."""
    WebhookEndpoint.objects.update(url=f"http://hooks.example:{receiver.port}/")
    post(message, resolve=lambda host, port: ["127.0.0.1"])
    assert receiver.came == []
    assert log(message) == [
        (None, "", "hooks.example leads to 127.0.0.1, which is no public address.")
    ]


def test_the_checked_address_is_dialled_whatever_the_name_says_next(
    message, receiver, settings
):
    """The name is asked for once; the host header stays the name's."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["hooks.invalid"]
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    WebhookEndpoint.objects.update(url=f"http://hooks.invalid:{receiver.port}/x")
    post(message, resolve=resolve)
    [(path, headers, _)] = receiver.came
    assert (path, headers["host"]) == ("/x", f"hooks.invalid:{receiver.port}")
    assert asked == [("hooks.invalid", receiver.port)]
    assert message.state == "delivered"


def test_a_proxy_of_the_environment_is_not_used(message, receiver, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    post(message)
    assert message.state == "delivered"


def test_nobody_at_the_address_is_a_failure_in_words(message):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{port}/")
        post(message)
    [(status, _, error)] = log(message)
    assert (status, message.state) == (None, "waiting")
    assert "refused" in error.lower()


def test_a_long_or_odd_answer_is_cut_and_cleaned(message, receiver):
    receiver.answer(200, b"\0\xff" + b"x" * 1_000_000)
    post(message)
    [(status, text, _)] = log(message)
    assert (status, len(text)) == (200, 1000)
    assert "\0" not in text


def test_a_compressed_answer_stays_compressed(message, receiver):
    import gzip

    receiver.answer(200, gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip")
    post(message)
    assert message.state == "delivered"


def serve(talk: Any) -> tuple[socket.socket, threading.Thread]:
    """A socket whose first caller is talked to so."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        caller, _ = server.accept()
        with caller:
            talk(caller)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return server, thread


def test_a_receiver_that_drips_is_cut_at_the_deadline(message, monkeypatch):
    """Each byte comes in time; the whole never does."""
    monkeypatch.setattr(posting, "DEADLINE", 1)
    stop = threading.Event()

    def drip(caller: socket.socket) -> None:
        try:
            while not stop.wait(0.05):
                caller.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            return

    server, thread = serve(drip)
    with server:
        WebhookEndpoint.objects.update(
            url=f"http://127.0.0.1:{server.getsockname()[1]}/"
        )
        post(message)
        stop.set()
        thread.join(5)
    [(status, _, error)] = log(message)
    assert (status, error) == (None, "It took longer than 1 seconds.")
    attempt = WebhookAttempt.objects.get()
    assert Decimal("0.9") < attempt.seconds < Decimal(5)


def test_a_silent_receiver_is_left_after_the_timeout(message, monkeypatch):
    monkeypatch.setattr(posting, "READ_SECONDS", 0.2)
    stop = threading.Event()
    server, thread = serve(lambda caller: stop.wait(10))
    with server:
        port = server.getsockname()[1]
        WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{port}/")
        post(message)
        stop.set()
        thread.join(5)
    assert log(message) == [(None, "", "No answer within 0.2 seconds.")]


def test_what_is_no_http_is_a_failure(message):
    server, thread = serve(lambda caller: caller.sendall(b"220 mail ready\r\n"))
    with server:
        port = server.getsockname()[1]
        WebhookEndpoint.objects.update(url=f"http://127.0.0.1:{port}/")
        post(message)
        thread.join(5)
    [(status, _, error)] = log(message)
    assert (status, message.state) == (None, "waiting")
    assert error


def test_a_claimed_message_is_given_to_nobody_else_until_it_is_forgotten(
    message, receiver
):
    """A worker that died with it left it claimed."""
    now = datetime.datetime.now(datetime.UTC)
    claimed = now + datetime.timedelta(minutes=5)
    WebhookMessage.objects.update(attempts=1, try_after=claimed)
    post(message, now)
    assert receiver.came == []
    assert forgotten(claimed) == []
    after = claimed + datetime.timedelta(minutes=2)
    assert forgotten(after) == [message]
    post(message, after)
    assert (message.state, message.attempts) == ("delivered", 2)


def test_resending_posts_it_again_under_the_same_id(message, receiver, owner):
    post(message)
    now = datetime.datetime.now(datetime.UTC)
    resend(message, by=owner, now=now)
    post(message, now)
    first, second = (headers["webhook-id"] for _, headers, _ in receiver.came)
    assert first == second
    assert (message.state, message.attempts) == ("delivered", 2)
    assert len(log(message)) == 2


def test_an_untrusted_certificate_is_refused(message, tmp_path):
    """The name's own certificate must be signed by somebody known."""
    import ssl
    import subprocess

    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {cert}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def talk(caller: socket.socket) -> None:
        try:
            context.wrap_socket(caller, server_side=True).close()
        except OSError:
            return

    server, thread = serve(talk)
    with server:
        port = server.getsockname()[1]
        WebhookEndpoint.objects.update(url=f"https://127.0.0.1:{port}/")
        post(message)
        thread.join(5)
    [(status, _, error)] = log(message)
    assert (status, message.state) == (None, "waiting")
    assert "certificate" in error
