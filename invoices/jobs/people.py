"""Jobs that write to people about their own access: invitations, new passwords.

Tokens are made here and never stand in a job's arguments. A mail server that is down
does not keep anybody from working: the letter is tried again.
"""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from partners.models import Invitation

# Within about six hours; an invitation can be sent again, a password asked for again.
_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=5)


@app.task(name="invoices.mail_invitation", queue="mail", retry=_AGAIN)
def mail_invitation(business_id: int, invitation_id: int) -> None:
    """Write to somebody who is invited; nothing where that is over."""
    from invoices.members import letters

    letters.write_invitation(business_id, invitation_id, now=timezone.now())


@app.task(name="invoices.mail_new_password", queue="mail", retry=_AGAIN)
def mail_new_password(user_id: int, language: str) -> None:
    """Write to somebody who forgot the password; nothing where there is nobody."""
    from invoices.members import letters

    letters.write_new_password(user_id, language)


@app.periodic(cron="41 3 * * *")
@app.task(name="invoices.forget_visitors", queue="upkeep", queueing_lock="visitors")
def forget_visitors(timestamp: int) -> None:
    """Delete sessions and counters that ended, and sign-ins of half a year ago."""
    from invoices.members import forgetting

    forgetting.forget(timezone.now())


def queue_invitation(invitation: Invitation) -> None:
    """Have its letter written after the surrounding transaction."""
    keys = {"business_id": invitation.business_id, "invitation_id": invitation.pk}
    mail_invitation.defer(**keys)


def queue_new_password(user_id: int, language: str) -> None:
    """Have the letter written; 0 is nobody, and costs as much."""
    mail_new_password.defer(user_id=user_id, language=language)
