"""Importing partners: customers and vendors with their addresses."""

from __future__ import annotations

from pathlib import Path

from partners.imports import cells
from partners.imports.job import Job
from partners.imports.mapping import Layout
from partners.imports.upsert import Kind, upsert
from partners.models import Partner

_FLAGS = ("is_customer", "is_vendor", "head_quarter")
_NOT_FROM_FILES = {"id", "business", "archived_at", "created_at", "updated_at"}

LAYOUT = Layout(
    fields={
        field.name: str(field.verbose_name)
        for field in Partner._meta.fields
        if field.name not in _NOT_FROM_FILES
    },
    required=("name",),
    mappings=Path(__file__).parent / "mappings",
)


def import_partners(job: Job) -> None:
    """Make or change the partners of the job's rows, by code or else by name."""
    business = job.business
    kind = Kind(
        model=Partner,
        noun="partner",
        converters=dict.fromkeys(_FLAGS, cells.boolean),
        new=lambda: Partner(business=business),
    )
    upsert(job, kind)
