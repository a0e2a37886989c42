"""Every report there is: page, file and command know it from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from partners.models import Business
from partners.tables import Table
from payments.reports import forms
from payments.reports.account import statement_of_account
from payments.reports.aging import aging
from payments.reports.exchange import realised_gains
from payments.reports.journal import journal
from payments.reports.sales import sales_by_partner, sales_by_product
from payments.reports.tax import tax_by_rate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Report:
    """One report: how it is called, what it says, what it asks, and what answers.

    `make(business, form.asked())` may raise BookError, of a field of the form.
    """

    name: str
    title: str | _StrPromise
    says: str | _StrPromise
    icon: str
    form: type[forms.ReportForm]
    make: Callable[[Business, Any], Table]

    @property
    def page(self) -> str:
        """The name of its page's address, within the admin."""
        return f"report_{self.name.replace('-', '_')}"


_ALL = [
    Report(
        "aging",
        _("Aging"),
        _("What customers owe, or vendors are owed, by how long it has been due."),
        "hourglass_bottom",
        forms.AgingQuestion,
        aging,
    ),
    Report(
        "statement",
        _("Statement of account"),
        _("What passed with one partner in one currency, and the balance after each."),
        "contract",
        forms.AccountForm,
        statement_of_account,
    ),
    Report(
        "tax",
        _("Tax by period and rate"),
        _("Net and tax of sales and purchases, by tax, rate and category."),
        "percent",
        forms.TaxForm,
        tax_by_rate,
    ),
    Report(
        "sales-by-product",
        _("Sales by product"),
        _("What was sold of each product, credit notes deducted, the most first."),
        "inventory_2",
        forms.SalesForm,
        sales_by_product,
    ),
    Report(
        "sales-by-partner",
        _("Sales by partner"),
        _("What each customer bought, credit notes deducted, the most first."),
        "groups",
        forms.SalesForm,
        sales_by_partner,
    ),
    Report(
        "realised",
        _("Realised gains and bank charges"),
        _("What moving exchange rates won or lost, and what banks kept, by payment."),
        "currency_exchange",
        forms.RealisedForm,
        realised_gains,
    ),
    Report(
        "journal",
        _("Journal of events"),
        _(
            "Everything that was done to the books: who, when, to what, with which hash."
        ),
        "history",
        forms.JournalForm,
        journal,
    ),
]
REPORTS = {report.name: report for report in _ALL}
