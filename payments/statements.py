"""The statement of account: what passed with a customer between two days.

Only what the business sold counts. A partner who is a vendor too has bills, and money
that went out for them, which stand in no statement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.text import slugify
from moneyed import CURRENCIES

from invoices import money
from invoices.documents.facts import StatementEntry, StatementFacts
from invoices.documents.reading import between
from invoices.exceptions import BadDates, NoRecipient
from invoices.files import file_name
from invoices.mailing.composing import Words, composed_statement
from invoices.models import Delivery, DocumentFile, Event, Invoice
from invoices.models.document_file import FileKind
from invoices.models.mail_template import Purpose
from invoices.querysets import Direction, InvoiceQuerySet, Kind, State
from invoices.sending import (
    Letter,
    addressed,
    check_letter,
    must_be_same,
    queue_mails,
)
from partners.access import Actor, Capability
from partners.exceptions import Invalid
from partners.models import Partner
from payments.models import Allocation, Payment, PaymentDirection

_STANDING = (State.ISSUED, State.WRITTEN_OFF)
_ORDER = ("invoice", "credit_note", "payment", "refund", "write_off")
_ZERO = Decimal(0)


def currencies(partner: Partner) -> list[str]:
    """The currencies in which anything was sold to, or received from, the partner."""
    documents = _documents(partner).values_list("currency", flat=True)
    payments = Payment.objects.of(partner).received()
    paid = payments.values_list("currency", flat=True)
    return sorted({*documents.distinct().order_by(), *paid.distinct().order_by()})


def usual_currency(partner: Partner) -> str:
    """The currency of a statement for which none was asked; two queries.

    Raises Invalid where there are several; where nothing passed yet it is the
    partner's own, or the base currency.
    """
    found = currencies(partner)
    if len(found) > 1:
        raise Invalid(f"Choose one of {', '.join(found)}.", field="currency")
    own = partner.default_selling_currency or partner.business.currency
    return found[0] if found else own


def statement_facts(
    partner: Partner, since: datetime.date, until: datetime.date, currency: str
) -> StatementFacts:
    """What the statement says of the days from `since` through `until`.

    Invoices and refunds raise what is owed; credit notes, payments and what was
    written off lower it. Voided documents and cancelled payments never were. What is
    owed at the end is what is open on the documents less what was paid ahead. Raises
    BadDates, Invalid. At most seven queries.
    """
    if until < since:
        raise BadDates("It would end before it starts.", field="until")
    if currency not in CURRENCIES:
        raise Invalid("This is no ISO 4217 currency code.", field="currency")
    moves = sorted(_moves(partner, until, currency), key=_order)
    before = [entry.amount for entry in moves if entry.date < since]
    balance = opening = money.rounded(sum(before, _ZERO), currency)
    entries = []
    for move in moves[len(before) :]:
        balance += move.amount
        entries.append(replace(move, balance=balance))
    return StatementFacts(
        since=since,
        until=until,
        currency=currency,
        opening=opening,
        entries=tuple(entries),
        closing=balance,
        **between(partner)._asdict(),
    )


def statement_pdf(
    partner: Partner, since: datetime.date, until: datetime.date, currency: str
) -> bytes:
    """The statement as a PDF. Raises BadDates."""
    from invoices.documents.printing import print_statement

    return print_statement(statement_facts(partner, since, until, currency))


def statement_name(partner: Partner, until: datetime.date) -> str:
    """What a statement's file is called: by the partner's code, or else the name."""
    named = partner.code or slugify(partner.name, allow_unicode=True)
    return f"{file_name(f'statement-{named or partner.public_id}-{until}')}.pdf"


def send_statement(
    partner: Partner,
    since: datetime.date,
    until: datetime.date,
    currency: str,
    letter: Letter = Letter(),  # noqa: B008 - frozen
    *,
    by: Actor,
    now: datetime.datetime,
    key: str,
) -> list[Delivery]:
    """Keep the statement as a file and queue a mail with it to each recipient.

    One transaction. The same key again queues nothing and answers the deliveries that
    are there. Raises KeyUsed where those are of another letter, BadDates, NoRecipient,
    Invalid, NotAllowed; then nothing is kept or queued.
    """
    by.require(Capability.ISSUE, partner.business_id)
    letter = replace(letter, purpose=Purpose.STATEMENT)
    check_letter(letter)
    with transaction.atomic():
        rows = Partner.objects.for_business(partner.business_id)
        locked = rows.select_for_update(of=("self",)).select_related("business")
        partner = locked.get(pk=partner.pk)
        mails = Delivery.objects.for_business(partner.business_id)
        known = mails.filter(partner=partner, invoice=None, attempt_key=key)
        sent = list(known.filter(purpose=Purpose.STATEMENT))
        facts = statement_facts(partner, since, until, currency)
        if sent:
            words = partial(_words, partner, facts, letter, now)
            must_be_same(sent, letter, words)
            return sent
        return _queue(partner, facts, letter, by=by, now=now, key=key)


# --- what moved -------------------------------------------------------------------------


def _documents(partner: Partner) -> InvoiceQuerySet:
    sold = Invoice.objects.of(partner).filter(direction=Direction.ISSUED)
    return sold.filter(state__in=_STANDING)


def _moves(
    partner: Partner, until: datetime.date, currency: str
) -> Iterator[StatementEntry]:
    documents = list(_documents(partner).filter(currency=currency, date__lte=until))
    for document in documents:
        kind = Kind(document.kind)
        yield _entry(document.date, kind, document.number, _owed(document, "total"))
    yield from _write_offs(partner, documents, until)
    yield from _payments(partner, until, currency)


def _owed(document: Invoice, column: str) -> Decimal:
    """An amount of the document as the customer owes it; of a note below zero."""
    amount: Decimal = getattr(document, column)
    return amount if document.kind == Kind.INVOICE else -amount


def _write_offs(
    partner: Partner, documents: list[Invoice], until: datetime.date
) -> Iterator[StatementEntry]:
    """What is given up of a document: all that is not settled, even by later payments."""
    given_up = {one.pk: one for one in documents if one.state == State.WRITTEN_OFF}
    if not given_up:
        return
    events = Event.objects.for_business(partner.business_id)
    told = events.filter(
        subject="invoice", subject_id__in=given_up, verb="invoice.written_off"
    )
    for event in told.order_by("id"):
        document = given_up[event.subject_id]
        date = max(partner.business.today(event.at), document.date)
        amount = -_owed(document, "balance")
        if amount and date <= until:
            yield _entry(date, "write_off", document.number, amount)


def _payments(
    partner: Partner, until: datetime.date, currency: str
) -> Iterator[StatementEntry]:
    settled = _settled(partner, currency)
    rows = Payment.objects.for_business(partner.business_id).standing()
    ours = rows.filter(Q(partner=partner) | Q(partner=None, pk__in=settled))
    for payment in ours.filter(currency=currency, date__lte=until):
        amount = settled.get(payment.pk, _ZERO) + _on_account(payment)
        if not amount:
            continue
        if payment.direction == PaymentDirection.IN:
            yield _entry(payment.date, "payment", _name(payment), -amount)
        else:
            yield _entry(payment.date, "refund", _name(payment), amount)


def _settled(partner: Partner, currency: str) -> dict[int, Decimal]:
    """What each payment settles of the documents sold to the partner."""
    shares = Allocation.objects.for_business(partner.business_id).filter(
        invoice__partner=partner,
        invoice__direction=Direction.ISSUED,
        invoice__currency=currency,
    )
    sums = shares.order_by().values_list("payment_id").annotate(sum=Sum("amount"))
    return dict(sums)


def _on_account(payment: Payment) -> Decimal:
    """What a payment settles of no document and yet is the customer's.

    A customer's payment leaves something on account or gives it back, and the refund
    is the other side of that; what is left of money for a vendor is the vendor's.
    """
    if payment.partner_id is None:
        return _ZERO
    incoming = payment.direction == PaymentDirection.IN
    if incoming == (payment.refund_of_id is not None):
        return _ZERO
    left: Decimal = payment.unallocated + payment.amount_refunded
    return left


def _name(payment: Payment) -> str:
    return payment.reference or payment.check_number or payment.method


def _entry(
    date: datetime.date, kind: str, number: str, amount: Decimal
) -> StatementEntry:
    return StatementEntry(
        date=date,
        kind=kind,  # type: ignore[arg-type]
        number=number,
        amount=amount,
        balance=_ZERO,
    )


def _order(entry: StatementEntry) -> tuple[datetime.date, int]:
    return entry.date, _ORDER.index(entry.kind)


# --- mailing it -------------------------------------------------------------------------


def _queue(
    partner: Partner,
    facts: StatementFacts,
    letter: Letter,
    *,
    by: Actor,
    now: datetime.datetime,
    key: str,
) -> list[Delivery]:
    recipients, copies = addressed(letter, [partner.email] if partner.email else [])
    if not recipients:
        raise NoRecipient(
            f"{partner} has no e-mail address: fill it in, or name a recipient.",
            field="recipients",
        )
    words = _words(partner, facts, letter, now)
    file = _kept(partner, facts)
    rows = queue_mails(
        recipients,
        copies,
        by=by,
        now=now,
        business_id=partner.business_id,
        partner=partner,
        purpose=Purpose.STATEMENT,
        attempt_key=key,
        language=facts.look.language,
        subject=words.subject,
        body=words.body,
        file=file,
    )
    told = {"recipients": recipients, "currency": facts.currency}
    Event.record(partner, "statement.queued", by=by, closing=facts.closing, **told)
    return rows


def _words(
    partner: Partner, facts: StatementFacts, letter: Letter, now: datetime.datetime
) -> Words:
    return composed_statement(
        partner,
        language=facts.look.language,
        today=partner.business.today(now),
        owed={facts.currency: facts.closing},
        subject=letter.subject,
        body=letter.body,
    )


def _kept(partner: Partner, facts: StatementFacts) -> DocumentFile:
    from invoices.documents.printing import print_statement

    file = DocumentFile.holding(
        print_statement(facts),
        business_id=partner.business_id,
        partner=partner,
        kind=FileKind.STATEMENT,
        name=statement_name(partner, facts.until),
    )
    DocumentFile.objects.bulk_create([file])
    return file
