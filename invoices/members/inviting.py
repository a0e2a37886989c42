"""Inviting people by mail, and their coming in.

The token of an invitation exists in the letter alone: the job that writes the letter
makes it, and a letter that is written anew has a new one.
"""

from __future__ import annotations

import datetime
import secrets
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from invoices import jobs
from invoices.models import Event
from partners import throttling
from partners.access import ROLE_CAPABILITIES, Actor, Capability, Role
from partners.exceptions import Conflict, Invalid
from partners.models import Business, Invitation, Membership, User
from partners.models.invitation import VALID_FOR, InvitationState, digest_of


class InvitationOver(Conflict):
    """The invitation was used, revoked or has expired; the fact `state` says which."""

    code: ClassVar[str] = "invitation_over"


def invite(
    business: Business, email: str, role: str, *, by: Actor, now: datetime.datetime
) -> Invitation:
    """Ask somebody to join; the letter is queued with the row.

    An invitation that has expired gives way. Raises NotAllowed, Invalid for an address
    or a role that is none, Conflict for somebody who is a member or is asked already,
    TooOften where the address was mailed to too often.
    """
    by.require(Capability.MEMBERS, business.pk)
    address = _address(email)
    if role not in set(Role):
        raise Invalid(_("There is no such role."), field="role")
    members = Membership.objects.for_business(business).filter(active=True)
    if members.filter(user__email=address).exists():
        raise Conflict(_("This person is already a member."), field="email")
    try:
        with transaction.atomic():
            _count_letter(address)
            _clear_expired(business, address, by, now)
            invitation = _new(business, address, role, by, now)
    except IntegrityError as error:
        said = _("This address has an open invitation; send that one again.")
        raise Conflict(said, field="email") from error
    return invitation


def resend(invitation: Invitation, *, by: Actor, now: datetime.datetime) -> Invitation:
    """Write the letter anew, valid for as long again; the link before ends.

    From here on whoever sends it again is the one who invites.
    Raises NotAllowed, InvitationOver where it was used or revoked, and TooOften.
    """
    by.require(Capability.MEMBERS, invitation.business_id)
    _count_letter(invitation.email)
    with transaction.atomic():
        locked = _locked(invitation)
        if locked.state(now) not in {InvitationState.OPEN, InvitationState.EXPIRED}:
            raise _over(locked, now)
        locked.expires_at, locked.digest = now + VALID_FOR, ""
        locked.invited_by_id = by.user_id
        locked.save(update_fields=["expires_at", "digest", "invited_by"])
        Event.record(locked, "invitation.resent", by=by, email=locked.email)
        jobs.queue_invitation(locked)
    return locked


def revoke(invitation: Invitation, *, by: Actor, now: datetime.datetime) -> Invitation:
    """End an invitation before anybody came. Raises NotAllowed, InvitationOver."""
    by.require(Capability.MEMBERS, invitation.business_id)
    with transaction.atomic():
        locked = _locked(invitation)
        if locked.state(now) not in {InvitationState.OPEN, InvitationState.EXPIRED}:
            raise _over(locked, now)
        _revoke(locked, by, now)
    return locked


def withdraw_all_of(
    business_id: int, user_id: int, *, by: Actor, now: datetime.datetime
) -> None:
    """End every invitation that this person sent and nobody followed.

    For the deed that takes from them the right to invite, inside its transaction.
    """
    rows = Invitation.objects.for_business(business_id).select_for_update()
    waiting = rows.filter(invited_by_id=user_id, accepted_at=None, revoked_at=None)
    for invitation in waiting.order_by("id"):
        _revoke(invitation, by, now)


