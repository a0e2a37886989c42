"""What becomes of a membership: another role, an end, a new beginning."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from invoices.members import inviting
from invoices.models import Event
from partners import history, sign_ins
from partners.access import ROLE_CAPABILITIES, Actor, Capability, Role
from partners.exceptions import Conflict, Invalid, NotAllowed
from partners.models import ApiKey, Business, Membership


def change_role(member: Membership, role: str, *, by: Actor) -> Membership:
    """Give the member another role, at once.

    Who may no longer invite leaves no open invitation behind: theirs are withdrawn.
    Raises NotAllowed, also for somebody who would raise their own; Invalid for a role
    that is none; Conflict where the business would be left without an owner.
    """
    by.require(Capability.MEMBERS, member.business_id)
    if role not in set(Role):
        raise Invalid(_("There is no such role."), field="role")
    with transaction.atomic():
        locked = _locked(member)
        before, after = (
            ROLE_CAPABILITIES[Role(locked.role)],
            ROLE_CAPABILITIES[Role(role)],
        )
        if by.user_id == locked.user_id and not after <= before:
            raise NotAllowed(_("Nobody raises their own role; ask another owner."))
        if role != Role.OWNER:
            _keep_an_owner(locked)
        told = history.snapshot(locked)
        was, locked.role = locked.role, role
        locked.save(update_fields=["role"])
        history.write(locked, told, by=by)
        facts = {"email": locked.user.email, "was": was, "role": role}
        Event.record(locked, "member.role_changed", by=by, **facts)
        if Capability.MEMBERS in before - after:
            _withdraw_invitations(locked, by)
    return locked


def deactivate(member: Membership, *, by: Actor) -> Membership:
    """Send the member away: pages, admin and API end for them with the next request.

    Their API keys of this business are revoked and stay so, and the invitations they
    sent are withdrawn. What they did keeps their name. Raises NotAllowed, and Conflict
    for the last owner.
    """
    by.require(Capability.MEMBERS, member.business_id)
    with transaction.atomic():
        locked = _locked(member)
        if not locked.active:
            raise Conflict(_("This member is deactivated already."))
        _keep_an_owner(locked)
        told = history.snapshot(locked)
        locked.active = False
        locked.save(update_fields=["active"])
        history.write(locked, told, by=by)
        keys = keys_of(locked).update(revoked_at=timezone.now())
        facts = {"email": locked.user.email, "role": locked.role, "keys": keys}
        Event.record(locked, "member.deactivated", by=by, **facts)
        _withdraw_invitations(locked, by)
    return locked


def reactivate(member: Membership, *, by: Actor) -> Membership:
    """Let the member back in, in the role they had; their keys stay revoked.

    Raises NotAllowed, and Conflict for one who is active.
    """
    by.require(Capability.MEMBERS, member.business_id)
    with transaction.atomic():
        locked = _locked(member)
        if locked.active:
            raise Conflict(_("This member is active."))
        told = history.snapshot(locked)
        locked.active = True
        locked.save(update_fields=["active"])
        history.write(locked, told, by=by)
        facts = {"email": locked.user.email, "role": locked.role}
        Event.record(locked, "member.reactivated", by=by, **facts)
    return locked


def end_sign_ins(member: Membership, *, by: Actor) -> int:
    """End every sign-in of the member, wherever it is; returns how many there were.

    Raises NotAllowed.
    """
    by.require(Capability.MEMBERS, member.business_id)
    with transaction.atomic():
        count = sign_ins.end_all(member.user)
        facts = {"email": member.user.email, "count": count}
        Event.record(member, "member.sign_ins_ended", by=by, **facts)
    return count


def keys_of(member: Membership) -> models.QuerySet[ApiKey]:
    """The member's API keys of this business that work."""
    keys = ApiKey.objects.for_business(member.business_id)
    return keys.filter(user_id=member.user_id, revoked_at=None)


def _locked(member: Membership) -> Membership:
    """The row afresh; changes of one business's members happen one after another."""
    Business.objects.select_for_update(no_key=True).get(pk=member.business_id)
    rows = Membership.objects.for_business(member.business_id)
    return rows.select_for_update(of=["self"]).select_related("user").get(pk=member.pk)


def _withdraw_invitations(locked: Membership, by: Actor) -> None:
    now = timezone.now()
    inviting.withdraw_all_of(locked.business_id, locked.user_id, by=by, now=now)


def _keep_an_owner(locked: Membership) -> None:
    if locked.role != Role.OWNER or not locked.active:
        return
    owners = Membership.objects.for_business(locked.business_id).filter(
        role=Role.OWNER, active=True, user__is_active=True
    )
    if not owners.exclude(pk=locked.pk).exists():
        raise Conflict(
            _("This is the last owner of the business; make somebody else one first.")
        )
