"""The admin of who works for a business, and of who is asked to."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Case, Exists, Max, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from invoices.members import changing, inviting
from partners.access import Actor, Capability, Role
from partners.admin_access import (
    actor_for,
    businesses_with,
    chosen_business,
    may,
    user_of,
)
from partners.admin_base import BusinessRowAdmin, VisibleFilter
from partners.admin_columns import exported_as
from partners.admin_forms import VerbForm
from partners.models import Invitation, Membership, SecondFactor, SignIn
from partners.models.invitation import InvitationState

_OF_BUSINESS = ("business", VisibleFilter)
_ROLES = [(role.value, role.value.title()) for role in Role]


class InvitationForm(VerbForm):
    """Whom to invite, and as what."""

    class Meta:
        model = Invitation
        fields = ["business", "email", "role"]


class ByOwners(BusinessRowAdmin):
    """Rows that are written by deeds alone, for those who manage members."""

    write = Capability.MEMBERS
    autocomplete_fields = ["business"]
    list_select_related = ["business"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is typed over; there are buttons."""
        return False

    def has_members_permission(self, request: HttpRequest) -> bool:
        """Whether the person manages members anywhere."""
        return may(request, Capability.MEMBERS)


@admin.register(Membership)
class MembershipAdmin(ByOwners):
    """Who works for a business, in which role; ended by deactivating."""

    teaches = gettext_lazy(
        "Everybody who works for a business, in a role. People are invited by mail."
    )
    list_display = ["user", "role", "active", "business", "created_at"]
    list_filter = [_OF_BUSINESS, "role", "active"]
    list_select_related = ["user", "business"]
    search_fields = ["user__email", "user__name"]
    actions = ["change_role", "deactivate", "reactivate", "end_sign_ins"]
    named: ClassVar[tuple[str, ...]] = ("user",)
    list_before_template = "admin/inviting.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the way to invite somebody, for those who may."""
        own = {"may_invite": _manages(request)}
        return super().changelist_view(request, (extra_context or {}) | own)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With what a business's owners see of its people's access, in the same query.

        It is empty for members of the other businesses.
        """
        of_person = {"user": OuterRef("user")}
        last = SignIn.objects.filter(**of_person).values("user")
        last_sign_in = Subquery(last.annotate(at=Max("began_at")).values("at"))
        has_factor = Exists(SecondFactor.objects.filter(**of_person))
        managed = businesses_with(request, Capability.MEMBERS).values("pk")
        rows: QuerySet[Membership] = super().get_queryset(request)
        return rows.annotate(
            last_sign_in=Case(When(business__in=managed, then=last_sign_in)),
            has_factor=Case(When(business__in=managed, then=has_factor)),
        )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """How people sign in is for owners."""
        shown = [*self.list_display]
        if _manages(request):
            shown[3:3] = ["second_factor", "signed_in"]
        return shown

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The same on the member's page."""
        shown = ["user", "name", "business", "role", "active", "created_at"]
        if may(request, Capability.MEMBERS, obj and obj.business_id):
            shown += ["second_factor", "signed_in", "keys"]
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What is not a column."""
        own = ["name", "created_at", "second_factor", "signed_in", "keys"]
        return [*super().get_readonly_fields(request, obj), *own]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, member: Any) -> bool | None:
        """Whether the person has one; None where that is not to be seen."""
        has: bool | None = member.has_factor
        return has

    @exported_as(attrgetter("last_sign_in"))
    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_sign_in")
    def signed_in(self, member: Any) -> str:
        """When the person last signed in, as far back as is known."""
        at = member.last_sign_in
        return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else "–"

    @admin.display(description=gettext_lazy("name"))
    def name(self, member: Membership) -> str:
        """What the person is called."""
        return member.user.name

    @admin.display(description=gettext_lazy("API keys that work"))
    def keys(self, member: Membership) -> str:
        """Their names."""
        return ", ".join(str(key) for key in changing.keys_of(member)[:20]) or "–"

    @admin.action(description=gettext_lazy("Change the role"), permissions=["members"])
    def change_role(self, request: HttpRequest, queryset: QuerySet[Membership]) -> Any:
        """Give the chosen members another role."""
        role = self.choice(request)

        def verb(member: Membership, by: Actor) -> str:
            changing.change_role(member, role, by=by)
            said = _("%(who)s is now %(role)s.")
            return said % {"who": member.user, "role": dict(_ROLES)[role]}

        question = _("Which role shall they have?")
        return self.do_each(request, queryset, verb, question, choices=_ROLES)

    @admin.action(description=gettext_lazy("Deactivate"), permissions=["members"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Membership]) -> Any:
        """Send the chosen members away."""

        def verb(member: Membership, by: Actor) -> str:
            count = changing.keys_of(member).count()
            changing.deactivate(member, by=by)
            said = _("%(who)s no longer works for %(business)s.")
            words = {"who": member.user, "business": member.business}
            return f"{said % words} {_keys_ended(count)}"

        question = _("Deactivate these members?")
        return self.do_each(request, queryset, verb, question)

    @admin.action(description=gettext_lazy("Reactivate"), permissions=["members"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Membership]) -> Any:
        """Let the chosen members back in."""

        def verb(member: Membership, by: Actor) -> str:
            changing.reactivate(member, by=by)
            said = _("%(who)s works for %(business)s again; old API keys stay revoked.")
            return said % {"who": member.user, "business": member.business}

        question = _("Let these members back in?")
        return self.do_each(request, queryset, verb, question)

    @admin.action(
        description=gettext_lazy("End their sign-ins"), permissions=["members"]
    )
    def end_sign_ins(self, request: HttpRequest, queryset: QuerySet[Membership]) -> Any:
        """Make the chosen members sign in anew, everywhere."""

        def verb(member: Membership, by: Actor) -> str:
            count = changing.end_sign_ins(member, by=by)
            said = ngettext(
                "%(count)s sign-in of %(who)s ended.",
                "%(count)s sign-ins of %(who)s ended.",
                count,
            )
            return said % {"count": count, "who": member.user}

        question = _("End all sign-ins of these members?")
        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """What makes sense for one who is active, or was."""
        if not obj.active:
            return ["reactivate"]
        return ["change_role", "end_sign_ins", "deactivate"]


@admin.register(Invitation)
class InvitationAdmin(ByOwners):
    """Who is asked to join; the letter goes out with the row."""

    see = Capability.MEMBERS
    teaches = gettext_lazy(
        "Invite people by mail: the letter has a link that works once, for seven days. "
        "They choose their own password."
    )
    form = InvitationForm
    list_display = ["email", "role", "state", "business", "invited_by", "created_at"]
    list_filter = [_OF_BUSINESS, "role"]
    list_select_related = ["business", "invited_by"]
    search_fields = ["email"]
    actions = ["resend", "revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What one chooses, and for one that exists what became of it."""
        chosen = ["business", "email", "role"]
        became = ["state", "invited_by", "created_at", "mailed_at", "expires_at"]
        return [*chosen, *became, "accepted_at", "revoked_at"] if obj else chosen

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What is not chosen."""
        own = ["state", "invited_by", "created_at", "mailed_at", "expires_at"]
        ends = ["accepted_at", "revoked_at"]
        return [*super().get_readonly_fields(request, obj), *own, *ends]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nobody is invited as an owner by oversight."""
        given = super().get_changeform_initial_data(request)
        return {"role": Role.CLERK.value} | given

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation: Invitation) -> str:
        """What has become of it."""
        words = {
            InvitationState.OPEN: _("open"),
            InvitationState.EXPIRED: _("expired"),
            InvitationState.ACCEPTED: _("accepted"),
            InvitationState.REVOKED: _("revoked"),
        }
        return words[invitation.state(timezone.now())]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Invite; the letter is queued."""
        given = form.cleaned_data
        by = actor_for(user_of(request), given["business"])
        row = inviting.invite(**given, by=by, now=timezone.now())
        obj.__dict__.update(row.__dict__)
        said = _("The letter to %(address)s is on its way.") % {"address": row.email}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Send the letter again"), permissions=["members"]
    )
    def resend(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> Any:
        """Write the chosen letters anew; the links before end."""

        def verb(invitation: Invitation, by: Actor) -> str:
            inviting.resend(invitation, by=by, now=timezone.now())
            said = _("A new letter to %(address)s is on its way; the old link ends.")
            return said % {"address": invitation.email}

        return self.do_each(request, queryset, verb, _("Send these letters again?"))

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["members"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> Any:
        """End the chosen invitations."""

        def verb(invitation: Invitation, by: Actor) -> str:
            inviting.revoke(invitation, by=by, now=timezone.now())
            said = _("The invitation of %(address)s is withdrawn.")
            return said % {"address": invitation.email}

        return self.do_each(request, queryset, verb, _("Withdraw these invitations?"))

    def object_actions(self, obj: Any) -> Sequence[str]:
        """An invitation that nobody followed can be sent again or withdrawn."""
        over = obj.accepted_at is not None or obj.revoked_at is not None
        return [] if over else ["resend", "revoke"]


def _manages(request: HttpRequest) -> bool:
    """Whether the person manages members: of the chosen business, or of any."""
    chosen = chosen_business(request)
    return may(request, Capability.MEMBERS, chosen.pk if chosen else None)


def _keys_ended(count: int) -> str:
    said = ngettext(
        "%(count)s API key of theirs is revoked.",
        "%(count)s API keys of theirs are revoked.",
        count,
    )
    return said % {"count": count}
