"""Proof that the books agree with themselves: stored sums against their parts, papers
against their hashes, and what was sent against its history."""

from __future__ import annotations

from dataclasses import dataclass

from invoices.models import Attachment
from invoices.models.event import broken_link, seal
from partners import prepared, public_ids
from partners.models import Business


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of proof: how many rows were looked at, and which do not agree."""

    proof: str
    rows: int
    wrong: tuple[str, ...]


_PARTS_OF_DOCUMENTS = """
SELECT i.id, i.number,
       i.line_total = l.amount AND i.discount_total = l.discount
       AND i.tax_total = l.tax AND i.total = l.total
       AND i.tax_total = coalesce(t.tax, 0) AS agrees
FROM invoices_invoice i
LEFT JOIN (SELECT invoice_id, sum(amount) AS amount, sum(discount) AS discount,
                  sum(tax_amount) AS tax, sum(total) AS total
           FROM invoices_invoiceline WHERE business_id = %s GROUP BY invoice_id) l
  ON l.invoice_id = i.id
LEFT JOIN (SELECT invoice_id, sum(amount) AS tax
           FROM invoices_invoicetax WHERE business_id = %s GROUP BY invoice_id) t
  ON t.invoice_id = i.id
WHERE i.business_id = %s"""

_SETTLEMENTS_OF_DOCUMENTS = """
SELECT i.id, i.number,
       i.amount_paid = coalesce(a.amount, 0)
       AND i.amount_credited = coalesce(n.total, 0) AS agrees
FROM invoices_invoice i
LEFT JOIN (SELECT invoice_id, sum(amount) AS amount
           FROM payments_allocation WHERE business_id = %s GROUP BY invoice_id) a
  ON a.invoice_id = i.id
LEFT JOIN (SELECT credited_invoice_id, sum(total) AS total
           FROM invoices_invoice
           WHERE business_id = %s AND state NOT IN ('void', 'cancelled')
           GROUP BY credited_invoice_id) n
  ON n.credited_invoice_id = i.id
WHERE i.business_id = %s"""

_PARTS_OF_PAYMENTS = """
SELECT p.id, p.date::text,
       p.amount_allocated = coalesce(a.amount, 0)
       AND (p.refund_of_id IS NOT NULL OR p.amount_refunded = coalesce(r.amount, 0))
       AS agrees
FROM payments_payment p
LEFT JOIN (SELECT payment_id, sum(amount) AS amount
           FROM payments_allocation WHERE business_id = %s GROUP BY payment_id) a
  ON a.payment_id = p.id
LEFT JOIN (SELECT refund_of_id, sum(amount) AS amount
           FROM payments_payment
           WHERE business_id = %s AND cancelled_at IS NULL GROUP BY refund_of_id) r
  ON r.refund_of_id = p.id
WHERE p.business_id = %s"""

_SHARES_OF_DOCUMENTS = """
SELECT i.id, i.number,
       sum(s.percent) = 100
       AND bool_and(c.project_id IS NOT DISTINCT FROM i.project_id) AS agrees
FROM invoices_costshare s
JOIN invoices_invoice i ON i.business_id = %s AND i.id = s.invoice_id
JOIN invoices_cost c ON c.business_id = %s AND c.id = s.cost_id
WHERE s.business_id = %s GROUP BY i.id, i.number"""

_CONTENT_OF_FILES = """
SELECT id, name,
       encode(sha256(content), 'hex') = sha256 AND length(content) = size AS agrees
FROM invoices_documentfile WHERE business_id = %s
UNION ALL
SELECT id, 'logo', encode(sha256(content), 'hex') = sha256
FROM invoices_logo WHERE business_id = %s"""

_EVENTS_OF_MAILS = f"""
SELECT d.id, d.recipient, EXISTS (
       SELECT FROM invoices_event e
       WHERE e.business_id = %s AND e.verb = 'delivery.sent'
         AND e.subject = CASE WHEN d.invoice_id IS NULL THEN 'partner' ELSE 'invoice' END
         AND e.subject_id = coalesce(d.invoice_id, d.partner_id)
         AND e.facts ->> 'delivery' = {public_ids.encode_sql("delivery", "d.id")}) AS agrees
