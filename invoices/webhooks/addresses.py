"""Where a webhook may be posted: never into a private network.

An address is looked up once, every answer is judged, and the connection is made to
what was judged; so a name that answers differently a moment later changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from partners.exceptions import Invalid

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses that a name has; raises OSError where it has none."""

MOST_CHARACTERS = 500
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
# What the standard library calls global and is not the internet's: addresses that
# stand for others (6to4, Teredo, NAT64, mapped), and a relay for them.
_WORLD = ipaddress.ip_network("2000::/3")
_REFUSED = [
    ipaddress.ip_network(net)
    for net in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16")
]


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: what to ask for, and the addresses that may be dialled."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver knows for a name; each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def checked(url: str, resolve: Resolve = resolve) -> Target:
    """The target that this address stands for at this moment; asks the resolver.

    Raises Invalid, for the field `url`, for anything but http(s) to a public host on
    a port of the web or above 1023; in production for anything but https. Hosts of
    WEBHOOK_PRIVATE_HOSTS may be private.
    """
    parts, port = _parts(url)
    host = parts.hostname or ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    addresses = tuple(_looked_up(host, port, resolve))
    if host not in settings.WEBHOOK_PRIVATE_HOSTS:
        private = [address for address in addresses if not is_public(address)]
        if private:
            leads = "" if host == private[0] else f"leads to {private[0]}, which "
            raise _refusal(f"{host} {leads}is no public address.")
    return Target(parts.scheme == "https", host, port, path, addresses)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed not in _WORLD:
        return False
    return not any(parsed in net for net in _REFUSED if net.version == parsed.version)


def _parts(url: str) -> tuple[SplitResult, int]:
    if len(url) > MOST_CHARACTERS or not _WRITTEN.fullmatch(url):
        raise _refusal(
            f"Use at most {MOST_CHARACTERS} characters of an address; others than "
            "ASCII are written with % or as punycode."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refusal("This is no address.") from error
    schemes = ("https",) if settings.PRODUCTION else ("https", "http")
    if parts.scheme not in schemes or not parts.hostname:
        raise _refusal(f"Use {' or '.join(schemes)}://host/path.")
    if "@" in parts.netloc or parts.fragment:
        raise _refusal("Leave out names, passwords and #fragments.")
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise _refusal(f"Use port 80, 443 or one from {_FIRST_FREE_PORT} up.")
    return parts, port


def _looked_up(host: str, port: int, resolve: Resolve) -> Sequence[str]:
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise _refusal(f"{host} cannot be found: {error}.") from error
    if not addresses:
        raise _refusal(f"{host} cannot be found.")
    return addresses


def _refusal(message: str) -> Invalid:
    return Invalid(message, field="url")
