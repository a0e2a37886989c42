"""Actors, keys and whose rows somebody sees."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from invoices.models import Invoice
from partners.access import Actor, Capability, Role
from partners.credentials import presented
from partners.exceptions import Invalid, NotAllowed
from partners.models import ApiKey, Membership, Partner, User
from partners.models.api_key import digest_of
from tests.books import refused
from tests.factories import (
    NOW,
    BusinessFactory,
    MembershipFactory,
    PartnerFactory,
    UserFactory,
    a_draft,
    a_key,
)

SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def member(business) -> Membership:
    return MembershipFactory(business=business, role="clerk")


# --- actors -------------------------------------------------------------------------


def test_a_member_acts_under_their_address_with_their_role(business, member):
    by = Actor.member(member)
    assert by == Actor(
        business.pk,
        member.user.pk,
        member.user.email,
        frozenset(
            Capability(word) for word in ("view", "draft", "issue", "dispute", "master")
        ),
    )
    assert by.may(Capability.DRAFT)
    assert not by.may(Capability.PAY)


def test_scopes_narrow_a_role_and_never_widen_it(member):
    by = Actor.member(member, ["view", "pay"])
    assert by.capabilities == {Capability.VIEW}
    assert Actor.member(member, []).capabilities == Actor.member(member).capabilities


def test_a_missing_capability_is_named(business, member):
    by = Actor.member(member)
    by.require(Capability.DRAFT, business.pk)
    with pytest.raises(NotAllowed, match="pay") as caught:
        by.require(Capability.PAY, business.pk)
    assert (caught.value.code, caught.value.facts) == (
        "not_allowed",
        {"capability": "pay"},
    )


def test_an_actor_acts_in_one_business(member):
    with pytest.raises(NotAllowed, match="another business"):
        Actor.member(member).require(Capability.VIEW, BusinessFactory().pk)


def test_roles_only_ever_add_to_the_one_before(member):
    def may(role: Role) -> frozenset[Capability]:
        return Actor.in_role(1, member.user, role).capabilities

    assert may(Role.VIEWER) < may(Role.CLERK) < may(Role.ACCOUNTANT) < may(Role.OWNER)
    assert may(Role.OWNER) == frozenset(Capability)


# --- keys ---------------------------------------------------------------------------


def test_a_key_is_kept_as_a_digest_only(business, member):
    row, key = ApiKey.create(business, member.user, name="Shop", scopes=["view"])
    assert key.startswith("cf_") and len(key) > 40
    stored = ApiKey.objects.filter(pk=row.pk).values().get()
    assert key not in str(stored)
    assert stored | {"created_at": None} == {
        "id": row.pk,
        "business_id": business.pk,
        "user_id": member.user.pk,
        "name": "Shop",
        "hint": key[:9],
        "digest": digest_of(key),
        "scopes": ["view"],
        "dialects": [],
        "expires_at": None,
        "revoked_at": None,
        "seen_on": timezone.now().date(),
        "created_at": None,
    }


def test_a_presented_key_opens_its_business_in_its_role(
    business, member, django_assert_num_queries
):
    row, key = ApiKey.create(business, member.user, scopes=["view", "draft", "pay"])
    with django_assert_num_queries(1):
        found = presented(key, NOW)
    assert found is not None
    assert (found.key_id, found.business, found.user) == (row.pk, business, member.user)
    assert found.business_id == business.pk
    assert found.business.name == business.name
    assert found.actor == Actor.member(member, ["view", "draft"])


def test_a_key_without_scopes_may_what_the_role_may(business, member):
    found = presented(ApiKey.create(business, member.user)[1], NOW)
    assert found is not None and found.actor == Actor.member(member)


def revoke(key: ApiKey) -> None:
    key.revoke(NOW)


def deactivate(key: ApiKey) -> None:
    User.objects.filter(pk=key.user_id).update(is_active=False)


def leave(key: ApiKey) -> None:
    Membership.objects.filter(user=key.user_id).update(active=False)


def move(key: ApiKey) -> None:
    Membership.objects.filter(user=key.user_id).update(business=BusinessFactory())


def expire(key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(expires_at=NOW)


@pytest.mark.parametrize("end", [revoke, deactivate, leave, move, expire])
def test_a_key_ends_with(business, member, end):
    row, key = ApiKey.create(business, member.user)
    assert presented(key, NOW) is not None
    end(row)
    assert presented(key, NOW) is None


def test_a_key_works_up_to_its_last_moment(business, member):
    _, key = ApiKey.create(business, member.user, expires_at=NOW)
    assert presented(key, NOW - SECOND) is not None
    assert presented(key, NOW + SECOND) is None


@pytest.mark.parametrize("text", ["", "cf_", "cf_unknown", "é", "x" * 10_000, "a\0b"])
def test_any_other_text_opens_nothing(business, text):
    a_key(business)
    assert presented(text, NOW) is None


def test_a_key_s_changed_letter_opens_nothing(business):
    key = a_key(business)
    assert presented(key[:-1] + ("A" if key[-1] != "A" else "B"), NOW) is None
    assert presented(key + " ", NOW) is None


def test_a_role_taken_away_narrows_the_key_at_once(business, member):
    _, key = ApiKey.create(business, member.user)
    Membership.objects.filter(pk=member.pk).update(role="viewer")
    found = presented(key, NOW)
    assert found is not None
    assert found.actor.capabilities == {Capability.VIEW}


def test_unknown_scopes_are_named_and_make_no_key(business, member):
    with refused(Invalid, "scopes") as caught:
        ApiKey.create(business, member.user, scopes=["view", "fly"])
    assert "fly" in caught.value.message and "view" in caught.value.message


def test_the_first_revocation_stays(business, member):
    row, _ = ApiKey.create(business, member.user)
    row.revoke(NOW)
    row.revoke(NOW + SECOND)
    assert row.revoked_at == NOW


# --- whose rows -----------------------------------------------------------------------


def test_rows_are_asked_of_one_business(business):
    other = BusinessFactory()
    mine, foreign = (PartnerFactory(business=one) for one in (business, other))
    drafts = [a_draft(one) for one in (business, other)]
    partners = Partner.objects
    assert mine in partners.for_business(business)
    assert foreign not in partners.for_business(business)
    assert list(Invoice.objects.for_business(business.pk)) == drafts[:1]
    assert list(Invoice.objects.for_business(other)) == drafts[1:]


def test_a_person_sees_the_businesses_they_work_for(business, member):
    others: list[Any] = [BusinessFactory() for _ in range(2)]
    MembershipFactory(business=others[0], user=member.user, active=False)
    drafts = [a_draft(one) for one in (business, *others)]
    operator = User.objects.create_superuser("root@example.com", "password")
    visible = Invoice.objects.all().visible_to
    assert list(visible(member.user)) == drafts[:1]
    assert list(visible(UserFactory())) == []
    assert list(visible(operator)) == drafts
