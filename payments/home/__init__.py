"""The home page: how the books stand, and what waits for somebody."""

from payments.home.page import dashboard

__all__ = ["dashboard"]
