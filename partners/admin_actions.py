"""Actions on chosen rows: one verb per row, each in its own transaction, each reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import model_format_dict
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from partners import master
from partners.access import Actor
from partners.admin_access import actor_for, user_of
from partners.trying import OUTCOME, Outcome, Verb, do_each, foresee

MOST_AT_ONCE = 200
MOST_FORESEEN = 100


class EachRowActions(ModelAdmin):
    """A ModelAdmin whose actions call a verb for each chosen row.

    `named` are the relations that `facts_of` reads, `contributed` the names of actions
    that other rooms put on the pages of these rows.
    """

    named: ClassVar[tuple[str, ...]] = ()
    contributed: ClassVar[tuple[str, ...]] = ()

    def do_each(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        verb: Verb,
        question: str = "",
        *,
        reason: str = "",
        choices: Sequence[tuple[str, str]] = (),
        foreseen: bool = True,
    ) -> HttpResponse | None:
        """Call the verb on each row, oldest first, and tell what became of each.

        With a question, a page asks it first and says what would become of each:
        `reason` is "optional" or "required" where the verb takes one; of `choices`,
        values with their words, one must be chosen. Not `foreseen` is what cannot be
        tried without showing something that then will not be, such as a secret.
        """
        named = rows.order_by("pk").select_related("business", *self.named)
        chosen = list(named[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            many = _("Choose at most {most} at once.").format(most=MOST_AT_ONCE)
            self.message_user(request, many, messages.ERROR)
            return None
        missing = (reason == "required" and not self.reason(request)) or (
            choices and self.choice(request) not in dict(choices)
        )
        if question and (missing or not self._confirmed(request)):
            if len(choices) == 1:
                setattr(request, "only_choice", choices[0][0])  # noqa: B010
            tried = verb if foreseen and len(choices) < 2 else None
            asked = {"question": question, "reason": reason, "choices": choices}
            return self._ask(request, chosen, tried, asked)
        actors = _Actors(request)
        return self._tell(request, do_each(chosen, verb, actors.of))

    def _ask(
        self,
        request: HttpRequest,
        rows: list[Any],
        verb: Verb | None,
        asked: dict[str, Any],
    ) -> HttpResponse:
        actors = _Actors(request)
        facts = {row.pk: self.facts_of(row) for row in rows}
        if verb is None:
            outcomes = [Outcome(row.pk, str(row), "", done=True) for row in rows]
        else:
            outcomes = foresee(rows[:MOST_FORESEEN], verb, actors.of)
        context = {
            **self.admin_site.each_context(request),
            **asked,
            "title": asked["question"],
            "rows": [(one, self.page_of(one.pk), facts[one.pk]) for one in outcomes],
            "more": rows[len(outcomes) :],
            "foreseen": verb is not None,
            "doable": sum(one.done for one in outcomes),
            "refused": sum(not one.done for one in outcomes),
            "opts": self.opts,
            "missing": self._confirmed(request),
            "action": request.POST["action"],
            "back": self._back(request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)

    def _tell(
        self, request: HttpRequest, outcomes: list[Outcome]
    ) -> HttpResponse | None:
        """One row's outcome in a message, those of several on a page of their own."""
        if len(outcomes) > 1 and not self._back(request):
            told = [
                (self.page_of(one.pk), one.name, one.said, one.done) for one in outcomes
            ]
            request.session[OUTCOME] = {"rows": told, "back": request.get_full_path()}
            return HttpResponseRedirect(reverse("admin:outcome"))
        for one in outcomes:
            if one.done:
                self.message_user(request, one.said, messages.SUCCESS)
            else:
                refusal = f"{one.name}: {one.said}"
                self.message_user(request, refusal, messages.ERROR)
        return None

    def facts_of(self, row: Any) -> str:
        """What else tells people which row it is, on the page that asks."""
        return ""

    def page_of(self, pk: int) -> str:
        """The address of a row's page."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[pk])

    def _confirmed(self, request: HttpRequest) -> bool:
        return "confirmed" in request.POST

    def reason(self, request: HttpRequest) -> str:
        """What the person gave as the reason; dots while it is only foreseen."""
        given = request.POST.get("reason", "").strip()[:500]
        return given if self._confirmed(request) else given or "…"

    def choice(self, request: HttpRequest) -> str:
        """The value that the person chose, or will where there is only one."""
        only: str = getattr(request, "only_choice", "")
        return only or request.POST.get("choice", "")

    def _back(self, request: HttpRequest) -> str:
        """The primary key of the row on whose page the action was chosen, if any."""
        key = request.POST.get("_back", "")
        return key if key.isdecimal() else ""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions the person may use; never Django's own deletion."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Done from a row's page, an action leads back there."""
        response: HttpResponseBase | None = super().response_action(request, queryset)
        back = self._back(request)
        # An action that leads somewhere by itself is left to do so.
        listed = request.get_full_path()
        if (
            back
            and isinstance(response, HttpResponseRedirect)
            and response.url == listed
        ):
            return HttpResponseRedirect(self.page_of(int(back)))
        return response

    def object_actions(self, obj: Any) -> Sequence[str]:
        """The names of the actions that make sense for this row, for its page."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The row's page, with a button for each action."""
        obj = context.get("original")
        own = self.object_actions(obj) if obj is not None else []
        names = [*own, *self.contributed] if obj is not None else []
        actions = self.get_actions(request)
        words = model_format_dict(self.opts)
        context["object_actions"] = [
            (name, actions[name][2] % words) for name in names if name in actions
        ]
        shown: HttpResponse = super().render_change_form(
            request, context, *args, **kwargs
        )
        return shown


class ArchiveActions(EachRowActions):
    """For rows that are put away instead of deleted, because documents name them."""

    @admin.action(description="Archive", permissions=["change"])
    def archive(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Keep the rows out of new documents."""
        now = timezone.now()

        def verb(row: Any, by: Actor) -> str:
            master.archive(row, by=by, now=now)
            return _("Archived {row}.").format(row=row)

        return self.do_each(request, queryset, verb)

    @admin.action(description="Bring back", permissions=["change"])
    def restore(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Allow the rows on new documents again."""

        def verb(row: Any, by: Actor) -> str:
            master.restore(row, by=by)
            return _("Brought back {row}.").format(row=row)

        return self.do_each(request, queryset, verb)

    def object_actions(self, obj: Any) -> Sequence[str]:
        """Archive, or undo it."""
        return ["archive"] if obj.archived_at is None else ["restore"]


class _Actors:
    """Who the person is in each row's business, asked once per business."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = user_of(request)
        self.known: dict[int, Actor] = {}

    def of(self, row: Any) -> Actor:
        """The actor in the row's business."""
        if row.business_id not in self.known:
            self.known[row.business_id] = actor_for(self.user, row.business)
        return self.known[row.business_id]
