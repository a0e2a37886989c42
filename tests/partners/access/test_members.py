"""Members and invitations: asked by mail, coming in, changing, leaving."""

from __future__ import annotations

import csv
import datetime
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from invoices.members import changing, inviting, letters
from invoices.members.inviting import InvitationOver
from invoices.models import Event
from partners.access import Actor
from partners.exceptions import BookError, Conflict, Invalid, NotAllowed
from partners.models import ApiKey, Business, Invitation, Membership, SignIn, User
from partners.throttling import TooOften
from tests.admin_cast import act, errors, said, staff, url
from tests.books import contents
from tests.concurrency.racing import race, refusals
from tests.factories import (
    BusinessFactory,
    InvitationFactory,
    MembershipFactory,
    actor,
)
from tests.partners.access.cast import person, signed_in, try_password, with_factor

pytestmark = pytest.mark.django_db
GOOD = {"name": "Ann", "password1": "quite a good one", "password2": "quite a good one"}


def owner_of(business: Business) -> Actor:
    """An owner."""
    return actor(business)


def invited(business: Business, email: str = "ann@example.com", **more: Any) -> str:
    """The path in the letter to somebody who is invited."""
    words: Any = {
        "role": "clerk",
        "by": owner_of(business),
        "now": timezone.now(),
    } | more
    invitation = inviting.invite(business, email, **words)
    return letter(invitation)


def letter(invitation: Invitation) -> str:
    """The path in a new letter of this invitation."""
    mail.outbox.clear()
    letters.write_invitation(invitation.business_id, invitation.pk, now=timezone.now())
    found = re.search(r"/join/\S+", str(mail.outbox[0].body))
    assert found
    return found.group()


def verbs(business: Business) -> list[str]:
    """What history tells, oldest first."""
    rows = Event.objects.for_business(business).order_by("id")
    return list(rows.values_list("verb", flat=True))


def test_somebody_new_sets_name_and_password_and_is_in(business) -> None:
    path = invited(business, " Ann@Example.com")
    client = Client()

    page = client.get(path)
    weak = client.post(path, GOOD | {"password1": "ann", "password2": "ann"})
    differ = client.post(path, GOOD | {"password2": "another"})
    done = client.post(path, GOOD)
    again = Client().post(path, GOOD)

    assert mail.outbox[0].to == ["ann@example.com"]
    assert mail.outbox[0].subject == f"{business.name} invites you to Counterfoil"
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
    assert "too short" in weak.content.decode()
    assert "The two passwords differ." in differ.content.decode()
    assert done["Location"] == "/admin/"
    user = User.objects.get(email="ann@example.com")
    member = Membership.objects.for_business(business).get(user=user)
    assert (user.name, user.is_staff, user.is_superuser) == ("Ann", True, False)
    assert (member.role, member.active) == ("clerk", True)
    assert client.get("/account/").status_code == 200
    assert try_password(Client(), user.email, "quite a good one").status_code == 302
    assert again.status_code == 410
    assert "This invitation was used already." in again.content.decode()
    assert verbs(business) == ["invitation.made", "member.joined"]


def test_somebody_known_signs_in_first_and_then_accepts(business) -> None:
    user = person(email="ann@example.com")
    path = invited(business, role="viewer")
    client, other = Client(), signed_in(person())

    page = client.get(path)
    stolen = client.post(path, GOOD)
    assert "You have an account already" in page.content.decode()
    assert stolen.status_code == 200
    assert "The invitation is for ann@example.com" in other.get(path).content.decode()
    other.post(path)
    assert not Membership.objects.filter(user=user).exists()
    answer = try_password(client, user.email, data={"next": path})
    assert answer["Location"] == path
    assert client.post(path)["Location"] == "/admin/"

    assert Membership.objects.get(user=user, business=business).role == "viewer"
    assert try_password(Client(), user.email).status_code == 302


def test_who_must_have_a_second_factor_is_led_to_it_after_joining(business) -> None:
    Business.objects.update(demands_totp=True)
    path = invited(business)
    client = Client()

    assert "demands a second factor" in client.get(path).content.decode()
    assert client.post(path, GOOD)["Location"] == "/account/second-factor/"
    assert client.get("/admin/").status_code == 302


