"""The admin of the books' master data, documents and history."""

# Imported first, so that it has registered itself before it is taken away.
import procrastinate.contrib.django.admin  # noqa: F401
from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices.admin import (
    bills,
    hooks,
    imports,
    letters,
    master,
    members,
    papers,
    periods,
    projects,
    records,
    recurring,
    sales,
    security,
    sent,
)

# Jobs are no business's; deliveries, runs and messages show what became of the work.
admin.site.unregister(ProcrastinateJob)

__all__ = [
    "bills",
    "hooks",
    "imports",
    "letters",
    "master",
    "members",
    "papers",
    "periods",
    "projects",
    "records",
    "recurring",
    "sales",
    "security",
    "sent",
]
