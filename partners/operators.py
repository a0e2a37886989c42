"""What operators' commands share: finding a business or a person by its plain name."""

from __future__ import annotations

from django.core.management.base import CommandError

from partners.models import Business, Membership, User


def business_named(slug: str) -> Business:
    """The business with this slug, or CommandError naming those there are."""
    business = Business.objects.filter(slug=slug).first()
    if business is None:
        known = ", ".join(Business.objects.values_list("slug", flat=True)[:20])
        raise CommandError(
            f"No business has the slug {slug}. "
            f"Known: {known or 'none yet; create one with create_business'}."
        )
    return business


def user_named(email: str) -> User:
    """The user with this address, or CommandError with the remedy."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise CommandError(
            f"No user has the address {email}; create one with create_user."
        )
    return user


def membership_of(user: User, business: Business) -> Membership:
    """The active membership, or CommandError with the remedy."""
    members = Membership.objects.for_business(business).filter(active=True)
    membership = members.filter(user=user).select_related("user", "business").first()
    if membership is None:
        raise CommandError(f"{user} is no member of {business.slug}.")
    return membership
