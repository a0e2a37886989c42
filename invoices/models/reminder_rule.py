"""ReminderRule: on which day after (or before) the due date a reminder goes out."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from partners import public_ids
from partners.tenancy import BusinessRow

_MOST_DAYS = 730


class ReminderRule(BusinessRow):
    """`days` after the due date, negative for before; each reminds a document once."""

    days = models.SmallIntegerField(
        "days after the due date",
        validators=[MinValueValidator(-60), MaxValueValidator(_MOST_DAYS)],
        help_text="Negative for days before it.",
    )
    active = models.BooleanField(default=True)

    class Meta(BusinessRow.Meta):
        ordering = ["days"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "days"],
                name="invoices_reminderrule_once",
                violation_error_message="There is a reminder on this day.",
            ),
            models.CheckConstraint(
                condition=models.Q(days__gte=-60, days__lte=_MOST_DAYS),
                name="invoices_reminderrule_is_near",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days:+d} days" if self.days else "on the due date"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("rule", self.pk)
