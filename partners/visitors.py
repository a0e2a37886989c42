"""Where a request comes from, and in which kind of browser, in words."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

# The first that fits: browsers name others they are compatible with behind themselves.
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def ip_of(request: HttpRequest) -> str | None:
    """The address the request comes from; None where there is none to be had.

    Behind our proxy (BEHIND_TLS_PROXY) it is the last one the proxy wrote down. Without
    one, X-Forwarded-For is what the client claims, and is not looked at.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        given = forwarded.rpartition(",")[2].strip() or given
    try:
        # A zone (`%eth0`) means something on one machine only.
        address = ipaddress.ip_address(given.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def place_of(request: HttpRequest) -> str:
    """Where attempts are counted together: an address, of IPv6 the network of 64 bits.

    Whoever has one such network has 2⁶⁴ addresses to come from.
    """
    found = ip_of(request) or ""
    if ":" not in found:
        return found
    return str(ipaddress.ip_network((found, 64), strict=False))


def device_named(user_agent: str) -> str:
    """The browser and the system in words, as far as it says."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown device")


def _first(known: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
