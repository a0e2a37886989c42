"""How mails stand, in words."""

from __future__ import annotations

from django import template

from invoices.models import Delivery
from invoices.pages.stories import standing as _standing

register = template.Library()


@register.filter
def standing(delivery: Delivery) -> str:
    """The end of a sentence that begins with the mail."""
    return _standing(delivery)
