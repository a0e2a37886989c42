"""WebhookEndpoint and what was posted to it, by the Standard Webhooks specification."""

from __future__ import annotations

import secrets
from base64 import b64encode
from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from partners import public_ids
from partners.constraints import SameBusiness
from partners.tenancy import BusinessRow, same_business_fk

_SECRET_BYTES = 32


def new_secret() -> str:
    """A signing secret in the specification's spelling: `whsec_` and base64."""
    return f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


class WebhookEndpoint(BusinessRow):
    """An address that hears of events; `events` empty for all that are told."""

    url = models.URLField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    events = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url

    @property
    def public_id(self) -> str:
        """The id that clients put into paths."""
        return public_ids.encode("endpoint", self.pk)


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookMessage(BusinessRow):
    """One event for one endpoint, made when the event joins the chain of history."""

    endpoint = same_business_fk("invoices.WebhookEndpoint", related_name="messages")
    event = models.BigIntegerField("the event's key")
    type = models.CharField(max_length=60)
    payload = models.JSONField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in MessageState],
        default=MessageState.WAITING,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    try_after = models.DateTimeField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(BusinessRow.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["business", "endpoint", "id"], name="invoices_hook_by_endpoint"
            ),
            models.Index(
                fields=["business", "try_after"],
                condition=Q(state="waiting"),
                name="invoices_hook_waiting",
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness(
                "endpoint", name="invoices_webhookmessage_endpoint_in_business"
            ),
            models.UniqueConstraint(
                fields=["business", "endpoint", "event"],
                name="invoices_webhookmessage_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(MessageState)),
                name="invoices_webhookmessage_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.public_id}"

    @property
    def public_id(self) -> str:
        """The id that clients put into paths; `webhook-id` is made from it."""
        return public_ids.encode("message", self.pk)


class WebhookAttempt(BusinessRow):
    """One time a message was posted, and what came back."""

    message = same_business_fk("invoices.WebhookMessage", related_name="log")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField("HTTP status", null=True)
    answer = models.CharField(max_length=1000, blank=True)
    error = models.CharField(max_length=500, blank=True)
    seconds = models.DecimalField(max_digits=8, decimal_places=3)

    class Meta(BusinessRow.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["business", "message", "id"], name="invoices_attempt_by_message"
            ),
        ]
        constraints = [
            *BusinessRow.Meta.constraints,
            SameBusiness("message", name="invoices_webhookattempt_message_in_business"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status or self.error}"
