"""The second factor: set up, looked after, taken away."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from invoices.pages.signing_in import onward, pass_gate, target_of, to
from partners import second_factor, throttling
from partners.exceptions import BookError, Invalid
from partners.gate import has_passed, standing_before
from partners.models import SecondFactor, User

_SECRET = "new_second_factor"  # noqa: S105 - where the session holds it


@never_cache
@sensitive_post_parameters("code")
def own_factor(request: HttpRequest) -> HttpResponse:
    """Set a second factor up, or look after the one that there is.

    Also for somebody whom the gate stops because they have none.
    """
    person = standing_before(request)
    if person is None:
        return to("sign-in", next=request.path)
    if person.factor_id is None:
        return _set_up(request, person)
    if not has_passed(person, request.session):
        return onward(request, person)
    return _status(request, person)


def _set_up(request: HttpRequest, person: Any) -> HttpResponse:
    secret = _secret(request)
    refused = ""
    if request.method == "POST":
        try:
            code = request.POST.get("code", "")[:32]
            now = timezone.now()
            factor, codes = second_factor.set_up(person, secret, code, now=now)
        except BookError as error:
            refused = error.message
        else:
            request.session.pop(_SECRET, None)
            pass_gate(request, person, factor.pk)
            return _show_codes(request, codes)
    shown = {
        "person": person,
        "refused": refused,
        "next": target_of(request),
        "demanding": second_factor.demanding(person),
        "picture": _picture(second_factor.address_for(person, secret)),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return render(request, "access/set_up.html", shown)


def _status(request: HttpRequest, person: User, refused: str = "") -> HttpResponse:
    factor = SecondFactor.objects.filter(user_id=person.pk).first()
    shown = {
        "factor": factor,
        "left": second_factor.codes_left(person),
        "demanding": second_factor.demanding(person),
        "refused": refused,
    }
    return render(request, "access/factor.html", shown)


@never_cache
@require_POST
@sensitive_post_parameters("code")
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes instead of the old, against a code; shown once."""
    person: Any = request.user
    if not isinstance(person, User):
        return to("sign-in", next=request.path)
    try:
        code = request.POST.get("code", "")[:32]
        codes = second_factor.renew_recovery_codes(person, code, now=timezone.now())
    except BookError as error:
        return _status(request, person, error.message)
    return _show_codes(request, codes, renewed=True)


@never_cache
@require_POST
@sensitive_post_parameters("code", "password")
def remove(request: HttpRequest) -> HttpResponse:
    """Take the second factor away, against the password and a code."""
    person: Any = request.user
    if not isinstance(person, User):
        return to("sign-in", next=request.path)
    try:
        _prove(person, request.POST.get("password", ""))
        code = request.POST.get("code", "")[:32]
        second_factor.check(person, code, now=timezone.now())
        second_factor.remove(person)
    except BookError as error:
        return _status(request, person, error.message)
    messages.success(request, _("Your second factor is gone; the password is enough."))
    return redirect("account")


def _prove(person: User, password: str) -> None:
    throttling.take(throttling.PASSWORDS_OF_ADDRESS, person.email)
    if not person.check_password(password):
        raise Invalid(_("This is not your password."), field="password")
    throttling.forget(throttling.PASSWORDS_OF_ADDRESS, person.email)


def _show_codes(
    request: HttpRequest, codes: list[str], *, renewed: bool = False
) -> HttpResponse:
    shown = {"codes": codes, "next": target_of(request), "renewed": renewed}
    return render(request, "access/codes.html", shown)


def _secret(request: HttpRequest) -> str:
    """The secret that is being set up; the same on every look at the page."""
    sealed = request.session.get(_SECRET)
    secret = second_factor.unseal(sealed) if sealed else None
    if secret is None:
        secret = second_factor.new_secret()
        request.session[_SECRET] = second_factor.seal(secret)
    return secret


def _picture(address: str) -> SafeString:
    """The QR code as SVG without any style in it; the policy would not let it through."""
    target = io.BytesIO()
    code = segno.make_qr(address)
    code.save(target, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return mark_safe(target.getvalue().decode())  # noqa: S308 - drawn by ourselves
