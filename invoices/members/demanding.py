"""Whether a business demands a second factor of all who work for it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from invoices.models import Event
from partners.access import Actor, Capability
from partners.exceptions import Conflict
from partners.models import Business, SecondFactor


def demand_second_factor(business: Business, demanded: bool, *, by: Actor) -> Business:
    """Turn the demand on or off, for the next request of every member.

    API keys are not touched. Raises NotAllowed, and Conflict for an owner who turns it
    on without having one.
    """
    by.require(Capability.MEMBERS, business.pk)
    own = SecondFactor.objects.filter(user_id=by.user_id or 0)
    if demanded and by.user_id is not None and not own.exists():
        raise Conflict(
            _("Set up your own second factor first: else you would lock yourself out.")
        )
    with transaction.atomic():
        rows = Business.objects.select_for_update(no_key=True)
        locked = rows.get(pk=business.pk)
        if locked.demands_totp != demanded:
            locked.demands_totp = demanded
            locked.save(update_fields=["demands_totp"])
            verb = "demanded" if demanded else "not_demanded"
            Event.record(locked, f"business.second_factor_{verb}", by=by)
    return locked
