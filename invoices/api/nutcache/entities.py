"""The kinds of documents that there are, by name."""

from __future__ import annotations

from invoices.api.nutcache.documents import Entity
from invoices.api.nutcache.masters import (
    CUSTOMERS,
    ITEMS,
    MEMBERS,
    ORGANIZATIONS,
    TAXES,
)
from invoices.api.nutcache.sales import INVOICE_DETAILS, INVOICE_TAXES, INVOICES
from invoices.api.nutcache.world import COUNTRIES, CURRENCIES, STATES

LISTED: tuple[Entity, ...] = (
    INVOICES,
    CUSTOMERS,
    ORGANIZATIONS,
    CURRENCIES,
    COUNTRIES,
    STATES,
    MEMBERS,
    TAXES,
    ITEMS,
)
"""Those with paths of their own."""

NESTED: tuple[tuple[Entity, str, Entity], ...] = (
    (INVOICES, "invoice", INVOICE_DETAILS),
    (INVOICES, "invoice", INVOICE_TAXES),
    (COUNTRIES, "country", STATES),
)
"""Those below another: above, the attribute that points there, below."""

ENTITIES: dict[str, Entity] = {
    entity.name: entity for entity in (*LISTED, INVOICE_DETAILS, INVOICE_TAXES)
}