def test_a_link_that_is_over_says_so(business) -> None:
    by, now = owner_of(business), timezone.now()
    path = invited(business, by=by)
    invitation = Invitation.objects.get()

    for wrong in (path[:-5] + "xxxx/", path.replace(business.slug, "nobody")):
        answer = Client().get(wrong)
        assert (answer.status_code, answer.headers["Referrer-Policy"]) == (
            410,
            "strict-origin",
        )
        assert "This link leads nowhere" in answer.content.decode()
    newer = letter(inviting.resend(invitation, by=by, now=now))
    assert Client().get(path).status_code == 410
    assert Client().get(newer).status_code == 200
    Invitation.objects.update(expires_at=now)
    assert "This invitation has expired." in Client().get(newer).content.decode()
    inviting.revoke(invitation, by=by, now=now)
    assert "This invitation was withdrawn." in Client().get(newer).content.decode()
    assert Client().post(newer, GOOD).status_code == 410
    mail.outbox.clear()
    letters.write_invitation(business.pk, invitation.pk, now=now)
    assert mail.outbox == []
    assert not User.objects.filter(email="ann@example.com").exists()


def test_an_invitation_is_refused_with_its_reason_and_changes_nothing(business) -> None:
    by, now = owner_of(business), timezone.now()
    member = MembershipFactory(business=business, user__email="in@example.com")
    invited(business, "asked@example.com", by=by)
    accountant = actor(business, "accountant")
    before = contents()

    for email, role, who, kind in (
        ("in@example.com", "clerk", by, Conflict),
        ("ASKED@example.com", "clerk", by, Conflict),
        ("nonsense", "clerk", by, Invalid),
        ("a@example.com", "king", by, Invalid),
        ("a@example.com", "clerk", accountant, NotAllowed),
    ):
        with pytest.raises(kind):
            inviting.invite(business, email, role, by=who, now=now)
    assert contents() == before
    Membership.objects.filter(pk=member.pk).update(active=False)
    path = invited(business, "in@example.com", role="viewer", by=by)
    inviting.accept(Invitation.objects.get(role="viewer"), member.user, now=now)
    member.refresh_from_db()
    assert (member.active, member.role, bool(path)) == (True, "viewer", True)


def test_an_expired_invitation_gives_way_to_a_new_one(business) -> None:
    by = owner_of(business)
    old = invited(business, by=by)
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(1))

    new = invited(business, by=by)

    assert [Client().get(path).status_code for path in (old, new)] == [410, 200]
    assert verbs(business) == [
        "invitation.made",
        "invitation.revoked",
        "invitation.made",
    ]


def test_the_token_is_kept_nowhere(business) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    token = invited(business).split("/")[3]
    kept = str(contents()) + str(list(ProcrastinateJob.objects.values()))

    assert len(token) == 43
    assert token not in kept


@pytest.mark.django_db(transaction=True)
def test_one_invitation_accepted_twice_at_once_lets_one_in(business) -> None:
    invited(business)
    invitation, now = Invitation.objects.get(), timezone.now()

    def come(name: str) -> User:
        return inviting.accept_as_new(invitation, name, "a good password", now=now)

    outcomes = race(*[[lambda name=name: come(name)] for name in "ABCD"])

    assert len(refusals(outcomes)) == 3
    assert Membership.objects.filter(user__email=invitation.email).count() == 1
    assert User.objects.filter(email=invitation.email).count() == 1


def test_a_dead_mail_server_breaks_no_page_and_is_tried_again(
    business, settings
) -> None:
    from invoices.jobs.people import mail_invitation, mail_new_password

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = signed_in(staff(business, email="boss@example.com"))

    body = {"business": business.pk, "email": "ann@example.com", "role": "clerk"}
    answer = client.post(url(Invitation, "add"), body, follow=True)

    assert said(answer)[0] == "The letter to ann@example.com is on its way."
    with pytest.raises(OSError):
        letters.write_invitation(
            business.pk, Invitation.objects.get().pk, now=timezone.now()
        )
    assert mail_invitation.retry_strategy is not None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail_invitation(business.pk, Invitation.objects.get().pk)
    mail_new_password(0, "de")
    mail_new_password(User.objects.get(email="boss@example.com").pk, "de")
    to = [(each.to[0], "/join/" in each.body) for each in mail.outbox]
    assert to == [("ann@example.com", True), ("boss@example.com", False)]


def test_roles_change_but_nobody_raises_their_own(business) -> None:
    boss = MembershipFactory(business=business)
    clerk: Membership = MembershipFactory(business=business, role="clerk")
    by = Actor.member(boss)

    assert changing.change_role(clerk, "accountant", by=by).role == "accountant"
    with pytest.raises(Invalid):
        changing.change_role(clerk, "king", by=by)
    with pytest.raises(NotAllowed):
        changing.change_role(clerk, "owner", by=Actor.member(clerk))
    both = Actor(business.pk, clerk.user_id, "x", by.capabilities)
    with pytest.raises(NotAllowed, match="Nobody raises their own role"):
        changing.change_role(clerk, "owner", by=both)
    assert changing.change_role(clerk, "viewer", by=both).role == "viewer"
    assert verbs(business) == ["member.role_changed"] * 2


