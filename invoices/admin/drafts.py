"""The form in which a draft is written: it becomes an InvoiceDraft, nothing else."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from invoices.drafting import InvoiceDraft, LineDraft
from invoices.models import Invoice, InvoiceLine
from invoices.querysets import Direction, Kind
from invoices.redrafting import as_draft
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
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

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
