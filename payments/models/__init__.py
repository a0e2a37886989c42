"""The rows of the payments room."""

from payments.models.bank import (
    BankLine,
    BankStatement,
    CsvLayout,
    LineState,
    StatementFormat,
    WaitingFile,
)
from payments.models.payment import (
    Allocation,
    Payment,
    PaymentDirection,
    PaymentQuerySet,
)

__all__ = [
    "Allocation",
    "BankLine",
    "BankStatement",
    "CsvLayout",
    "LineState",
    "Payment",
    "PaymentDirection",
    "PaymentQuerySet",
    "StatementFormat",
    "WaitingFile",
]