def test_the_last_owner_stays(business) -> None:
    boss: Membership = MembershipFactory(business=business)
    away = MembershipFactory(business=business, user__is_active=False)
    gone = MembershipFactory(business=business, active=False)
    by = Actor.member(boss)
    before = contents()

    for deed in (
        lambda: changing.deactivate(boss, by=by),
        lambda: changing.change_role(boss, "clerk", by=by),
    ):
        with pytest.raises(Conflict, match="the last owner"):
            deed()
    assert contents() == before
    changing.reactivate(gone, by=by)
    changing.deactivate(boss, by=by)
    assert away.role == "owner"


@pytest.mark.parametrize("how", ["deactivated", "lowered"])
def test_invitations_end_with_the_right_to_send_them(business, how) -> None:
    boss: Membership = MembershipFactory(business=business)
    leaving: Membership = MembershipFactory(business=business)
    by, theirs = Actor.member(boss), Actor.member(leaving)
    paths = [
        invited(business, "mine@example.com", role="owner", by=theirs),
        invited(business, "stays@example.com", by=by),
        invited(business, "vouched@example.com", by=theirs),
    ]
    vouched = Invitation.objects.get(email="vouched@example.com")
    paths[2] = letter(inviting.resend(vouched, by=by, now=timezone.now()))
    open_to_all = Event.objects.for_business(business).count()

    if how == "lowered":
        changing.change_role(leaving, "clerk", by=by)
    else:
        changing.deactivate(leaving, by=by)

    assert [Client().post(path, GOOD).status_code for path in paths] == [410, 302, 302]
    told = Event.objects.for_business(business).order_by("id")[open_to_all + 1 :]
    first = told[0]
    assert (first.verb, first.actor, first.facts) == (
        "invitation.revoked",
        by.name,
        {"email": "mine@example.com"},
    )
    assert [event.verb for event in told[1:]] == ["member.joined"] * 2


def test_an_invitation_of_somebody_who_may_not_invite_is_over(business) -> None:
    sender: Membership = MembershipFactory(business=business)
    path = invited(business, by=Actor.member(sender))
    people, rows = User.objects.filter(pk=sender.user_id), Membership.objects.all()
    for change, back in (
        (lambda: rows.update(active=False), lambda: rows.update(active=True)),
        (lambda: rows.update(role="viewer"), lambda: rows.update(role="owner")),
        (lambda: people.update(is_active=False), lambda: people.update(is_active=True)),
    ):
        change()
        before = contents()
        for answer in (Client().get(path), Client().post(path, GOOD)):
            assert answer.status_code == 410
            assert "This invitation was withdrawn." in answer.content.decode()
        user: User = User(email="ann@example.com")
        with pytest.raises(InvitationOver):
            inviting.accept(Invitation.objects.get(), user, now=timezone.now())
        assert contents() == before
        back()
    rows.update(active=False)
    people.update(is_superuser=True)
    assert Client().post(path, GOOD).status_code == 302


def test_an_address_is_not_flooded_by_inviting_and_withdrawing(business) -> None:
    by, now = owner_of(business), timezone.now()
    for _ in range(3):
        row = inviting.invite(business, "ann@example.com", "clerk", by=by, now=now)
        inviting.revoke(row, by=by, now=now)

    for again in (
        lambda: inviting.invite(business, "ann@example.com", "clerk", by=by, now=now),
        lambda: inviting.invite(business, "Ann@Example.com", "viewer", by=by, now=now),
    ):
        with pytest.raises(TooOften):
            again()
    assert Invitation.objects.count() == 3
    client = signed_in(staff(business, email="boss@example.com"))
    body = {"business": business.pk, "email": "ann@example.com", "role": "clerk"}
    told = errors(client.post(url(Invitation, "add"), body))
    assert told[0].startswith("Too many attempts.")


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one(business) -> None:
    members = [MembershipFactory(business=business) for _ in range(2)]
    deeds = [[lambda m=m: changing.deactivate(m, by=Actor.member(m))] for m in members]

    assert refusals(race(*deeds)) == ["Conflict"]
    assert Membership.objects.filter(active=True, role="owner").count() == 1


def test_who_is_sent_away_loses_keys_and_sign_ins_are_ended_by_owners(business) -> None:
    boss: Membership = MembershipFactory(business=business)
    member: Membership = MembershipFactory(business=business, role="clerk")
    elsewhere: Membership = MembershipFactory(user=member.user)
    mine = ApiKey.create(business, member.user)[0]
    other = ApiKey.create(elsewhere.business, member.user)[0]
    client = signed_in(member.user)
    by = Actor.member(boss)

    changing.deactivate(member, by=by)
    assert client.get("/account/").status_code == 200
    assert changing.end_sign_ins(member, by=by) == 1
    assert client.get("/account/").status_code == 302
    changing.reactivate(member, by=by)

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.revoked_at is None, other.revoked_at is None) == (False, True)
    with pytest.raises(NotAllowed):
        changing.end_sign_ins(member, by=Actor.member(elsewhere))
    facts = {"email": member.user.email, "role": "clerk", "keys": 1}
    assert Event.objects.about(member)[0].facts == facts
    assert SignIn.objects.filter(ended_at=None).count() == 0


