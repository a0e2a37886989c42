"""NumberSequence: the only birthplace of a document number."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, models

from partners.number_templates import period_of, render
from partners.tenancy import BusinessRow


class NumberSequence(BusinessRow):
    """The last number given out in one series and period of one business."""

    series = models.CharField(max_length=40)
    period = models.CharField(max_length=7, blank=True)
    last = models.BigIntegerField(default=0)

    class Meta(BusinessRow.Meta):
        ordering = ["series", "period"]
        constraints = [
            *BusinessRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["business", "series", "period"],
                name="invoices_numbersequence_one_row",
            ),
            models.CheckConstraint(
                condition=models.Q(last__gte=0), name="invoices_numbersequence_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period} at {self.last}".replace("  ", " ")

    @classmethod
    def take(
        cls, business_id: int, series: str, template: str, on: datetime.date
    ) -> str:
        """The next number; one statement, whose row lock lasts until commit.

        Call it last in the issuing transaction: whoever waits for the row waits
        for that commit, and a rollback gives the number back, so there is no gap.
        """
        seq = cls._advance(business_id, series, period_of(template, on))
        return render(template, on, seq)

    @classmethod
    def _advance(cls, business_id: int, series: str, period: str) -> int:
        table = cls._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} AS s (business_id, series, period, last) "  # noqa: S608 - a constant
                "VALUES (%s, %s, %s, 1) "
                "ON CONFLICT (business_id, series, period) "
                "DO UPDATE SET last = s.last + 1 RETURNING last",
                [business_id, series, period],
            )
            row: tuple[Any, ...] = cursor.fetchone()
        return int(row[0])
