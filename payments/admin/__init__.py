"""The admin of the payments room."""

from payments.admin import bank_files, reports, settling_up  # they declare themselves
from payments.admin.bank import BankLineAdmin, BankStatementAdmin, CsvLayoutAdmin
from payments.admin.payments import AllocationAdmin, PaymentAdmin

__all__ = [
    "AllocationAdmin",
    "BankLineAdmin",
    "BankStatementAdmin",
    "CsvLayoutAdmin",
    "PaymentAdmin",
    "bank_files",
    "reports",
    "settling_up",
]
