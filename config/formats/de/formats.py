"""Dates as Germans write them; numbers and typed dates as in every language.

A number that is typed has a point before its decimals, so one that Django writes has
too: 1234.50 is never read as 1.23450 thousands. Amounts of money for readers are
written by `invoices.documents.numbers`.
"""

from __future__ import annotations

DATE_FORMAT = SHORT_DATE_FORMAT = "d.m.Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "d.m.Y H:i T"
# First what a date field of a browser sends and understands.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ""
NUMBER_GROUPING = 0
