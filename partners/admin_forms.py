"""Forms of the admin: one business per form, and refusals of the books shown in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import IntegrityError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from partners import typed_numbers
from partners.exceptions import BookError, Conflict
from partners.tenancy import BusinessRow

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _FormSet = BaseInlineFormSet


def show_refusal(form: forms.BaseForm, refusal: BookError, field: str) -> None:
    """Put a refusal at its field, or on top of the form that has no such field."""
    form.add_error(field if field in form.fields else None, refusal.message)


class BusinessRowForm(_ModelForm):
    """A form whose row and foreign keys belong to one business."""

    refusal: ClassVar[BookError | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed_numbers.explain(self)

    def clean(self) -> dict[str, Any]:
        """Refuse rows of another business, and show what the books refused."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed_numbers.refuse_ambiguous(self)
        if business := cleaned.get("business"):
            self.instance.business = business
        self.refuse_strangers(getattr(self.instance, "business_id", None))
        if self.refusal is not None and not self.refusal.field.startswith("lines"):
            show_refusal(self, self.refusal, self.refusal.field)
        return cleaned

    def refuse_strangers(self, business_id: int | None) -> None:
        """An error at every foreign key that leads into another business."""
        for name, value in list(self.cleaned_data.items()):
            stranger = isinstance(value, BusinessRow)
            if stranger and business_id not in (None, value.business_id):
                self.add_error(name, "This belongs to another business.")

    def _get_validation_exclusions(self) -> set[str]:
        # The business is not always on the form, but a code that is unique within it
        # is checked here all the same, and not first by the database.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if getattr(self.instance, "business_id", None) is not None:
            excluded.discard("business")
        return excluded


class VerbForm(BusinessRowForm):
    """A form for a verb, which checks the input itself; the model is not asked."""

    def _post_clean(self) -> None:
        """Leave the instance alone: the verb writes."""


class BusinessRowInlineForm(BusinessRowForm):
    """A part's form; the part has its parent's business."""

    # The theme's templates look at the class, which needs a parent to be made.
    do_not_call_in_templates = True

    def __init__(self, *args: Any, parent: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent

    def clean(self) -> dict[str, Any]:
        """As for the parent, in the parent's business."""
        self.instance.business_id = self.parent.business_id
        cleaned = super(BusinessRowForm, self).clean() or self.cleaned_data
        typed_numbers.refuse_ambiguous(self)
        self.refuse_strangers(self.parent.business_id)
        return cleaned


class VerbInlineForm(BusinessRowInlineForm):
    """A part's form for a verb of the parent."""

    def _post_clean(self) -> None:
        """Leave the instance alone: the verb writes."""


class BusinessRowFormSet(_FormSet):
    """The parts of one parent."""

    refusal: ClassVar[BookError | None] = None

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Every form knows the parent."""
        return {**super().get_form_kwargs(index), "parent": self.instance}


class VerbFormSet(BusinessRowFormSet):
    """Parts that are handed to a verb of the parent instead of being saved."""

    # What Django's admin log asks a formset for after saving it.
    new_objects = []
    changed_objects = []
    deleted_objects = []

    def kept(self) -> list[forms.BaseForm]:
        """The forms that were filled in and not marked for deletion, in order."""
        return [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None)
            and not form.cleaned_data.get("DELETE")
        ]


class ShowsRefusals(ModelAdmin):
    """A ModelAdmin whose saving may be refused by the books, without an error page.

    The verb runs when every form is valid. If it refuses, its transaction is undone
    and the same input is shown again with the refusal in place.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; after a refusal, the page with the refusal."""
        answer: Callable[..., HttpResponse] = super().changeform_view
        try:
            return answer(request, object_id, form_url, extra_context)
        except BookError as refusal:
            self._remember(request, refusal)
        except IntegrityError:
            clash = "This clashes with what somebody else has just saved; try again."
            self._remember(request, Conflict(clash))
        return answer(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """A form that knows what the books refused a moment ago."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        kind: type[Any] = form
        return kind

    def _remember(self, request: HttpRequest, refusal: BookError) -> None:
        setattr(request, "refusal", refusal)  # noqa: B010 - not a field of it
