"""The lines of a draft on its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, Field, ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from invoices.admin import display
from invoices.admin.drafts import MOST_LINES, LineForm, LineFormSet
from invoices.admin.known import KnownChoiceField, KnownSelect
from invoices.models import Invoice, InvoiceLine
from partners.access import Capability
from partners.admin_access import may
from partners.admin_base import BusinessRowInline


def editable(request: HttpRequest, document: Invoice | None) -> bool:
    """Whether the person may edit the document here, or any if none is given.

    The page replaces the whole draft, so it must be able to show all of its lines.
    """
    if document is None:
        return may(request, Capability.DRAFT)
    if not document.is_editable or not may(
        request, Capability.DRAFT, document.business_id
    ):
        return False
    fits: bool | None = document.__dict__.get("fits_admin")
    if fits is None:
        fits = not document.lines.filter(position__gt=MOST_LINES).exists()
        document.__dict__["fits_admin"] = fits
    return fits


class PartInline(BusinessRowInline):
    """Parts of a draft: whoever may edit the draft edits them."""

    write = Capability.DRAFT
    hide_title = True

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Without ways to other pages: a line has no room for them."""
        found = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.autocomplete_fields and found is not None:
            for way in ("add", "change", "delete", "view"):
                setattr(found.widget, f"can_{way}_related", False)
        return found

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for the document."""
        return editable(request, obj)


class LineInline(PartInline):
    """The lines; editable as long as the document is a draft."""

    model = InvoiceLine
    form = LineForm
    formset = LineFormSet
    max_num = MOST_LINES
    verbose_name = _("line")
    verbose_name_plural = _("lines")
    autocomplete_fields = ["product", "tax"]
    fields = ["product", "description", "quantity", "unit_price", "tax", "line_total"]
    readonly_fields = ["line_total"]
    ordering = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The lines with what they name; one query."""
        rows: QuerySet[Any] = super().get_queryset(request)
        named = rows.select_related("product", "tax")
        shown = named.filter(position__lte=MOST_LINES)
        found: QuerySet[Any] = shown.annotate(currency=F("invoice__currency"))
        return found

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new document has at least one line."""
        return 0 if obj else 1

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Products and taxes, read once for all lines."""
        if db_field.name in self.autocomplete_fields:
            kwargs["form_class"] = KnownChoiceField
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("amount"))
    def line_total(self, line: InvoiceLine) -> str | SafeString:
        """Quantity × price: what the document's total begins with."""
        if not line.pk:
            return ""
        return display.amount(line.amount, getattr(line, "currency", ""))
