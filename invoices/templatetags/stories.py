"""How mails stand, in words."""

from __future__ import annotations

from django import template

from invoices.models import Delivery
from invoices.pages import stories

register = template.Library()


@register.filter
def standing(delivery: Delivery) -> str:
    """The end of a sentence that begins with the mail."""
    return stories.standing(delivery)


@register.filter
def addressed(delivery: Delivery) -> str:
    """The beginning of that sentence: what the mail is, and to whom."""
    return stories.addressed(delivery)
