"""Actions on chosen rows: one verb per row, each in its own transaction, each reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import model_format_dict
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from partners.access import Actor
from partners.admin_access import actor_for, user_of
from partners.exceptions import BookError

MOST_AT_ONCE = 200


class EachRowActions(ModelAdmin):
    """A ModelAdmin whose actions call a verb for each chosen row."""

    def do_each(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        verb: Callable[[Any, Actor], str],
    ) -> None:
        """Call the verb on each row, oldest first; it says in words what it did.

        A refusal is reported with its reason and does not stop the others.
        """
        chosen = list(
            rows.order_by("pk").select_related("business")[: MOST_AT_ONCE + 1]
        )
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(
                request, f"Choose at most {MOST_AT_ONCE} at once.", messages.ERROR
            )
            return
        for row in chosen:
            name = str(row)
            try:
                said = verb(row, actor_for(user_of(request), row.business))
            except BookError as refusal:
                self.message_user(request, f"{name}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, said, messages.SUCCESS)

    def ask(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        question: str,
        *,
        reason: str = "",
        choices: Sequence[tuple[str, str]] = (),
    ) -> HttpResponse | None:
        """A page that asks before the action is done; None once it was confirmed.

        `reason` is "optional" or "required" where the verb takes one; of `choices`,
        values with their words, one must be chosen.
        """
        missing = reason == "required" and not self.reason(request)
        if choices and self.choice(request) not in dict(choices):
            missing = True
        if "confirmed" in request.POST and not missing:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": question,
            "rows": rows.order_by("pk")[: MOST_AT_ONCE + 1],
            "opts": self.opts,
            "reason": reason,
            "choices": choices,
            "missing": missing and "confirmed" in request.POST,
            "action": request.POST["action"],
            "back": self._back(request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)

    def reason(self, request: HttpRequest) -> str:
        """What the person gave as the reason."""
        return request.POST.get("reason", "").strip()[:500]

    def choice(self, request: HttpRequest) -> str:
        """The value that the person chose."""
        return request.POST.get("choice", "")

    def _back(self, request: HttpRequest) -> str:
        """The primary key of the row on whose page the action was chosen, if any."""
        key = request.POST.get("_back", "")
        return key if key.isdecimal() else ""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions the person may use; never Django's own deletion."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Done from a row's page, an action leads back there."""
        response = super().response_action(request, queryset)
        back = self._back(request)
        if back and isinstance(response, HttpResponseRedirect):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[back]))
        return response

    def object_actions(self, obj: Any) -> Sequence[str]:
        """The names of the actions that make sense for this row, for its page."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The row's page, with a button for each action."""
        obj = context.get("original")
        names = self.object_actions(obj) if obj is not None else []
        actions = self.get_actions(request)
        words = model_format_dict(self.opts)
        context["object_actions"] = [
            (name, actions[name][2] % words) for name in names if name in actions
        ]
        return super().render_change_form(request, context, *args, **kwargs)


class ArchiveActions(EachRowActions):
    """For rows that are put away instead of deleted, because documents name them."""

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Keep the rows out of new documents."""
        now = timezone.now()

        def verb(row: Any, by: Actor) -> str:
            by.require(self.write, row.business_id)  # type: ignore[attr-defined]
            row.archived_at = row.archived_at or now
            row.save(update_fields=["archived_at"])
            return f"Archived {row}."

        self.do_each(request, queryset, verb)

    @admin.action(description="Bring back", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Allow the rows on new documents again."""

        def verb(row: Any, by: Actor) -> str:
            by.require(self.write, row.business_id)  # type: ignore[attr-defined]
            row.archived_at = None
            row.save(update_fields=["archived_at"])
            return f"Brought back {row}."

        self.do_each(request, queryset, verb)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Archive, or undo it."""
        return ["archive"] if obj.archived_at is None else ["restore"]
