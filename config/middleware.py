"""Gives each request an id: in its answer, and in every line it logs."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
# What may go into a log line and a header unexamined.
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Take the caller's X-Request-ID if it is sane, else make one; return it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under its id."""
        given = request.headers.get(HEADER, "")
        own = given if SANE.fullmatch(given) else uuid.uuid4().hex
        before = request_id.set(own)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(before)
        response.headers[HEADER] = own
        return response


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to log records; lets all of them pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mark the record with the current request, `-` outside of one."""
        record.request_id = request_id.get()
        return True