def new_token(business_id: int, pk: int, *, now: datetime.datetime) -> str | None:
    """A token for the letter; it is kept nowhere, and those before it end.

    None where the invitation is over. For the job alone.
    """
    token = secrets.token_urlsafe(32)
    rows = Invitation.objects.for_business(business_id).filter(
        pk=pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    changed = rows.update(digest=digest_of(token), mailed_at=now)
    return token if changed else None


def find(slug: str, token: str, *, now: datetime.datetime) -> Invitation:
    """The open invitation that a link is about. Raises InvitationOver for any other."""
    rows = Invitation.objects.select_related("business", "invited_by")
    business = Business.objects.filter(slug=slug).first()
    found = business and rows.for_business(business).filter(digest=digest_of(token))
    invitation = found.first() if found else None
    if invitation is None:
        said = _("This link leads nowhere; a newer letter may have replaced it.")
        raise InvitationOver(said, state="unknown")
    _must_stand(invitation, now)
    return invitation


def accept(invitation: Invitation, user: User, *, now: datetime.datetime) -> Membership:
    """Make the person a member, who from now on may use the admin too.

    The caller has made sure that the person holds the letter, and is its addressee.
    A former member comes back in the invited role. Raises InvitationOver: of two at
    once one comes in; Conflict for somebody else than was invited.
    """
    if user.email != invitation.email:
        raise Conflict(_("This invitation is for another address."))
    with transaction.atomic():
        locked = _locked(invitation)
        _must_stand(locked, now)
        locked.accepted_at = now
        locked.save(update_fields=["accepted_at"])
        members = Membership.objects.for_business(locked.business_id)
        member, _made = members.update_or_create(
            business_id=locked.business_id,
            user_id=user.pk,
            defaults={"role": locked.role, "active": True},
        )
        User.objects.filter(pk=user.pk, is_staff=False).update(is_staff=True)
        by = Actor.in_role(locked.business_id, user, locked.role)
        facts = {"email": locked.email, "role": locked.role}
        Event.record(member, "member.joined", by=by, invitation=locked.pk, **facts)
    return member


@transaction.atomic
def accept_as_new(
    invitation: Invitation, name: str, password: str, *, now: datetime.datetime
) -> User:
    """The same for an address that nobody signs in with yet; returns the person.

    Raises as `accept` does, and Conflict where somebody signs in with it by now.
    """
    user = User.objects.filter(email=invitation.email).first()
    if user is not None and (user.has_usable_password() or not user.is_active):
        raise Conflict(_("This address has an account already: sign in first."))
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(invitation.email, password, name=name)
        except IntegrityError as error:
            said = _("This address has an account already: sign in first.")
            raise Conflict(said) from error
    else:
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
    accept(invitation, user, now=now)
    return user


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(_("Enter an e-mail address."), field="email") from error
    return address


def _new(
    business: Business, address: str, role: str, by: Actor, now: datetime.datetime
) -> Invitation:
    invitation = Invitation.objects.create(
        business=business,
        email=address,
        role=role,
        language=get_language() or "en",
        invited_by_id=by.user_id,
        expires_at=now + VALID_FOR,
    )
    facts = {"email": address, "role": role}
    Event.record(invitation, "invitation.made", by=by, **facts)
    jobs.queue_invitation(invitation)
    return invitation


def _count_letter(address: str) -> None:
    throttling.take(throttling.LETTERS_TO_ADDRESS, f"invited:{address}")


def _must_stand(invitation: Invitation, now: datetime.datetime) -> None:
    """Raise InvitationOver unless it is open and its sender may still invite."""
    if invitation.state(now) != InvitationState.OPEN:
        raise _over(invitation, now)
    sender = invitation.invited_by
    if sender is None or (sender.is_active and sender.is_superuser):
        return
    members = Membership.objects.for_business(invitation.business_id)
    member = members.filter(user=sender, user__is_active=True, active=True).first()
    if member is None or Capability.MEMBERS not in ROLE_CAPABILITIES[Role(member.role)]:
        said = _("This invitation was withdrawn.")
        raise InvitationOver(said, state=InvitationState.REVOKED)


def _clear_expired(
    business: Business, address: str, by: Actor, now: datetime.datetime
) -> None:
    rows = Invitation.objects.for_business(business).select_for_update()
    open_ones = rows.filter(email=address, accepted_at=None, revoked_at=None)
    for old in open_ones.filter(expires_at__lte=now):
        _revoke(old, by, now)


def _revoke(locked: Invitation, by: Actor, now: datetime.datetime) -> None:
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    Event.record(locked, "invitation.revoked", by=by, email=locked.email)


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.for_business(invitation.business_id)
    return rows.select_for_update().get(pk=invitation.pk)


def _over(invitation: Invitation, now: datetime.datetime) -> InvitationOver:
    state = invitation.state(now)
    said = {
        InvitationState.ACCEPTED: _("This invitation was used already."),
        InvitationState.REVOKED: _("This invitation was withdrawn."),
        InvitationState.EXPIRED: _("This invitation has expired."),
    }
    return InvitationOver(said.get(state, _("This invitation is open.")), state=state)