FROM invoices_delivery d
WHERE d.business_id = %s AND d.state = 'sent'"""  # noqa: S608 - constants

_PERIODS_OF_SCHEDULES = """
SELECT r.id, r.name, r.made = count(p.id) AS agrees
FROM invoices_recurringinvoice r
LEFT JOIN invoices_recurringperiod p ON p.business_id = %s AND p.recurring_id = r.id
WHERE r.business_id = %s GROUP BY r.id, r.name, r.made"""

# The rate of a payment in another currency is all that is left of how it came about;
# half of its last decimal is as near as it can be. One that was recorded before may
# have a rate of its own.
_MATCHES_OF_LINES = """
SELECT l.id, l.date::text,
       p.cancelled_at IS NULL AND p.account_id = l.account_id
       AND (p.direction = 'in') = (l.amount > 0)
       AND CASE WHEN p.currency = l.currency THEN p.amount = abs(l.amount + l.charge)
                WHEN l.payment_made AND l.currency = b.currency
                THEN abs(abs(l.amount + l.charge) - p.amount * p.currency_rate)
                     <= p.amount * 0.000000005
                ELSE true END AS agrees
FROM payments_bankline l
JOIN partners_business b ON b.id = l.business_id
JOIN payments_payment p ON p.business_id = %s AND p.id = l.payment_id
WHERE l.business_id = %s AND l.state = 'matched'"""

_MOST_TOLD = 100
# A file that repeats lines of an earlier one has not all of them by itself.
_LINES_OF_STATEMENTS = """
SELECT s.id, coalesce(nullif(s.identification, ''), s.name),
       s.lines_read = count(l.id)
       AND (s.repeated > 0 OR s.opening_balance IS NULL OR s.closing_balance IS NULL
            OR s.opening_balance + coalesce(sum(l.amount), 0) = s.closing_balance)
       AND bool_and(l.id IS NULL OR l.account_id = s.account_id
                    AND l.currency = s.currency) AS agrees
FROM payments_bankstatement s
LEFT JOIN payments_bankline l ON l.business_id = %s AND l.statement_id = s.id
WHERE s.business_id = %s GROUP BY s.id"""

_SUMS = {
    "documents equal the sum of their lines and taxes": _PARTS_OF_DOCUMENTS,
    "documents are settled by their payments and credits": _SETTLEMENTS_OF_DOCUMENTS,
    "costs share the whole of a document, within its project": _SHARES_OF_DOCUMENTS,
    "payments equal the sum of what they settle": _PARTS_OF_PAYMENTS,
    "statements have their lines, which make their balances": _LINES_OF_STATEMENTS,
    "lines of statements tell of their payments": _MATCHES_OF_LINES,
    "papers and logos still have their hash": _CONTENT_OF_FILES,
    "mails that were sent have their event": _EVENTS_OF_MAILS,
    "schedules have made as many periods as they count": _PERIODS_OF_SCHEDULES,
}


def verify(business: Business) -> list[Finding]:
    """Seal the history, then prove sums and chain; costs a pass over the books."""
    return [
        *(_sums(business, proof, sql) for proof, sql in _SUMS.items()),
        _attachments(business),
        _chain(business),
    ]


def _sums(business: Business, proof: str, sql: str) -> Finding:
    places = [business.pk] * sql.count("%s")
    counted = f"SELECT count(*) FROM ({sql}) rows"  # noqa: S608 - constants
    differing = f"SELECT id, number FROM ({sql}) rows (id, number, agrees) "  # noqa: S608
    differing += "WHERE agrees IS NOT TRUE ORDER BY id LIMIT 100"
    [(rows,)] = prepared.fetch(counted, places)
    wrong = prepared.fetch(differing, places)
    return Finding(
        proof, rows, tuple(f"{name or 'draft'} ({pk})" for pk, name in wrong)
    )


def _attachments(business: Business) -> Finding:
    """Reads every file of the business from the storage."""
    rows = Attachment.objects.for_business(business).order_by("id")
    proof = "attached files are stored and still have their hash"
    checked = [(row.intact(), f"{row} ({row.pk})") for row in rows.iterator()]
    wrong = tuple(name for intact, name in checked if not intact)
    return Finding(proof, len(checked), wrong[:_MOST_TOLD])


def _chain(business: Business) -> Finding:
    seal(business)
    [(rows,)] = prepared.fetch(
        "SELECT count(*) FROM invoices_event WHERE business_id = %s", [business.pk]
    )
    broken = broken_link(business)
    wrong = () if broken is None else (f"{broken} (event {broken.pk})",)
    return Finding("the history is one unbroken chain", rows, wrong)
