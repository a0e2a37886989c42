"""The action of documents' lists and pages that records their payments."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoices.admin.bills import BillAdmin
from invoices.admin.documents import DocumentAdmin
from invoices.admin.sales import InvoiceAdmin
from invoices.models import Account, Invoice
from partners.access import Actor, Capability
from partners.admin_access import businesses_with
from payments.exceptions import BadPayment
from payments.paying import pay_in_full


@admin.action(description=gettext_lazy("Paid in full…"), permissions=["pay"])
def record_payments(
    documents: DocumentAdmin, request: HttpRequest, queryset: QuerySet[Invoice]
) -> HttpResponse | None:
    """Say that all that is open on the chosen documents was paid today."""
    payers = businesses_with(request, Capability.PAY)
    wanted = queryset.filter(business__in=payers).order_by().values("business")
    found = Account.objects.filter(payment_account=True, business__in=wanted)
    accounts = {str(row.pk): row for row in found.select_related("business")}
    several = len({row.business_id for row in accounts.values()}) > 1
    choices = [
        (pk, f"{row.business}: {row}" if several else str(row))
        for pk, row in accounts.items()
    ]
    if not choices:
        none = _("No account may take these payments: mark one as a payment account.")
        documents.message_user(request, none, messages.ERROR)
        return None
    now = timezone.now()

    def verb(document: Invoice, by: Actor) -> str:
        account = accounts[documents.choice(request)]
        if account.business_id != document.business_id:
            raise BadPayment(f"{account} is an account of {account.business}.")
        return f"Recorded {pay_in_full(document, account, by=by, now=now)}: {document}."

    question = _("Was all that is open on these paid today? On which account?")
    return documents.do_each(request, queryset, verb, question, choices=choices)


# Documents know nothing of payments: these add their action by themselves.
for kind in (InvoiceAdmin, BillAdmin):
    kind.actions = [*kind.actions, record_payments]