def test_in_the_admin_owners_see_access_and_do_all_of_it(business) -> None:
    boss = staff(business, email="boss@example.com")
    clerk = staff(business, "clerk", email="clerk@example.com")
    with_factor(boss)
    client = signed_in(boss)
    ApiKey.create(business, clerk)
    member = Membership.objects.get(user=clerk)

    listed = client.get(url(Membership, "changelist")).content.decode()
    assert "last sign-in" in listed.lower()
    assert url(Invitation, "add") in listed
    assert client.get(url(Membership, "add")).status_code == 403
    assert client.post(url(member, "change"), {"role": "owner"}).status_code == 403
    asked = act(client, "deactivate", member).content.decode()
    assert "1 API key of theirs is revoked." in asked
    assert Membership.objects.get(pk=member.pk).active
    yes = {"confirmed": "yes"}
    done = said(act(client, "deactivate", member, **yes))
    assert done == [
        (
            f"clerk@example.com no longer works for {business.name}. "
            "1 API key of theirs is revoked."
        )
    ]
    act(client, "reactivate", member, **yes)
    told = said(act(client, "change_role", member, choice="viewer", **yes))
    assert told == ["clerk@example.com is now Viewer."]
    signed_in(clerk)
    told = said(act(client, "end_sign_ins", member, **yes))
    assert told == ["1 sign-in of clerk@example.com ended."]
    lowly = signed_in(clerk)
    assert (
        url(Invitation, "add")
        not in lowly.get(url(Membership, "changelist")).content.decode()
    )
    assert (
        "last sign-in"
        not in lowly.get(url(Membership, "changelist")).content.decode().lower()
    )
    before = contents()
    act(lowly, "deactivate", Membership.objects.get(user=boss), **yes)
    assert contents() == before


def test_in_the_admin_access_is_shown_of_the_own_businesses_people_alone(
    business,
) -> None:
    boss = staff(business, email="boss@example.com")
    with_factor(boss)
    shop = BusinessFactory(name="Shop")
    MembershipFactory(business=shop, user=boss, role="clerk")
    other = MembershipFactory(business=shop, user__email="other@example.com").user
    with_factor(other)
    signed_in(other)
    client = signed_in(boss)

    def rows() -> dict[tuple[str, str], tuple[str, bool]]:
        page = client.get(url(Membership, "changelist") + "?_export=csv")
        text = b"".join(page.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return {
            (row["User"], row["Business"]): (
                row.get("Second factor", ""),
                bool(row.get("Last sign-in")),
            )
            for row in csv.DictReader(text.splitlines())
        }

    nothing = ("", False)
    of_shop = {("other@example.com", "Shop"): nothing}
    of_shop[("boss@example.com", "Shop")] = nothing
    assert rows() == of_shop | {("boss@example.com", business.name): ("yes", True)}
    listed = client.get(url(Membership, "changelist")).content.decode()
    assert url(Invitation, "add") in listed
    client.post(reverse("admin:switch"), {"business": shop.pk})
    listed = client.get(url(Membership, "changelist")).content.decode()
    assert "last sign-in" not in listed.lower()
    assert url(Invitation, "add") not in listed
    assert rows() == of_shop


def test_in_the_admin_invitations_are_made_sent_again_and_withdrawn(business) -> None:
    client = signed_in(staff(business, email="boss@example.com"))
    page = url(Invitation, "add")
    body = {"business": business.pk, "email": "Ann@example.com", "role": "clerk"}

    assert client.post(page, body).status_code == 302
    assert errors(client.post(page, body)) == [
        "This address has an open invitation; send that one again."
    ]
    assert errors(client.post(page, body | {"email": "boss@example.com"})) == [
        "This person is already a member."
    ]
    row = Invitation.objects.get()
    again = said(act(client, "resend", row, confirmed="yes"))
    assert again == [
        "A new letter to ann@example.com is on its way; the old link ends."
    ]
    assert said(act(client, "revoke", row, confirmed="yes")) == [
        "The invitation of ann@example.com is withdrawn."
    ]
    assert "revoked" in client.get(url(row, "change")).content.decode()
    other = InvitationFactory()
    assert client.get(url(other, "change")).status_code == 302
    with pytest.raises(InvitationOver):
        inviting.resend(row, by=owner_of(business), now=timezone.now())
    assert issubclass(InvitationOver, BookError)
