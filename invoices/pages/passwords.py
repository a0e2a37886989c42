"""A new password by mail, for those who forgot theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from invoices import jobs
from partners import sign_ins, throttling
from partners.models import User
from partners.visitors import place_of

UNTOLD = "strict-origin"
"""Nobody learns the path of the page, which is a secret.

With `no-referrer` browsers would send the page's own form without an origin, and the
form would not be taken.
"""


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the address and have a link mailed to it.

    The answer is the same, and takes as long, whether or not somebody has the address.
    """
    address = request.POST.get("email", "").strip().lower()
    refused, done = "", False
    if request.method == "POST":
        try:
            validate_email(address)
            _ask_for(address, place_of(request))
            done = True
        except ValidationError:
            refused = _("Enter an e-mail address.")
        except throttling.TooOften as error:
            refused = error.message
    shown = {"address": address, "refused": refused, "done": done}
    return render(request, "access/forgotten.html", shown)


def _ask_for(address: str, place: str) -> None:
    throttling.take(throttling.LETTERS_FROM_IP, place)
    throttling.take(throttling.LETTERS_TO_ADDRESS, address)
    people = User.objects.filter(email=address, is_active=True)
    found = people.values_list("pk", flat=True).first()
    jobs.queue_new_password(found or 0, get_language() or "en")


class NewPassword(PasswordResetConfirmView):
    """Set a new password with the link from the mail; it ends every sign-in."""

    template_name = "access/new_password.html"
    success_url = reverse_lazy("sign-in")

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; where its link leads is told to nobody."""
        response = super().dispatch(*args, **kwargs)
        response.headers["Referrer-Policy"] = UNTOLD
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and end whatever was signed in with the old one."""
        response: HttpResponse = super().form_valid(form)
        sign_ins.end_all(form.user)
        said = _("Your new password is set. Sign in with it.")
        messages.success(self.request, said)
        return response
