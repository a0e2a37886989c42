"""Columns that Django does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _DecimalField = models.DecimalField[Any, Any]
else:  # Django's class takes no type arguments when it runs.
    _DecimalField = models.DecimalField


class ExactDecimalField(_DecimalField):
    """A decimal stored with the digits it was given: 100.00 stays 100.00, 100 stays 100.

    PostgreSQL's `numeric` without a declared scale. What `money` rounded to its
    currency's exponent comes back, and goes out as JSON, in just that form, with no
    padding to strip. `max_digits` and `decimal_places` bound what forms accept.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """PostgreSQL's type."""
        return "numeric"

    cast_db_type = db_type
