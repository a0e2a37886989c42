"""The one door for people, of the admin and of the pages: password, then code."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from partners import gate, second_factor, sign_ins, throttling
from partners.exceptions import BookError
from partners.gate import People, has_passed, standing_before
from partners.models import User
from partners.visitors import place_of


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and the password; go on to where the person wanted to go.

    After too many attempts the password is not looked at, and 429 says when it will be.
    """
    if (person := standing_before(request)) is not None:
        return onward(request, person)
    given = request.POST.get("username", ""), request.POST.get("password", "")
    refused, failed = "", request.method == "POST"
    if all(given):
        try:
            if user := _proved(request, *given):
                return onward(request, user)
        except throttling.TooOften as error:
            refused = error.message
    shown = {
        "address": given[0],
        "failed": failed,
        "refused": refused,
        "next": target_of(request),
    }
    status = 429 if refused else 200
    return render(request, "access/sign_in.html", shown, status=status)


def _proved(request: HttpRequest, address: str, password: str) -> User | None:
    """Whoever the address and the password belong to, signed in as far as that goes."""
    # As the form and the look-up read it: what looks alike counts as one address.
    address, place = normalize("NFKC", address).strip().lower(), place_of(request)
    throttling.take(throttling.PASSWORDS_FROM_IP, place)
    throttling.take(throttling.PASSWORDS_OF_ADDRESS, address)
    words = {"username": address, "password": password}
    form = AuthenticationForm(request, data=words)
    if not form.is_valid():
        return None
    throttling.give_back(throttling.PASSWORDS_FROM_IP, place)
    throttling.forget(throttling.PASSWORDS_OF_ADDRESS, address)
    return signed_in(request, form.get_user().pk)


def signed_in(request: HttpRequest, user_id: int) -> User:
    """Begin a session for somebody who has proved who they are, short of a code."""
    user: Any = People().get_user(user_id)
    halfway = user.factor_id is not None or user.must_have_factor
    sign_ins.begin(request, user, halfway=halfway)
    return user  # type: ignore[no-any-return]


def onward(request: HttpRequest, user: Any) -> HttpResponseRedirect:
    """To where the person wanted to go, or to what is still asked of them before."""
    if has_passed(user, request.session):
        return HttpResponseRedirect(_allowed(request, user))
    name = "second-factor" if user.factor_id is None else "sign-in-code"
    return to(name, next=target_of(request))


def to(name: str, **query: str) -> HttpResponseRedirect:
    """To a page of ours, with what it should know."""
    given = urlencode({key: value for key, value in query.items() if value})
    return HttpResponseRedirect(f"{reverse(name)}?{given}" if given else reverse(name))


def target_of(request: HttpRequest) -> str:
    """Where the person wanted to go: a path of this server, or an empty string."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


def _allowed(request: HttpRequest, user: User) -> str:
    """The same, or where the person may work: the admin is for staff alone."""
    wanted = target_of(request)
    admin = reverse("admin:index")
    if not user.is_staff and wanted.startswith(admin):
        messages.warning(request, _("The admin is for staff; you work on these pages."))
        wanted = ""
    return wanted or (admin if user.is_staff else reverse("send"))


@never_cache
@sensitive_post_parameters("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    person = standing_before(request)
    if person is None:
        return to("sign-in", next=target_of(request))
    if person.factor_id is None or has_passed(person, request.session):
        return onward(request, person)
    refused = ""
    if request.method == "POST":
        try:
            code = request.POST.get("code", "")[:32]
            factor = second_factor.check(person, code, now=timezone.now())
        except BookError as error:
            refused = error.message
        else:
            pass_gate(request, person, factor.pk)
            return HttpResponseRedirect(_allowed(request, person))
    shown = {
        "person": person,
        "refused": refused,
        "next": target_of(request),
        "paper": "paper" in request.GET,
    }
    return render(request, "access/code.html", shown)


def pass_gate(request: HttpRequest, person: User, factor_id: int) -> None:
    """The person gave the second factor: from here on the session counts."""
    gate.note_second_factor(request.session, factor_id)
    sign_ins.complete(request, person)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_ins.end_this(request.session.session_key)
    logout(request)
    return redirect("sign-in")


@require_safe
def admin_door(request: HttpRequest) -> HttpResponse:
    """The admin's own sign-in page is this one."""
    return to("sign-in", next=target_of(request) or reverse("admin:index"))


def home(request: HttpRequest) -> HttpResponse:
    """From the root to where the person may work: the admin is for staff alone."""
    member = isinstance(request.user, User) and not request.user.is_staff
    return redirect("send" if member else "admin:index")
