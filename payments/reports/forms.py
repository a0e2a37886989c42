"""What a report asks, as people fill it in: on a page, in its address, or a command."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from moneyed import CURRENCIES

from partners import public_ids
from partners.exceptions import BookError
from partners.models import Business, Partner
from payments.reports.account import Account
from payments.reports.aging import Aging, AgingForm
from payments.reports.exchange import Realised
from payments.reports.journal import Journal
from payments.reports.periods import FIRST, LAST, By, Period
from payments.reports.sales import Sales
from payments.reports.tax import TaxPeriods

PERIODS = {
    Period.THIS_MONTH: gettext_lazy("This month"),
    Period.LAST_MONTH: gettext_lazy("Last month"),
    Period.THIS_QUARTER: gettext_lazy("This quarter"),
    Period.LAST_QUARTER: gettext_lazy("Last quarter"),
    Period.THIS_YEAR: gettext_lazy("This year"),
    Period.LAST_YEAR: gettext_lazy("Last year"),
}
_MOST_KEY = (1 << 63) - 1


class DayField(forms.DateField):
    """A day that a report may be about, written as 2026-03-10."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = gettext_lazy("Write a day between 1970 and 2100 as 2026-03-10.")
        super().__init__(
            input_formats=["%Y-%m-%d"],
            validators=[
                MinValueValidator(FIRST, wrong),
                MaxValueValidator(LAST, wrong),
            ],
            error_messages={"invalid": wrong},
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            **kwargs,
        )


class PartnerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A partner of the business, by key, public id or code."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("The business has no such partner.")
    }

    def to_python(self, value: Any) -> Partner | None:
        """The partner; of several with the code, none."""
        text = str(value or "").strip()
        if not text:
            return None
        found = [] if "\0" in text else self._named(text)
        if len(found) != 1:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice"
            )
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        """The key that a page's choice is by; what names nobody chooses nobody."""
        try:
            found = self.to_python(value)
        except forms.ValidationError:
            return ""
        return "" if found is None else found.pk

    def _named(self, text: str) -> list[Partner]:
        """Up to two partners of the business that the text may mean."""
        rows = self.queryset
        assert rows is not None  # noqa: S101 - narrows; the form sets it
        keys = [public_ids.decode("partner", text)]
        if text.isascii() and text.isdigit() and int(text) <= _MOST_KEY:
            keys.append(int(text))
        found = rows.filter(pk__in=filter(None, keys))
        return list(found[:1]) or list(rows.filter(code=text)[:2])


class ReportForm(forms.Form):
    """A question to the books of one business; what is not said is as usual.

    `asked()` gives the question once the form is valid.
    """

    def __init__(
        self, given: Mapping[str, str], *, business: Business, today: datetime.date
    ) -> None:
        self.business, self.today = business, today
        known = {name: text for name, text in given.items() if name in self.base_fields}
        super().__init__({**self.usual(known), **known})
        for field in self.fields.values():
            if isinstance(field, PartnerField):
                field.queryset = Partner.objects.for_business(business)

    def usual(self, given: Mapping[str, str]) -> dict[str, str]:
        """What stands for a field that is not given."""
        return {
            name: str(field.initial)
            for name, field in self.base_fields.items()
            if field.initial is not None
        }

    def asked(self) -> Any:
        """The question, for the report's function."""
        raise NotImplementedError

    def refuse(self, refusal: BookError) -> None:
        """Show a refusal of the books at its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.message)


class PeriodForm(ReportForm):
    """Days from one to another, or a period that is named by where it stands today."""

    usual_period: ClassVar[Period] = Period.THIS_YEAR

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        choices=[(period.value, label) for period, label in PERIODS.items()],
        widget=forms.HiddenInput,
        help_text=gettext_lazy("instead of two days: what is named, seen from today"),
    )
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"))

    def usual(self, given: Mapping[str, str]) -> dict[str, str]:
        """The usual period, unless days are given; a period's days."""
        days = given.get("since") or given.get("until")
        period = given.get("period") or ("" if days else self.usual_period)
        found = super().usual(given)
        if period in list(Period):
            since, until = Period(period).days(self.today)
            found |= {"since": str(since), "until": str(until)}
        return found

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("It would end before it starts."))
        return cleaned

    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day; only when the form is valid."""
        return self.cleaned_data["since"], self.cleaned_data["until"]


class AccountForm(PeriodForm):
    """Whose account, from when to when, in which currency."""

    field_order = ["partner", "since", "until", "currency"]

    partner = PartnerField(
        label=gettext_lazy("Partner"),
        queryset=Partner.objects.none(),
        help_text=gettext_lazy("by code or id"),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("needed only where there are several"),
    )

    def clean_currency(self) -> str:
        """A code of ISO 4217, or nothing."""
        code: str = self.cleaned_data["currency"].upper()
        if code and code not in CURRENCIES:
            raise forms.ValidationError(_("This is no ISO 4217 currency code."))
        return code

    def asked(self) -> Account:
        """The question."""
        given = self.cleaned_data
        return Account(given["partner"], *self.days(), given["currency"])


class TaxForm(PeriodForm):
    """From when to when, by how long periods."""

    usual_period = Period.THIS_QUARTER

    by = forms.ChoiceField(
        label=gettext_lazy("One row for each"),
        choices=[
            (By.MONTH.value, gettext_lazy("month")),
            (By.QUARTER.value, gettext_lazy("quarter")),
            (By.YEAR.value, gettext_lazy("year")),
        ],
        initial=By.MONTH.value,
    )

    def asked(self) -> TaxPeriods:
        """The question."""
        return TaxPeriods(*self.days(), By(self.cleaned_data["by"]))


class SalesForm(PeriodForm):
    """From when to when."""

    def asked(self) -> Sales:
        """The question."""
        return Sales(*self.days())


class RealisedForm(PeriodForm):
    """From when to when."""

    def asked(self) -> Realised:
        """The question."""
        return Realised(*self.days())


class JournalForm(PeriodForm):
    """From when to when, who and what."""

    usual_period = Period.THIS_MONTH

    actor = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("the whole address or name"),
    )
    verb = forms.CharField(
        label=gettext_lazy("What"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("how it begins: invoice, invoice.issued, payment"),
    )

    def asked(self) -> Journal:
        """The question."""
        given = self.cleaned_data
        return Journal(*self.days(), given["actor"], given["verb"])


class AgingQuestion(ReportForm, AgingForm):
    """Whose debts, as of which day."""

    as_of = DayField(label=gettext_lazy("As of"))

    def usual(self, given: Mapping[str, str]) -> dict[str, str]:
        """Today, unless said."""
        return {**super().usual(given), "as_of": str(self.today)}

    def asked(self) -> Aging:
        """The question."""
        return AgingForm.asked(self)
