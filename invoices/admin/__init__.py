"""The admin of the books' master data, documents and history."""

from invoices.admin import bills, master, projects, records, sales

__all__ = ["bills", "master", "projects", "records", "sales"]
