"""The letters about a person's own access, as plain text."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.formats import date_format
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from invoices.members import inviting
from partners.models import Invitation, User


def write_invitation(business_id: int, pk: int, *, now: datetime.datetime) -> None:
    """Mail an invitation with a new token; nothing where it is over.

    Raises what the mail server's connection raises.
    """
    token = inviting.new_token(business_id, pk, now=now)
    if token is None:
        return
    rows = Invitation.objects.for_business(business_id)
    invitation = rows.select_related("business", "invited_by").get(pk=pk)
    business = invitation.business
    with translation.override(invitation.language):
        subject = _("%(business)s invites you to Counterfoil")
        words = {
            "invitation": invitation,
            "business": business,
            "link": _link("join", business.slug, token),
            "until": date_format(invitation.expires_at.astimezone(business.zone())),
        }
        _send(
            subject % {"business": business.name},
            render_to_string("mail/invitation.txt", words),
            invitation.email,
        )


def write_new_password(user_id: int, language: str) -> None:
    """Mail a link with which the person sets a new password; nothing for nobody.

    Raises what the mail server's connection raises.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    words = {
        "user": user,
        "link": _link("new-password", uid, token),
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    with translation.override(language):
        subject = _("A new password for Counterfoil")
        body = render_to_string("mail/new_password.txt", words)
        _send(subject, body, user.email)


def _link(name: str, *args: str) -> str:
    path: str = reverse(name, args=args)
    return settings.PUBLIC_URL + path


def _send(subject: str, body: str, to: str) -> None:
    # A header has one line, whatever a business is called.
    EmailMessage(" ".join(subject.split()), body, to=[to]).send()
