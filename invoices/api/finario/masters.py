"""Investments, costs and categories in the contract's words, from their columns."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from invoices import money
from invoices.api.finario.documents import midnight
from invoices.api.finario.serializers.investments import API_KEYWORD
from invoices.models import Cost
from partners.models import Business
from partners.public_ids import encode

INVESTMENT = ("id", "name", "code", "category", "keywords")
COST = ("id", "name", "description", "project_id")
CATEGORY = ("id", "code", "name")


def investment(row: Mapping[str, Any], business: Business) -> dict[str, Any]:
    """An investment."""
    public_id = encode("project", row["id"])
    return {
        "name": row["name"],
        "id": public_id,
        "investment_id": row["code"],
        "investment_category_name": row["category"] or None,
        "api_request": API_KEYWORD in row["keywords"],
        "costs_path": f"/api/investments/{public_id}/costs",
        "organization_code": business.slug,
    }


def category(row: Mapping[str, Any]) -> dict[str, Any]:
    """A cost category."""
    return {
        "category_code": row["code"] or None,
        "name": row["name"],
        "id": encode("costcategory", row["id"]),
    }


def cost_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A cost in the list."""
    return {
        "name": row["name"],
        "id": encode("cost", row["id"]),
        "description": row["description"] or None,
        "investment_id": encode("project", row["project_id"]),
    }


def cost(row: Cost) -> dict[str, Any]:
    """A cost alone: what is planned of it, and null for what these books do not keep."""
    total = amount(
        money.multiply(row.quantity, row.unit_price) + row.freight, row.currency
    )
    month = [row.month.year, row.month.month] if row.month else None
    closed = row.project.closed_on
    unit_price = amount(row.unit_price, row.currency)
    return {
        "account_id": _id("account", row.account_id),
        "approved": row.approved,
        "cost_category_id": _id("costcategory", row.category_id),
        "unit_price": unit_price,
        "freight": amount(row.freight, row.currency),
        "sales_tax_rule": {
            "rate": None,
            "taxable": ["unit_price"] if row.taxed else [],
        },
        "expected_units": [
            {
                "date": month,
                "quantity": format(row.quantity, "f"),
                "unit_cost": unit_price,
            }
        ],
        "id": row.public_id,
        "name": row.name,
        "vendor_id": _id("partner", row.vendor_id),
        "depreciable_cache": None,
        "forecast_spends": [[total, month]] if month else [],
        "suspended_spends": None,
        "approved_spends": None,
        "actual_spends": None,
        "revised_forecast": None,
        "forecasted_by_id": None,
        "forecasted_at": None,
        "base_forecast_total": total,
        "base_approved_total": total if row.approved else None,
        "base_spends": None,
        "investment_closed_at": midnight(closed, row.business.zone())
        if closed
        else None,
    }


def amount(value: Decimal, currency: str) -> dict[str, Any]:
    """An amount in the smallest units of its currency, rounded to whole ones."""
    units = money.rounded(value, currency).scaleb(money.exponent(currency))
    return {"cents": int(units), "currency": currency}


def _id(kind: str, pk: int | None) -> str | None:
    return None if pk is None else encode(kind, pk)
