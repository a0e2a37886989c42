"""Dates for Thai staff: with the Gregorian years in which all dates are typed.

A customer's papers count the Buddhist era's years and say so; here a year stands
beside one that is typed, exported or sent to a program, and 2569 typed for 2026 would
be a date far in the future. Why numbers have no groups is said beside the German
formats.
"""

from __future__ import annotations

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y H:i T"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ""
NUMBER_GROUPING = 0
