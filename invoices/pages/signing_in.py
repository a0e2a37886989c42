"""The door for people: members need not be staff to work on the pages."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from partners.models import User


class SignIn(LoginView):
    """Ask for the address and the password; go on to where the person wanted to go."""

    template_name = "site/sign_in.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Where to go without a wish: the businesses to send for."""
        return reverse("send")


class SignOut(LogoutView):
    """End the session, by POST only."""

    next_page = "sign-in"


def home(request: HttpRequest) -> HttpResponse:
    """From the root to where the person may work: the admin is for staff alone."""
    member = isinstance(request.user, User) and not request.user.is_staff
    return redirect("send" if member else "admin:index")
