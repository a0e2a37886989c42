"""The form in which a draft is written: it becomes an InvoiceDraft, nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget

from invoices.admin.known import Known, KnownChoiceField
from invoices.admin.seen import Seen, opened
from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice, InvoiceLine
from invoices.querysets import Direction, Kind
from invoices.redrafting import as_draft
from partners.admin_forms import VerbForm, VerbFormSet, VerbInlineForm, show_refusal

MOST_LINES = 100
"""A browser's form holds no more; longer drafts are edited through other doors."""

_TAKE = "take-"


class DraftForm(VerbForm):
    """The head of a draft."""

    currency_rate = forms.DecimalField(
        max_digits=18,
        decimal_places=8,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=gettext_lazy(
            "Base currency for one unit of the document's currency. "
            "Left empty, it is looked up among the exchange rates."
        ),
    )
    direction: ClassVar[Direction] = Direction.ISSUED
    copied: ClassVar[tuple[str, ...]] = (
        "partner",
        "date",
        "due_date",
        "discount_percent",
        "purchase_order",
        "project",
        "description",
        "terms",
        "memo",
    )
    # What the page showed of the draft, by `seen.sealed`.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Invoice
        fields = [
            "business",
            "kind",
            "partner",
            "number",
            "reference",
            "date",
            "due_date",
            "currency",
            "discount_percent",
            "purchase_order",
            "project",
            "description",
            "terms",
            "memo",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.overtaken = False
        if self.instance.pk:
            self.initial["currency_rate"] = self.instance.currency_rate

    @cached_property
    def snapshot(self) -> Seen | None:
        """The draft as the page showed it; None where it does not say."""
        text = self.data.get(self.add_prefix("seen"), "")
        return opened(str(text), self.instance)

    @property
    def taken_over(self) -> list[str]:
        """The keys of the changes of somebody else that shall count."""
        chosen = (name for name, value in self.data.items() if value == "theirs")
        return [n.removeprefix(_TAKE) for n in chosen if n.startswith(_TAKE)]

    def is_valid(self) -> bool:
        """Never while lines were only asked for: nothing is saved by that."""
        return "_last_month" not in self.data and super().is_valid()

    def clean(self) -> dict[str, Any]:
        """Refuse input that was made from an older version of the draft."""
        cleaned = super().clean()
        if not self.instance.pk:
            return cleaned
        if self.snapshot is None:
            self.add_error(None, _("Open the draft again: this page is incomplete."))
        elif self.snapshot.version != self.instance.version:
            self.overtaken = True
            message = _(
                "Somebody else changed the draft since this page was opened. "
                "Nothing of yours is lost: choose what counts, then save again."
            )
            self.add_error(None, message)
        return cleaned

    def draft(self, lines: list[LineDraft], **parts: Any) -> InvoiceDraft:
        """The document in the books' words; only when the form is valid."""
        given = self.cleaned_data
        rate = given["currency_rate"]
        if "currency" in self.changed_data and "currency_rate" not in self.changed_data:
            # The rate shown was that of the former currency.
            rate = None
        values = {name: given[name] for name in self.copied} | {
            "business": given.get("business") or self.instance.business,
            "direction": self.direction,
            "kind": Kind(given["kind"]),
            "currency": given["currency"].upper(),
            "currency_rate": rate,
            "number": given["number"].strip(),
            "reference": given["reference"].strip(),
            "lines": lines,
            **parts,
        }
        if not self.instance.pk:
            return InvoiceDraft(**values)
        # What the page does not show stays as it is.
        return as_draft(self.instance, **values)


def named_by_column(form: forms.BaseForm) -> None:
    """Tell every field's name where only the table's head shows it."""
    for field in form.fields.values():
        widget: Any = getattr(field.widget, "widget", field.widget)
        if not widget.is_hidden:
            widget.attrs["aria-label"] = str(capfirst(field.label))


class LineForm(VerbInlineForm):
    """One line of a draft."""

    class Meta:
        model = InvoiceLine
        fields: ClassVar[list[str]] = [
            "product",
            "description",
            "quantity",
            "unit_price",
            "tax",
        ]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 1}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("product", "tax"):
            if name in self.fields:
                self.fields[name].required = False
        named_by_column(self)

    def line(self) -> LineDraft:
        """The line in the books' words."""
        given = self.cleaned_data
        return LineDraft(
            product=given["product"],
            description=given["description"],
            quantity=given["quantity"],
            unit_price=given["unit_price"],
            tax=given["tax"],
        )


class WholeFormSet(VerbFormSet):
    """Parts that are handed in whole, whatever rows they once were read from.

    Those rows may be gone: whoever saved the draft meanwhile has written others.
    """

    def initial_form_count(self) -> int:
        """None of the parts handed in need be a row."""
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        """The key of the row that a part was read from is not asked for again."""
        super().add_fields(form, index)
        form.fields["id"] = forms.CharField(required=False, widget=forms.HiddenInput)


class LineFormSet(WholeFormSet):
    """All lines of a draft, in the order of the page."""

    @cached_property
    def known(self) -> Known:
        """What the lines name; one query for each field that is handed in."""
        if not self.is_bound:
            return Known.of_rows(self.get_queryset(), ("product", "tax"))
        total = self.total_form_count()
        return Known.of_data(self.data, [self.add_prefix(n) for n in range(total)])

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        for name in ("product", "tax"):
            field = form.fields.get(name)
            if isinstance(field, KnownChoiceField):
                field.know(self.known.rows(name, field))
        return form

    def clean(self) -> None:
        """Show what the books refused about a line at that line (`lines.2.quantity`)."""
        super().clean()
        if self.refusal is None or not self.refusal.field.startswith("lines"):
            return
        _, *where = self.refusal.field.split(".")
        kept = self.kept()
        if where and where[0].isdecimal() and int(where[0]) < len(kept):
            show_refusal(kept[int(where[0])], self.refusal, ".".join(where[1:]))
        else:
            raise forms.ValidationError(self.refusal.message)
