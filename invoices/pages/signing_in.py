"""The door for people: members need not be staff to work on the pages."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import reverse


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
