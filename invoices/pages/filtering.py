"""What the list of drafts can be asked: the form, and the question it makes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from invoices import readiness
from partners import public_ids
from partners.models import Business, Partner

SORTS = {
    "date": _("Oldest first"),
    "-date": _("Newest first"),
    "due": _("Due first"),
    "customer": _("Customer, A to Z"),
    "-total": _("Largest amount first"),
    "total": _("Smallest amount first"),
}
_ORDER: dict[str, tuple[Any, ...]] = {
    "date": ("date", "id"),
    "-date": ("-date", "-id"),
    "due": ("due_date", "id"),
    "customer": ("partner__name", "id"),
    "total": ("total", "id"),
    "-total": (F("total").desc(), "id"),
}
STATES = [("", _("Ready or not")), ("ready", _("Ready")), ("not", _("Not ready"))]
MOST_CUSTOMERS = 200
"""More would make a list nobody reads; the others are found by their name."""
MOST_CHOSEN = 200
"""As many as an action of the admin takes at once."""


class DraftFilter(forms.Form):
    """The questions; an empty one asks for everything."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Customer, reference, memo …")}
        ),
    )
    customer = forms.ChoiceField(label=_("Customer"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    since = forms.DateField(
        label=_("Dated from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("Dated to"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    sort = forms.ChoiceField(
        label=_("Sort"), choices=list(SORTS.items()), required=False
    )

    # Public ids with commas between: drafts that were chosen elsewhere.
    chosen = forms.CharField(
        required=False, max_length=10_000, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, business: Business) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.business = business
        own = readiness.drafts(business).order_by()
        used = own.values("partner_id")
        partners = Partner.objects.for_business(business).filter(pk__in=used)
        self.fields["customer"].choices = [  # type: ignore[attr-defined]
            ("", _("All customers")),
            *((p.public_id, p.name) for p in partners[:MOST_CUSTOMERS]),
        ]
        codes = own.values_list("currency", flat=True).distinct().order_by("currency")
        self.fields["currency"].choices = [  # type: ignore[attr-defined]
            ("", _("All currencies")),
            *((code, code) for code in codes),
        ]

    @property
    def is_asking(self) -> bool:
        """Whether anything narrows the list."""
        return any(v for name, v in self.values().items() if name != "sort")

    def values(self) -> dict[str, Any]:
        """What was asked; an answer that is none asks nothing."""
        self.is_valid()
        return self.cleaned_data

    def narrowed(self) -> Any:
        """The drafts that are asked for, ready or not as asked, in no order."""
        asked = self.values()
        rows = readiness.drafts(self.business).order_by()
        if text := asked.get("q"):
            rows = rows.matching(self.business, text)
        if customer := asked.get("customer"):
            rows = rows.filter(partner_id=public_ids.decode("partner", customer))
        if state := asked.get("state"):
            rows = rows.filter(obstacle__isnull=state == "ready")
        if chosen := asked.get("chosen"):
            ids = chosen.split(",")[:MOST_CHOSEN]
            pks = (public_ids.decode("invoice", each) for each in ids)
            rows = rows.filter(pk__in=[pk for pk in pks if pk is not None])
        plain = {"currency": "currency", "since": "date__gte", "until": "date__lte"}
        given = {to: asked[name] for name, to in plain.items() if asked.get(name)}
        return rows.filter(**given)

    def ordered(self) -> Any:
        """The same in the order asked for."""
        order = _ORDER[self.values().get("sort") or "date"]
        return self.narrowed().order_by(*order)
