"""Accepting an invitation: as somebody new, or as somebody known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from invoices.members import inviting
from invoices.members.inviting import InvitationOver
from invoices.pages.passwords import UNTOLD
from invoices.pages.signing_in import onward, signed_in
from partners.exceptions import BookError
from partners.gate import standing_before
from partners.models import Invitation, User


class NewPersonForm(forms.Form):
    """What somebody new says of themselves."""

    name = forms.CharField(max_length=200, label=gettext_lazy("Your name"))
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "autofocus": True}

    def clean(self) -> dict[str, Any]:
        """The passwords are the same, and good enough for this person."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            user = User(email=self.email, name=cleaned.get("name", ""))
            try:
                validate_password(first, user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned


@never_cache
@sensitive_post_parameters()
def join(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The page that an invitation's link opens; 410 where the link is over.

    Nobody is told where the link leads, and nobody keeps the page.
    """
    now = timezone.now()
    try:
        invitation = inviting.find(slug, token, now=now)
        response = _answer(request, invitation)
    except InvitationOver as error:
        shown = {"said": error.message, "state": error.facts["state"]}
        response = render(request, "access/join_over.html", shown, status=410)
    response.headers["Referrer-Policy"] = UNTOLD
    return response


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    known = User.objects.filter(email=invitation.email).first()
    person: Any = standing_before(request)
    if known is None or (known.is_active and not known.has_usable_password()):
        return _as_new(request, invitation)
    shown = {"invitation": invitation, "known": known, "person": person, "refused": ""}
    is_them = isinstance(request.user, User) and request.user.pk == known.pk
    if request.method == "POST" and is_them:
        try:
            inviting.accept(invitation, known, now=timezone.now())
        except InvitationOver:
            raise
        except BookError as error:
            shown["refused"] = error.message
        else:
            person.is_staff = True  # as it is by now
            return _welcome(request, invitation, person)
    return render(request, "access/join.html", shown | {"is_them": is_them})


def _as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPersonForm(invitation.email, data=request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
        try:
            user = inviting.accept_as_new(
                invitation, name, password, now=timezone.now()
            )
        except InvitationOver:
            raise
        except BookError as error:
            refused = error.message
        else:
            return _welcome(request, invitation, signed_in(request, user.pk))
    shown = {"invitation": invitation, "form": form, "refused": refused}
    return render(request, "access/join_new.html", shown)


def _welcome(request: HttpRequest, invitation: Invitation, user: Any) -> HttpResponse:
    said = _("Welcome: you now work for %(business)s.")
    messages.success(request, said % {"business": invitation.business.name})
    return onward(request, user)
