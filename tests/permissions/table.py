"""The table: which deed a role may do, and in which states it can be done at all."""

from __future__ import annotations

from partners.access import Role
from partners.deeds import may

OPEN = {"issued", "overdue", "disputed", "held", "part paid"}
FINAL = {*OPEN, "paid", "credited", "written off"}
LEGAL: dict[str, set[str]] = {
    "issue": {"draft"},
    "delete": {"draft", "received"},
    "send": {*FINAL, "draft"},
    "remind": {"issued", "overdue", "part paid"},
    "hold": FINAL,
    "dispute": FINAL,
    "settle_dispute": {"disputed"},
    "void": {"issued", "overdue", "disputed", "held", "written off"},
    "credit": {*OPEN, "paid", "written off"},
    "write_off": OPEN,
    "record_payment": {*OPEN, "written off", "approved", "bill part paid"},
    "approve": {"received"},
    "turn_down": {"received"},
    "withdraw_approval": {"approved"},
    "assign": {"received", "approved", "bill part paid", "bill paid"},
}
"""The states in which a deed can be done, whoever does it."""


def expected(role: Role, deed: str, state: str) -> str:
    """`done`, or `role` or `state` for what stands in the way; the role comes first."""
    if not may(role, deed):
        return "role"
    return "done" if state in LEGAL[deed] else "state"
