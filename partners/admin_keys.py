"""The admin of API keys: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners import history
from partners.access import Actor, Capability
from partners.admin_access import (
    actor_for,
    businesses_with,
    may,
    only_seen,
    user_of,
)
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin, YesNoFilter
from partners.admin_forms import VerbForm
from partners.models import ApiKey, Membership, User
from partners.models.api_key import DIALECTS


class ApiKeyForm(VerbForm):
    """A new key; afterwards it can only be revoked."""

    scopes = forms.MultipleChoiceField(
        choices=[(word.value, word.value) for word in Capability],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None means all that the person's role allows.",
    )
    dialects = forms.MultipleChoiceField(
        choices=[(word, word.title()) for word in DIALECTS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="The API dialects that the key is for; none means all.",
    )

    def clean(self) -> dict[str, Any]:
        """The person must work for the business."""
        cleaned = super().clean()
        business, user = cleaned.get("business"), cleaned.get("user")
        expires = cleaned.get("expires_at")
        if expires and expires <= timezone.now():
            self.add_error("expires_at", _("That moment has passed already."))
        if business and user:
            members = Membership.objects.for_business(business)
            if not members.filter(user=user, active=True).exists():
                self.add_error("user", "This person does not work for the business.")
        return cleaned


@admin.register(ApiKey)
class ApiKeyAdmin(BusinessRowAdmin):
    """One's own keys, and for owners everybody's: made, shown once, revoked."""

    teaches = _("A key lets a program work with the API as you; it is shown once.")
    write = Capability.VIEW
    form = ApiKeyForm
    list_display = [
        "__str__",
        "hint",
        "business",
        "user",
        "scopes_in_words",
        "expires_at",
        "seen_on",
        "revoked_at",
    ]
    list_filter = [OF_BUSINESS, ("revoked_at", YesNoFilter)]
    list_select_related = ["user", "business"]
    search_fields = ["name", "hint", "user__email"]
    autocomplete_fields = ["business"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What one chooses, and for a key that exists what became of it."""
        chosen = ["business", "user", "name", "scopes", "dialects", "expires_at"]
        return (
            [*chosen, "hint", "created_at", "seen_on", "revoked_at"] if obj else chosen
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        """One's own, and all keys of businesses whose members one looks after."""
        rows = super().get_queryset(request)
        kept = businesses_with(request, Capability.MEMBERS).values("pk")
        return rows.filter(Q(user=user_of(request)) | Q(business__in=kept))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own, or with `members` everybody's."""
        return super().has_view_permission(request, obj) and _is_ones(request, obj)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Keys are for oneself, or for people who work for a business of the owner's."""
        if db_field.name == "user":
            active = Membership.objects.filter(active=True)
            members = only_seen(active, request, Capability.MEMBERS)
            wanted = Q(pk__in=members.values("user")) | Q(pk=user_of(request).pk)
            people = User.objects.filter(wanted, is_active=True)
            kwargs["queryset"] = people.order_by("email")
            kwargs["initial"] = user_of(request).pk
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is never changed."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the person may revoke keys anywhere; the verb asks for each."""
        return may(request, self.write)

    @admin.display(description=_("scopes"))
    def scopes_in_words(self, key: ApiKey) -> str:
        """What it may do."""
        return ", ".join(key.scopes) or gettext("as the role allows")

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Make the key; its text is kept nowhere but for the page that follows.

        Raises NotAllowed for somebody else's key without `members`.
        """
        said = form.cleaned_data
        by = actor_for(user_of(request), said["business"])
        _must_be_ones(by, said["user"].pk)
        row, key = ApiKey.create(**said)
        history.write(row, None, by=by)
        obj.__dict__.update(row.__dict__)
        setattr(request, "new_key", key)  # noqa: B010 - not a field of it

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The page that shows the key, once; no browser is to keep it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key of {person}").format(person=obj.user),
            "opts": self.opts,
            "original": obj,
            "key": getattr(request, "new_key", ""),
        }
        response = TemplateResponse(request, "admin/key_once.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Revoke…"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> Any:
        """End the chosen keys at once."""
        now = timezone.now()

        def verb(key: ApiKey, by: Actor) -> str:
            _must_be_ones(by, key.user_id)
            before = history.snapshot(key)
            key.revoke(now)
            history.write(key, before, by=by)
            return gettext("Revoked {key}.").format(key=key)

        question = gettext("Revoke these keys?")
        return self.do_each(request, queryset, verb, question)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A key that works can be revoked."""
        return ["revoke"] if obj.revoked_at is None else []


def _is_ones(request: HttpRequest, key: ApiKey | None) -> bool:
    """Whether the key is the person's own to look after."""
    if key is None or key.user_id == user_of(request).pk:
        return True
    return may(request, Capability.MEMBERS, key.business_id)


def _must_be_ones(by: Actor, user_id: int) -> None:
    needed = Capability.VIEW if by.user_id == user_id else Capability.MEMBERS
    by.require(needed, by.business_id)
