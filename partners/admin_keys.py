"""The admin of API keys: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partners import history
from partners.access import Actor, Capability
from partners.admin_access import actor_for, may, only_seen, user_of
from partners.admin_base import OF_BUSINESS, BusinessRowAdmin
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
        if business and user:
            members = Membership.objects.for_business(business)
            if not members.filter(user=user, active=True).exists():
                self.add_error("user", "This person does not work for the business.")
        return cleaned


@admin.register(ApiKey)
class ApiKeyAdmin(BusinessRowAdmin):
    """Keys of a business, for its owners: made, shown once, revoked."""

    see = write = Capability.MEMBERS
    form = ApiKeyForm
    list_display = ["__str__", "hint", "business", "user", "expires_at", "revoked_at"]
    list_filter = [OF_BUSINESS, ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "business"]
    search_fields = ["name", "hint", "user__email"]
    autocomplete_fields = ["business"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What one chooses, and for a key that exists what became of it."""
        chosen = ["business", "user", "name", "scopes", "dialects", "expires_at"]
        return [*chosen, "hint", "created_at", "revoked_at"] if obj else chosen

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Keys are for people who work for a business of the owner's."""
        if db_field.name == "user":
            active = Membership.objects.filter(active=True)
            members = only_seen(active, request, Capability.MEMBERS)
            people = User.objects.filter(is_active=True, pk__in=members.values("user"))
            kwargs["queryset"] = people.order_by("email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is never changed."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the person may revoke keys anywhere."""
        return may(request, self.write)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Make the key and show its text, which is kept nowhere."""
        row, key = ApiKey.create(**form.cleaned_data)
        history.write(row, None, by=actor_for(user_of(request), row.business))
        obj.__dict__.update(row.__dict__)
        self.message_user(
            request,
            f"The key is {key} – copy it now, it is not shown again.",
            messages.WARNING,
        )

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> Any:
        """End the chosen keys at once."""
        now = timezone.now()

        def verb(key: ApiKey, by: Actor) -> str:
            by.require(Capability.MEMBERS, key.business_id)
            before = history.snapshot(key)
            key.revoke(now)
            history.write(key, before, by=by)
            return f"Revoked {key}."

        return self.do_each(request, queryset, verb, "Revoke these keys?")

    def object_actions(self, obj: Any) -> Sequence[str]:
        """A key that works can be revoked."""
        return ["revoke"] if obj.revoked_at is None else []
