"""The admin of the payments room."""

from payments.admin import (  # they declare themselves
    bank_files,
    closing,
    matching,
    matching_line,
    partner_links,
    reports,
    settling_up,
)
from payments.admin.bank import BankLineAdmin, BankStatementAdmin, CsvLayoutAdmin
from payments.admin.payments import AllocationAdmin, PaymentAdmin

__all__ = [
    "AllocationAdmin",
    "BankLineAdmin",
    "BankStatementAdmin",
    "CsvLayoutAdmin",
    "PaymentAdmin",
    "bank_files",
    "closing",
    "matching",
    "matching_line",
    "partner_links",
    "reports",
    "settling_up",
]
