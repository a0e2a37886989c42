"""Who sees and does what in the admin, decided by memberships as at every other door.

Django's own model permissions are not used: a person's role in a business says what
they may do there, and a superuser may do everything everywhere.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from partners.access import Actor, Capability
from partners.exceptions import NotAllowed
from partners.models import Business, Membership, User
from partners.tenancy import BusinessRow

_CHOSEN = "business"
_MOST_BUSINESSES = 200


def actor_for(user: User, business: Business) -> Actor:
    """Who a signed-in person is in this business; a superuser may do everything.

    Raises NotAllowed for somebody who is no member.
    """
    if user.is_superuser:
        return Actor(business.pk, user.pk, user.email, frozenset(Capability))
    members = Membership.objects.for_business(business).filter(user=user, active=True)
    membership = members.select_related("user").first()
    if membership is None:
        raise NotAllowed("This belongs to another business.")
    return Actor.member(membership)


def user_of(request: HttpRequest) -> User:
    """The person signed in; only for requests behind the admin's sign-in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - narrows
    return user


def _actors(request: HttpRequest) -> dict[int, Actor]:
    """Who the person is in each of their businesses; one query per request."""
    known: dict[int, Actor] | None = getattr(request, "admin_actors", None)
    if known is None:
        members = Membership.objects.filter(user=user_of(request), active=True)
        found = [Actor.member(row) for row in members.select_related("user")]
        known = {actor.business_id: actor for actor in found}
        setattr(request, "admin_actors", known)  # noqa: B010 - not a field of it
    return known


def may(
    request: HttpRequest, capability: Capability | None, business_id: int | None = None
) -> bool:
    """Whether the person has the capability in this business, or else in any.

    None is what nobody may.
    """
    if capability is None or not request.user.is_authenticated:
        return False
    if user_of(request).is_superuser:
        return True
    actors = _actors(request)
    if business_id is None:
        return any(actor.may(capability) for actor in actors.values())
    return business_id in actors and actors[business_id].may(capability)


def only_seen(
    rows: models.QuerySet[Any],
    request: HttpRequest,
    see: Capability,
    tenant: str = "business_id",
) -> models.QuerySet[Any]:
    """Of these rows those in businesses where the person has the capability.

    The businesses are named by their keys, so that indexes which begin with the
    business also give the order.
    """
    if user_of(request).is_superuser:
        return rows
    actors = _actors(request).values()
    pks = [actor.business_id for actor in actors if actor.may(see)]
    return rows.filter(**{f"{tenant}__in": pks})


def businesses_with(
    request: HttpRequest, capability: Capability
) -> models.QuerySet[Business]:
    """The businesses in which the person has the capability."""
    return only_seen(Business.objects.all(), request, capability, "pk")


def own_businesses(request: HttpRequest) -> list[Business]:
    """The businesses that the person may look into, by name, at most 200; one query."""
    known: list[Business] | None = getattr(request, "admin_businesses", None)
    if known is None:
        seen = businesses_with(request, Capability.VIEW).order_by("name", "id")
        known = list(seen[:_MOST_BUSINESSES])
        setattr(request, "admin_businesses", known)  # noqa: B010 - not a field of it
    return known


def chosen_business(request: HttpRequest) -> Business | None:
    """The business that the person works for just now, None for all of theirs.

    Whoever has only one always works for it.
    """
    businesses = own_businesses(request)
    if len(businesses) == 1:
        return businesses[0]
    wanted = request.session.get(_CHOSEN)
    return next((one for one in businesses if one.pk == wanted), None)


def choose_business(request: HttpRequest, business: Business | None) -> None:
    """Work for this business, or for all, until the person chooses again."""
    request.session[_CHOSEN] = business and business.pk


def visible_rows(
    model: type[models.Model], request: HttpRequest
) -> models.QuerySet[Any]:
    """What the person may see and choose of a model: never a stranger's row."""
    user = user_of(request)
    if issubclass(model, BusinessRow):
        return model.objects.visible_to(user)
    if issubclass(model, Business):
        return businesses_with(request, Capability.VIEW)
    everything: models.QuerySet[Any] = models.QuerySet(model)
    if user.is_superuser:
        return everything
    return everything.filter(pk=user.pk) if model is User else everything.none()
