"""A form that adds something adds it once, however often it is sent."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from partners.exceptions import Conflict
from partners.throttling import Limit, TooOften, take

_FORM = Limit("form", 1, 24 * 3600)
_KEY = "_once"


class AddsOnce(ModelAdmin):
    """A ModelAdmin whose page for adding has a key of its own.

    The key is taken in the transaction that saves: of a form sent twice at once the
    second waits for the first, and is refused with it saved.
    """

    change_form_before_template = "admin/once.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page; one for adding keeps its key while its input is mended."""
        if context.get("original") is None:
            context["once"] = request.POST.get(_KEY) or uuid.uuid4().hex
        shown: HttpResponse = super().render_change_form(
            request, context, *args, **kwargs
        )
        return shown

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Where saving leads. Raises Conflict for a form that was saved before."""
        if key := request.POST.get(_KEY, ""):
            try:
                take(_FORM, key[:64])
            except TooOften as refusal:
                told = _("This form was saved already: look at the list.")
                raise Conflict(told) from refusal
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return answer
