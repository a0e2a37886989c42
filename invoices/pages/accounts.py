"""A person's own page: the password, the second factor, and where they are signed in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from invoices.pages.signing_in import to
from partners import second_factor, sign_ins, throttling
from partners.models import SecondFactor, User
from partners.throttling import PASSWORDS_OF_ADDRESS, TooOften
from partners.visitors import device_named

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def own_page(page: Page[P]) -> Callable[..., HttpResponse]:
    """A page about the person who is signed in, for them alone."""

    @functools.wraps(page)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            wanted = request.get_full_path() if request.method == "GET" else ""
            return to("sign-in", next=wanted)
        return page(request, request.user, *args, **kwargs)

    return never_cache(door)


@require_safe
@own_page
def account(request: HttpRequest, user: User) -> HttpResponse:
    """All that somebody can see of and do about their own access."""
    rows = list(sign_ins.going_on(user)[:100])
    for row in rows:
        row.device = device_named(row.user_agent)  # type: ignore[attr-defined]
    shown = {
        "factor": SecondFactor.objects.filter(user_id=user.pk).first(),
        "left": second_factor.codes_left(user),
        "sign_ins": rows,
        "here": request.session.session_key,
    }
    return render(request, "access/account.html", shown)


@require_POST
@own_page
def end_sign_in(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """End one of one's own sign-ins at once."""
    if not sign_ins.end(user, pk):
        raise Http404
    messages.success(request, _("The sign-in has ended."))
    return redirect("account")


@require_POST
@own_page
def end_others(request: HttpRequest, user: User) -> HttpResponse:
    """End all of one's own sign-ins but this one."""
    count = sign_ins.end_all(user, but=request.session.session_key)
    said = ngettext(
        "%(count)s sign-in has ended.", "%(count)s sign-ins have ended.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("account")


@sensitive_post_parameters()
@own_page
def change_password(request: HttpRequest, user: User) -> HttpResponse:
    """Another password, against the old one; it ends every other sign-in."""
    form: Any = PasswordChangeForm(user, data=request.POST or None)
    refused = ""
    if request.method == "POST":
        try:
            throttling.take(PASSWORDS_OF_ADDRESS, user.email)
        except TooOften as error:
            # A bound form would look at the password while it is drawn.
            refused, form = error.message, PasswordChangeForm(user)
        else:
            if form.is_valid():
                return _changed(request, user, form)
    shown = {"form": form, "refused": refused}
    status = 429 if refused else 200
    return render(request, "access/password.html", shown, status=status)


def _changed(request: HttpRequest, user: User, form: Any) -> HttpResponse:
    throttling.forget(PASSWORDS_OF_ADDRESS, user.email)
    form.save()
    before = request.session.session_key
    update_session_auth_hash(request, user)
    sign_ins.follow_key(request, before)
    sign_ins.end_all(user, but=request.session.session_key)
    said = _("Your password is changed, and every other sign-in of yours has ended.")
    messages.success(request, said)
    return redirect("account")
