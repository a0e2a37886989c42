"""The form in which a draft is written: it becomes an InvoiceDraft, nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice, InvoiceLine
from invoices.querysets import Direction, Kind
from partners.admin_forms import VerbForm, VerbFormSet, VerbInlineForm, show_refusal

MOST_LINES = 100
"""A browser's form holds no more; longer drafts are edited through other doors."""


class DraftForm(VerbForm):
    """The head of a draft."""

    currency_rate = forms.DecimalField(
        max_digits=18,
        decimal_places=8,
        required=False,
        help_text="Base currency for one unit of the document's currency. "
        "Left empty, it is looked up among the exchange rates.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Invoice
        fields = [
            "business",
            "direction",
            "kind",
            "partner",
            "number",
            "reference",
            "date",
            "due_date",
            "currency",
            "discount_percent",
            "purchase_order",
            "memo",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.initial["currency_rate"] = self.instance.currency_rate

    def clean(self) -> dict[str, Any]:
        """Refuse input that was made from an older version of the draft."""
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen_version") != self.instance.version:
            message = (
                "Somebody else changed the draft since this page was opened. "
                "Open it again and repeat your change."
            )
            self.add_error(None, message)
        return cleaned

    def draft(self, lines: list[LineDraft]) -> InvoiceDraft:
        """The document in the books' words; only when the form is valid."""
        given = self.cleaned_data
        rate = given["currency_rate"]
        if "currency" in self.changed_data and "currency_rate" not in self.changed_data:
            # The rate shown was that of the former currency.
            rate = None
        return InvoiceDraft(
            business=given.get("business") or self.instance.business,
            partner=given["partner"],
            date=given["date"],
            due_date=given["due_date"],
            currency=given["currency"].upper(),
            lines=lines,
            kind=Kind(given["kind"]),
            direction=Direction(given["direction"]),
            number=given["number"].strip(),
            reference=given["reference"].strip(),
            currency_rate=rate,
            discount_percent=given["discount_percent"],
            purchase_order=given["purchase_order"],
            memo=given["memo"],
        )


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
            "description": forms.Textarea(attrs={"rows": 2, "cols": 40}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("product", "tax"):
            if name in self.fields:
                self.fields[name].required = False

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


class LineFormSet(VerbFormSet):
    """All lines of a draft, in the order of the page."""

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
