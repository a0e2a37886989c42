"""The statement of account of one partner as a report."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.models import Business, Partner
from partners.tables import Column, Kind, Table
from payments.statements import statement_facts, usual_currency


@dataclass(frozen=True, slots=True)
class Account:
    """What is asked: whose account, from which day until which, in which currency.

    Without a currency it is the only one in which anything passed.
    """

    partner: Partner
    since: datetime.date
    until: datetime.date
    currency: str = ""


def statement_of_account(business: Business, asked: Account) -> Table:
    """What passed with a customer, with the balance after each; at most nine queries.

    The same facts as of the statement that is mailed. The partner is one of the
    business. Raises Invalid where a currency must
    be chosen or is none, BadDates.
    """
    currency = asked.currency or usual_currency(asked.partner)
    facts = statement_facts(asked.partner, asked.since, asked.until, currency)
    kinds = {
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "payment": _("Payment"),
        "refund": _("Refund"),
        "write_off": _("Written off"),
    }
    opening = (asked.since, _("Brought forward"), "", currency, None, facts.opening, "")
    closing = (asked.until, _("Balance"), "", currency, None, facts.closing, "")
    return Table(
        title=_("Statement of account: {partner}, {since} – {until}").format(
            partner=asked.partner.name, since=asked.since, until=asked.until
        ),
        columns=[
            Column("date", _("Date"), Kind.DATE),
            Column("what", _("What")),
            Column("number", _("Number")),
            Column("currency", _("Currency")),
            Column("amount", _("Amount"), Kind.MONEY),
            Column("balance", _("Balance"), Kind.MONEY),
            Column("kind", _("Kind"), Kind.KEY),
        ],
        rows=[
            opening,
            *(
                (
                    entry.date,
                    kinds[entry.kind],
                    entry.number,
                    currency,
                    entry.amount,
                    entry.balance,
                    entry.kind,
                )
                for entry in facts.entries
            ),
        ],
        totals=[closing],
        notes=[
            _(
                "What was sold to the partner and what was paid for it. Invoices and "
                "refunds raise the balance; credit notes, payments and what was "
                "written off lower it."
            )
        ],
    )
