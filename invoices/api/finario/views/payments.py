"""Payments to vendors: listed, shown, recorded, upserted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from invoices.api.finario import documents, errors
from invoices.api.finario.base import FinarioView, streamed
from invoices.api.finario.serializers.fields import new_name
from invoices.api.finario.serializers.invoices import ClosedQuery, CreatedOut
from invoices.api.finario.serializers.payments import (
    TEXTS,
    CostQuery,
    PaymentIn,
    PaymentOut,
    PaymentPut,
)
from invoices.assigning import matched_cost
from invoices.models import Account, Cost, Project
from partners import public_ids
from payments.models import Payment
from payments.paying import record_vendor_payment
from payments.recording import PaymentDraft
from payments.remitting import pay_once

_NO_ACCOUNT = (
    "No account is marked as a payment account: mark one under accounts, or give its "
    "account_id."
)
_LONGEST_REFERENCE = 120


class RecordingView(FinarioView):
    """What the paths that record payments share."""

    names: Mapping[str, str] = {**errors.NAMES, "account": "account_id"}

    def place(self) -> tuple[Project | None, Cost | None]:
        """The investment and the cost in the path, where it has them, or 404."""
        if "investment_id" not in self.kwargs:
            return None, None
        project = self.find.investment(self.kwargs["investment_id"])
        if "cost_id" not in self.kwargs:
            return project, None
        return project, self.find.cost(project, self.kwargs["cost_id"])

    def record(self) -> Response:
        """Record what the body says, and answer as creation does."""
        project, cost = self.place()
        draft, _ = self.draft(self.posted(PaymentIn), project, cost)
        payment = record_vendor_payment(draft, by=self.actor)
        return self.created(payment)

    def posted(self, serializer_class: type[PaymentIn]) -> dict[str, Any]:
        """The body; a `unique_cost_id` in the query counts where it has none."""
        given = dict(self.checked(serializer_class).validated_data)
        asked = self.asked(CostQuery).get("unique_cost_id")
        if asked and given.setdefault("unique_cost_id", asked) != asked:
            raise ValidationError({"unique_cost_id": ["is another one in the path"]})
        return given

    def draft(
        self, given: dict[str, Any], project: Project | None, cost: Cost | None
    ) -> tuple[PaymentDraft, dict[str, Any]]:
        """What is posted as the domain takes it, and what of it was given."""
        said: dict[str, Any] = {"date": given["date"], "amount": given["amount"]}
        said |= {ours: given[name] for name, ours in TEXTS.items() if name in given}
        if code := given.get("currency_iso_code"):
            said["currency"] = code.upper()
        if name := given.get("vendor_id"):
            said["partner"] = self.find.vendor_or_named(name)
        if name := given.get("account_id"):
            said["account"] = self.account(name)
        unique = given.get("unique_cost_id", "")
        matched = matched_cost(self.business, project, said.get("partner"), unique)
        if unique and cost and matched != cost:
            raise ValidationError({"unique_cost_id": ["is not the cost in the path"]})
        cost = cost or matched
        _check_category(cost, given.get("cost_category_name"))
        if project:
            said["project"] = project
        if unique or "cost_id" in self.kwargs:
            said["cost"] = cost
        defaults: dict[str, Any] = {
            "currency": self.business.currency,
            "project": cost.project if cost else project,
            "cost": cost,
        }
        if "account" not in said:
            defaults["account"] = self.first_account()
        draft = PaymentDraft(business=self.business, **(defaults | said))
        return draft, said

    def account(self, name: str) -> Account:
        """The account with this id or code, or 422."""
        accounts = Account.objects.for_business(self.business)
        pk = public_ids.decode("account", name)
        found = accounts.filter(pk=pk).first() if pk is not None else None
        found = found or accounts.filter(code=name).first()
        if found is None:
            raise ValidationError({"account_id": [errors.INVALID]})
        return found

    def first_account(self) -> Account:
        """The business's first payment account by code, or 422 with the remedy."""
        accounts = Account.objects.for_business(self.business)
        first = accounts.filter(payment_account=True).order_by("code", "id").first()
        if first is None:
            raise ValidationError({"base": [_NO_ACCOUNT]})
        return first

    def created(self, payment: Payment) -> Response:
        """A new payment as the page shows it."""
        shown = documents.payment(self.business, payment.pk) or {}
        shown["number"] = shown["invoice_number"]
        body = {name: shown[name] for name in map(str, CreatedOut().fields)}
        return Response(body, status=201)


class PaymentsView(RecordingView):
    """All payments to vendors."""

    further = {"POST": (404,)}

    @extend_schema(parameters=[ClosedQuery], responses=PaymentOut(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every standing payment to a vendor, by date."""
        asked = self.asked(ClosedQuery)
        return streamed(documents.payments(self.business, asked, self.today))

    @extend_schema(
        parameters=[CostQuery], request=PaymentIn, responses={201: CreatedOut}
    )
    def post(self, request: Request) -> Response:
        """Money paid, for no investment unless `unique_cost_id` says which."""
        return self.record()


class PaymentView(FinarioView):
    """One payment."""

    @extend_schema(responses=PaymentOut)
    def get(self, request: Request, payment_id: str) -> Response:
        """One payment, by id or reference."""
        found = self.find.payment(self.kwargs["payment_id"])
        if found is None:
            raise errors.missing("Payment")
        return Response(documents.payment(self.business, found.pk))


class PlacedPaymentsView(RecordingView):
    """The payments for an investment, or for one cost of it."""

    @extend_schema(
        parameters=[CostQuery], request=PaymentIn, responses={201: CreatedOut}
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Money paid for this investment, and this cost of it."""
        return self.record()


class PlacedPaymentView(RecordingView):
    """One of them, by id or reference."""

    @extend_schema(parameters=[CostQuery], request=PaymentPut, responses={204: None})
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Bring a payment to what the body says, or record it with this reference.

        Of a recorded one, amount, date, description and account can be corrected.
        """
        name = self.kwargs["payment_id"]
        plain = new_name(name, _LONGEST_REFERENCE, "reference")
        project, _ = self.place()
        given = self.posted(PaymentPut)
        if self.find.payment(name) is None:
            if given.get("reference") not in (None, "", plain):
                raise ValidationError({"reference": ["is not the one in the path"]})
            given["reference"] = plain
        draft, said = self.draft(given, project, None)
        pay_once(draft, said, lambda: self.find.payment(name), by=self.actor)
        return Response(status=204)


def _check_category(cost: Cost | None, name: str | None) -> None:
    """422 where the category named is not that of the cost, or there is no cost."""
    if not name:
        return
    category = cost.category if cost else None
    if category is None or category.name != name:
        message = "is not the category of the cost"
        raise ValidationError({"cost_category_name": [message]})
