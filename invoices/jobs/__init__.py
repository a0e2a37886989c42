"""What is done behind the writers, by `run_worker`: each module one kind of job.

A job's arguments are keys; it may run twice or late, and finds in the rows what is
still to be done.
"""

from invoices.jobs.books import follow_books, queue_papers
from invoices.jobs.imports import queue_import
from invoices.jobs.mail import queue_deliveries
from invoices.jobs.people import (
    forget_visitors,
    queue_invitation,
    queue_new_password,
)
from invoices.jobs.runs import queue_run
from invoices.jobs.schedules import make_all, remind_all
from invoices.jobs.upkeep import revive_jobs
from invoices.jobs.webhooks import post_forgotten, queue_again, queue_messages

__all__ = [
    "follow_books",
    "forget_visitors",
    "make_all",
    "post_forgotten",
    "queue_again",
    "queue_deliveries",
    "queue_import",
    "queue_invitation",
    "queue_messages",
    "queue_new_password",
    "queue_papers",
    "queue_run",
    "remind_all",
    "revive_jobs",
]
