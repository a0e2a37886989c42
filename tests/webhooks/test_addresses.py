"""Which addresses webhooks are posted to: none inside a private network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from invoices.webhooks.addresses import Target, checked, is_public
from partners.exceptions import Invalid


def answering(*addresses: str) -> Any:
    """A resolver with one answer for every name."""

    def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "no address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_is_refused(address):
    assert not is_public(address)
    with pytest.raises(Invalid) as caught:
        checked("https://hooks.example/in", answering("8.8.8.8", address))
    assert caught.value.field == "url"
    assert address in caught.value.message


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address):
    target = checked("https://hooks.example/in?x=%20", answering(address))
    assert target == Target(True, "hooks.example", 443, "/in?x=%20", (address,))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "https://user@hooks.example/",
        "https://user:pw@hooks.example/",
        "https://@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example:22/",
        "https://hooks.example:0/",
        "https://hooks.example:65536/",
        "https://hooks.example:x/",
        "https://hooks.example:-1/",
        "https://[::1",
        "https://hooks.example/ x",
        "https://hooks.example/\r\nHost: evil",
        "https://hooks.example/\t",
        "https://hooks.exam\nple/",
        "https://hooks.example\\@evil.example/",
        "https://höoks.example/",
        "https://hooks.example/\0",
        f"https://hooks.example/{'x' * 500}",
    ],
)
def test_what_is_no_web_address_is_refused_without_asking_the_resolver(url):
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    with pytest.raises(Invalid) as caught:
        checked(url, never)
    assert caught.value.field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://0/",
    ],
)
def test_this_machine_is_refused_however_it_is_spelled(url):
    with pytest.raises(Invalid, match=r"no public address|cannot be found"):
        checked(url)


def test_a_name_that_nobody_knows_is_refused():
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("not known")

    with pytest.raises(Invalid, match="cannot be found"):
        checked("https://hooks.example/", unknown)
    with pytest.raises(Invalid, match="cannot be found"):
        checked("https://hooks.example/", answering())


def test_a_name_that_is_too_long_to_ask_for_is_refused():
    with pytest.raises(Invalid, match="cannot be found"):
        checked(f"https://{'x' * 300}.example/")


@pytest.mark.parametrize("port", [80, 443, 1024, 8443])
def test_ports_of_the_web_and_above_1023_are_allowed(port):
    target = checked(f"http://hooks.example:{port}", answering("8.8.8.8"))
    assert target == Target(False, "hooks.example", port, "/", ("8.8.8.8",))


def test_in_production_only_https_is_allowed(settings):
    settings.PRODUCTION = True
    with pytest.raises(Invalid, match="Use https://"):
        checked("http://hooks.example/", answering("8.8.8.8"))
    assert checked("https://hooks.example/", answering("8.8.8.8")).secure


def test_a_host_that_the_operator_named_may_be_private(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["receiver.internal"]
    target = checked("http://receiver.internal:8080/", answering("10.0.0.7"))
    assert target.addresses == ("10.0.0.7",)
    with pytest.raises(Invalid):
        checked("http://other.internal:8080/", answering("10.0.0.7"))
