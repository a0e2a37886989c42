"""What PostgreSQL itself checks in every document's row, by the constraint's name."""

from __future__ import annotations

from django.db.models import F, Q

from invoices.querysets import BINDING, EDITABLE, Direction, Kind, State

ROW_RULES: dict[str, Q] = {
    "direction_known": Q(direction__in=list(Direction)),
    "kind_known": Q(kind__in=list(Kind)),
    "state_fits_direction": Q(
        direction=Direction.ISSUED,
        state__in=[State.DRAFT, State.ISSUED, State.VOID, State.WRITTEN_OFF],
    )
    | Q(
        direction=Direction.RECEIVED,
        state__in=[State.RECEIVED, State.APPROVED, State.CANCELLED],
    ),
    "issued_has_number": Q(state=State.DRAFT) | ~Q(number=""),
    # A bill may be turned down without ever having been final.
    "issued_has_moment": Q(state__in=EDITABLE, issued_at__isnull=True)
    | ~Q(state__in=EDITABLE) & Q(issued_at__isnull=False)
    | Q(state=State.CANCELLED),
    "due_not_before_date": Q(due_date__gte=F("date")),
    "currency_is_iso": Q(currency__regex=r"^[A-Z]{3}$"),
    "rate_positive": Q(currency_rate__gt=0),
    "discount_is_percent": Q(discount_percent__gte=0, discount_percent__lte=100),
    "subtotal_adds_up": Q(subtotal=F("line_total") - F("discount_total")),
    "total_adds_up": Q(total=F("subtotal") + F("tax_total")),
    "total_not_negative": Q(total__gte=0),
    "balance_adds_up": Q(balance=F("total") - F("amount_paid") - F("credit_applied")),
    "never_overpaid": Q(balance__gte=0),
    "settlements_positive": Q(amount_paid__gte=0, credit_applied__gte=0),
    "never_overcredited": Q(amount_credited__gte=0, amount_credited__lte=F("total")),
    "only_issued_is_settled": Q(state__in=[*BINDING, State.WRITTEN_OFF])
    | Q(amount_paid=0, amount_credited=0, credit_applied=0),
    "only_notes_credit": Q(credited_invoice__isnull=True) | Q(kind=Kind.CREDIT_NOTE),
    "expected_is_total": Q(expected_total__isnull=True) | Q(expected_total=F("total")),
}
