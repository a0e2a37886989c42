"""The admin of the books' master data, documents and history."""

from invoices.admin import documents, master, records

__all__ = ["documents", "master", "records"]
