"""Forms of the page that reads a bank's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from invoices.models import Account
from partners.models import Business
from payments.bank.files.kinds import ENCODINGS
from payments.bank.files.layouts import DATE_FORMATS, FIELDS
from payments.models import CsvLayout

_LABELS = {
    "date": _("Date"),
    "amount": _("Amount"),
    "credit": _("Money in"),
    "debit": _("Money out"),
    "value_date": _("Value date"),
    "currency": _("Currency"),
    "counterparty": _("Name"),
    "iban": _("IBAN"),
    "text": _("Text"),
    "end_to_end": _("End-to-end id"),
    "bank_reference": _("Bank's reference"),
}
_DELIMITERS = [
    (",", _("comma ,")),
    (";", _("semicolon ;")),
    ("\t", _("tab")),
    ("|", _("bar |")),
]
_MARKS = [(".", "1,234.50"), (",", "1.234,50")]
_EXAMPLES = {
    "%Y": "2026",
    "%y": "26",
    "%m": "12",
    "%d": "31",
    "%b": "Dec",
    "%H": "23",
    "%M": "59",
    "%S": "59",
}


class UploadForm(forms.Form):
    """Which file, of which account."""

    account = forms.ModelChoiceField(
        queryset=Account.objects.none(),
        label=_("Account"),
        widget=UnfoldAdminSelectWidget,
    )
    file = forms.FileField(
        label=_("The bank's file"),
        help_text=_("CAMT.053 (XML) or CSV, at most 20 MB."),
        widget=UnfoldAdminFileFieldWidget,
    )

    def __init__(self, business: Business, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.for_business(business).filter(payment_account=True)
        field: Any = self.fields["account"]
        field.queryset = accounts.order_by("code", "id")
        only = list(accounts[:2])
        if len(only) == 1:
            field.initial = only[0].pk


class LayoutForm(forms.Form):
    """How a CSV file is written; the columns are chosen among those it has."""

    delimiter = forms.ChoiceField(
        choices=_DELIMITERS, label=_("Between cells"), widget=UnfoldAdminSelectWidget
    )
    encoding = forms.ChoiceField(
        choices=[(word, word) for word in ENCODINGS],
        label=_("Encoding"),
        widget=UnfoldAdminSelectWidget,
    )
    decimal_mark = forms.ChoiceField(
        choices=_MARKS, label=_("Amounts"), widget=UnfoldAdminSelectWidget
    )
    date_format = forms.ChoiceField(
        label=_("Dates"), widget=UnfoldAdminSelectWidget, choices=[]
    )
    lines_before = forms.IntegerField(
        min_value=0,
        max_value=50,
        label=_("Lines before the header"),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    own_currency = forms.CharField(
        required=False,
        max_length=3,
        label=_("Account's currency"),
        help_text=_("Left empty, it is the business's own."),
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(
        self, layout: CsvLayout, header: Sequence[str], data: Any = None
    ) -> None:
        initial = {
            "delimiter": layout.delimiter,
            "encoding": layout.encoding,
            "decimal_mark": layout.decimal_mark,
            "date_format": layout.date_format,
            "lines_before": layout.lines_before,
            "own_currency": layout.currency,
        }
        super().__init__(data, initial=initial)
        self._layout = layout
        forms_known = dict.fromkeys([*DATE_FORMATS, layout.date_format])
        dates: Any = self.fields["date_format"]
        dates.choices = [(form, _example(form)) for form in forms_known]
        # A column that the file does not have stays visible, with the reason beside it.
        known = dict.fromkeys(filter(None, [*header, *layout.columns.values()]))
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=[("", "–"), *((column, column) for column in known)],
                required=False,
                label=_LABELS[name],
                initial=layout.columns.get(name, ""),
                widget=UnfoldAdminSelectWidget,
            )

    @classmethod
    def names(cls) -> list[str]:
        """What a layout's form posts."""
        return [*cls.base_fields, *(f"column_{name}" for name in FIELDS)]

    def format_fields(self) -> list[forms.BoundField]:
        """The fields about the file as a whole."""
        return [field for field in self if not field.name.startswith("column_")]

    def column_fields(self) -> list[forms.BoundField]:
        """The fields that say which column is what."""
        return [field for field in self if field.name.startswith("column_")]

    def layout(self) -> CsvLayout:
        """The layout that the form says; only when it is valid."""
        given = self.cleaned_data
        columns = {name: given[f"column_{name}"] for name in FIELDS}
        return CsvLayout(
            business_id=self._layout.business_id,
            account_id=self._layout.account_id,
            currency=given["own_currency"].strip().upper(),
            delimiter=given["delimiter"],
            encoding=given["encoding"],
            decimal_mark=given["decimal_mark"],
            date_format=given["date_format"],
            lines_before=given["lines_before"],
            columns={name: column for name, column in columns.items() if column},
        )


def _example(form: str) -> str:
    """The last day of 2026 in this format."""
    for sign, text in _EXAMPLES.items():
        form = form.replace(sign, text)
    return form


def layout_given(data: Any, account: Account) -> CsvLayout:
    """The parts of a posted layout that decide which columns the file has."""
    lines = str(data.get("lines_before", ""))
    return CsvLayout(
        business_id=account.business_id,
        account=account,
        delimiter=str(data.get("delimiter", ","))[:1],
        encoding=str(data.get("encoding", "utf-8")),
        lines_before=int(lines) if lines.isascii() and lines.isdigit() else 0,
        columns={},
    )
