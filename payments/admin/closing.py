"""What the bank's lines say to closing the books."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from invoices.admin.periods import LEFT, Left
from partners.models import Business
from payments.models import BankLine
from payments.models.bank import LineState

_MOST_COUNTED = 1000


def open_lines(business: Business, day: datetime.date) -> Left:
    """The lines through that day that are matched with nothing; by their index."""
    rows = BankLine.objects.for_business(business)
    found = rows.filter(state=LineState.OPEN, date__lte=day).order_by()
    asked = urlencode({"state__exact": LineState.OPEN.value, "date__lte": str(day)})
    where = f"{reverse('admin:payments_bankline_changelist')}?{asked}"
    return Left(_("Bank lines without a match"), found[:_MOST_COUNTED].count(), where)


LEFT.append(open_lines)
