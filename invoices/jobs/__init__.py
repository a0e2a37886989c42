"""What is done behind the writers, by `run_worker`: each module one kind of job.

A job's arguments are keys; it may run twice or late, and finds in the rows what is
still to be done.
"""

from invoices.jobs.mail import queue_deliveries
from invoices.jobs.runs import queue_run

__all__ = ["queue_deliveries", "queue_run"]
