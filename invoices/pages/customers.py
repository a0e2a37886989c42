"""The customer's page behind its secret address.

Whoever has the address sees one document and nothing else. A link that has ended, was
taken back or never was is answered alike, so that nobody learns which.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from invoices import files, links
from invoices.exceptions import NoEInvoice, NotIssued
from invoices.models import CustomerLink, DocumentFile, Invoice
from invoices.pages import reader
from invoices.pages.customer_view import CustomerView
from invoices.pages.customer_words import words
from invoices.pages.letters import typed
from invoices.pages.pictures import download
from invoices.pages.standing import status_of
from partners.exceptions import BookError
from partners.models import User

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, CustomerLink, P], HttpResponseBase]

# Programs that open a link to show what is behind it, and say so.
_ROBOTS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|headless|externalhit|whatsapp|telegram|slack|"
    r"discord|linkedin|skype|embedly|safelinks|proofpoint|mimecast|barracuda|"
    r"python|curl|wget|okhttp|java/|go-http",
    re.IGNORECASE,
)
_PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # Nobody else is told the address. `no-referrer` would also hide the page's origin
    # from ourselves, and its own form could not be told from a stranger's.
    "Referrer-Policy": "same-origin",
}


def secret(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """Find the link that the address holds; what is answered stays private."""

    @functools.wraps(page)
    def door(
        request: HttpRequest,
        business: str,
        link: str,
        token: str,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> HttpResponseBase:
        found = links.find_link(business, link, token, now=timezone.now())
        response: HttpResponseBase
        response = page(request, found, *args, **kwargs) if found else _gone(request)
        for name, value in _PRIVATE.items():
            response.headers[name] = value
        return response

    return door


@secret
def page(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """The document; by POST what the customer says is wrong with it."""
    if request.method == "POST":
        return _object(request, link)
    return _shown(request, link)


@require_POST
@secret
def viewed(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """A person has the page before them; robots and colleagues do not count."""
    if not _is_robot(request) and not _is_colleague(request, link.invoice):
        link.invoice.record_view(timezone.now())
    return HttpResponse(status=204)


@secret
def pdf(request: HttpRequest, link: CustomerLink) -> HttpResponseBase:
    """The stored PDF."""
    return _paper(request, link, files.pdf_of)


@secret
def ubl(request: HttpRequest, link: CustomerLink) -> HttpResponseBase:
    """The stored e-invoice."""
    return _paper(request, link, files.ubl_of)


def _paper(
    request: HttpRequest, link: CustomerLink, read: Callable[[Invoice], DocumentFile]
) -> HttpResponseBase:
    try:
        return download(read(link.invoice))
    except (NotIssued, NoEInvoice):
        return _gone(request)


def _object(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    invoice = link.invoice
    reason = typed(request, "reason")
    try:
        invoice.dispute(reason, by=invoice.customer(), now=timezone.now())
    except BookError as refusal:
        return _shown(request, link, reason, refusal)
    return redirect(f"{link.path()}?said=1#said")


def _shown(
    request: HttpRequest,
    link: CustomerLink,
    reason: str = "",
    refusal: BookError | None = None,
) -> HttpResponse:
    invoice = link.invoice
    view = CustomerView(invoice, status_of(invoice, timezone.now()))
    context = {
        "view": view,
        "word": view.word,
        "sheet": view.sheet,
        "movements": view.movements(),
        "path": link.path(),
        "said": "said" in request.GET,
        "reason": reason,
        "refused": refusal is not None,
        # What is wrong with the words is told by the hint, in the customer's language.
        "refusal": view.told(refusal.code)
        if refusal and refusal.field != "reason"
        else "",
    }
    status = 400 if refusal else 200
    return render(request, "customer/page.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    context = {"word": words(reader.language())}
    return render(request, "customer/gone.html", context, status=404)


def _is_robot(request: HttpRequest) -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get(
        "Purpose", ""
    )
    agent = request.headers.get("User-Agent", "")
    return bool(purpose or not agent or _ROBOTS.search(agent))


def _is_colleague(request: HttpRequest, invoice: Invoice) -> bool:
    user = request.user
    if not isinstance(user, User):
        return False
    member = user.business_ids().filter(business_id=invoice.business_id).exists()
    return user.is_superuser or member
