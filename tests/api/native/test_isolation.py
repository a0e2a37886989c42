"""Who may do what where: every URL, every method, every kind of caller.

The URLs come from the URL conf, so a new one without a case fails here. A refused
cell must answer with exactly the status that is due, must not hold a word of the
other business's rows, and nothing may have changed.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from partners.models import ApiKey, Business, Membership
from tests.api.native.door import Door, read, refusal, unchanged, wrong
from tests.api.native.routes import METHODS, SLIPS, Rows, Url, urls
from tests.factories import BusinessFactory, MembershipFactory, a_key

PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
NOT_FOUND = refusal(404, "not_found", "There is nothing here with this id.")
READING = ("GET", "HEAD", "OPTIONS")


@dataclass
class Cast:
    """Our business and theirs, alike in everything but the mark in every text."""

    ours: Rows
    theirs: Rows
    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, door: Door, url: Url, method: str, path: str, status: int) -> None:
        """Send one request with our valid body; note what is wrong with its answer."""
        response = door.send(method, path, self.ours.body(url, method))
        self.cells += 1
        where = f"{method} {url.template}"
        if response.status_code != status:
            self.wrong.append(f"{where}: {response.status_code}, not {status}")
        secret = self.theirs if door.business == self.ours.business else self.ours
        if secret.mark.encode() in response.content:
            self.wrong.append(f"{where}: tells {response.content!r}")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The two businesses; at the end nothing must have been wrong."""
    cast = Cast(
        Rows.of(BusinessFactory(name="alpha"), "alpha"),
        Rows.of(BusinessFactory(name="omega"), "omega"),
    )
    yield cast
    print(f"{cast.cells} cells, {len(cast.wrong)} wrong")  # noqa: T201 - for -s
    assert cast.wrong == []


def stranger_key(business: Business) -> str:
    return a_key(BusinessFactory())


def no_key(business: Business) -> None:
    return None


def unknown_key(business: Business) -> str:
    return "cf_" + "x" * 43


def expired_key(business: Business) -> str:
    member = MembershipFactory(business=business)
    return ApiKey.create(business, member.user, expires_at=PAST)[1]


def revoked_key(business: Business) -> str:
    member = MembershipFactory(business=business)
    key, text = ApiKey.create(business, member.user)
    key.revoke(PAST)
    return text


def key_of_a_deactivated_person(business: Business) -> str:
    member = MembershipFactory(business=business)
    text = ApiKey.create(business, member.user)[1]
    member.user.is_active = False
    member.user.save()
    return text


def key_of_a_former_member(business: Business) -> str:
    member = MembershipFactory(business=business)
    text = ApiKey.create(business, member.user)[1]
    Membership.objects.filter(pk=member.pk).update(active=False)
    return text


def viewers_key(business: Business) -> str:
    return a_key(business, role="viewer")


def key_to_view_only(business: Business) -> str:
    return a_key(business, scopes=["view"])


def key_to_pay_only(business: Business) -> str:
    return a_key(business, scopes=["pay"])


SHUT_OUT = [
    no_key,
    unknown_key,
    expired_key,
    revoked_key,
    key_of_a_deactivated_person,
    key_of_a_former_member,
]


def test_every_url_has_a_case(cast: Cast) -> None:
    found = urls()
    assert len(found) >= 99
    for url in found:
        ids = cast.ours.ids(url)
        for method in url.actions:
            body = cast.ours.body(url, method)
            assert body is None or isinstance(body, bytes) or json.dumps(body)
        assert "<" not in url.filled(ids)


def test_the_owner_can_do_everything_that_is_offered(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    for url in urls():
        path = url.filled(cast.ours.ids(url))
        for method in METHODS:
            with transaction.atomic():
                cast.check(door, url, method, path, done(url, method))
                transaction.set_rollback(True)


def done(url: Url, method: str) -> int:
    """The status of success, or 405 where the method is not offered."""
    if "rest" in url.parameters:
        return 404
    if method in READING:
        return reading(url, method)
    action = url.actions.get(method)
    if action is None:
        return 405
    if url.words[1:] == ["credit_notes", "issue"]:
        return 409  # only issued notes come to be
    if action in ("send", "remind", "test", "resend") or url.words[1:] == ["send_runs"]:
        return 202  # a job does it
    created = action == "credit" or (action == "create" and url.words[1:] not in SLIPS)
    deleted = action in ("destroy", "revoke_link")
    return 204 if deleted else 201 if created else 200


def reading(url: Url, method: str) -> int:
    """The status of GET, HEAD and OPTIONS for someone who may look."""
    if method == "OPTIONS":
        return 204
    return 200 if "GET" in url.actions else 405


@pytest.mark.parametrize("key", SHUT_OUT)
def test_who_has_no_good_key_learns_and_changes_nothing(cast: Cast, key: Any) -> None:
    door = Door(cast.theirs.business, key(cast.ours.business))
    with unchanged():
        for url in urls():
            status = 404 if "rest" in url.parameters else 401
            path = url.filled(cast.ours.ids(url))
            for method in METHODS:
                cast.check(door, url, method, path, status)


def test_another_business_is_nowhere_to_be_found(cast: Cast) -> None:
    door = Door(cast.theirs.business, a_key(cast.theirs.business))
    with unchanged():
        for url in urls():
            path = url.filled(cast.ours.ids(url))
            for method in METHODS:
                status = 404
                if "business_id" not in url.parameters and "rest" not in url.parameters:
                    status = done(url, method)
                cast.check(door, url, method, path, status)


@pytest.mark.parametrize("key", [viewers_key, key_to_view_only])
def test_who_may_only_look_changes_nothing(cast: Cast, key: Any) -> None:
    door = Door(cast.ours.business, key(cast.ours.business))
    with unchanged():
        for url in urls():
            path = url.filled(cast.ours.ids(url))
            for method in METHODS:
                status = done(url, method)
                if "webhooks" in url.words:
                    status = 403  # where the books are told about is no view of them
                elif status < 300 or status == 409:
                    secret = url.words[-1] == "link" and method != "OPTIONS"
                    status = status if method in READING and not secret else 403
                cast.check(door, url, method, path, status)


def test_a_key_that_may_not_look_sees_nothing(cast: Cast) -> None:
    door = Door(cast.theirs.business, key_to_pay_only(cast.ours.business))
    with unchanged():
        for url in urls():
            status = 404 if "rest" in url.parameters else 403
            path = url.filled(cast.ours.ids(url))
            for method in METHODS:
                cast.check(door, url, method, path, status)


def test_their_ids_inside_our_paths_are_not_found(cast: Cast) -> None:
    """Every one of the ids in a path in turn, all others being ours."""
    door = Door(cast.ours.business, a_key(cast.ours.business))
    with unchanged():
        for url in urls():
            ours, theirs = cast.ours.ids(url), cast.theirs.ids(url)
            for name in ours.keys() - {"country_code", "rest"}:
                path = url.filled(ours | {name: theirs[name]})
                for method in url.actions:
                    cast.check(door, url, method, path, 404)


def test_our_ids_inside_their_paths_are_not_found(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    with unchanged():
        for url in urls():
            if "business_id" not in url.parameters:
                continue
            known = {"business_id": cast.theirs.business.public_id}
            path = url.filled(cast.ours.ids(url) | known)
            for method in METHODS:
                cast.check(door, url, method, path, 404)


def test_their_ids_in_the_body_of_an_update_are_not_found(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    rows: dict[str, Any] = {
        "invoices": cast.theirs.draft,
        "inc_payments": cast.theirs.payment,
        "invoicepayments": cast.theirs.payment,
        "partners": cast.theirs.loner,
        "products": cast.theirs.spare,
        "accounts": cast.theirs.till,
        "bills": cast.theirs.waiting,
        "exp_payments": cast.theirs.paid_out,
        "billpayments": cast.theirs.paid_out,
        "projects": cast.theirs.closed,
        "costs": cast.theirs.spare_cost,
        "cost_categories": cast.theirs.category,
        "mail_templates": cast.theirs.sending.template,
        "reminder_rules": cast.theirs.sending.rule,
        "webhooks": cast.theirs.sending.endpoint,
        "recurring": cast.theirs.sending.recurring,
    }
    with unchanged():
        for name, row in rows.items():
            body = cast.ours.bodies()[name] | {"id": row.public_id}
            for method in ("PUT", "POST"):
                for slash in ("", "/"):
                    answer = door.send(method, f"{name}{slash}", body)
                    cast.cells += 1
                    assert read(answer, 404) == NOT_FOUND


def nested(body: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """The body with another value at `details.0.product`."""
    first, _, rest = place.partition(".")
    if not rest:
        return body | {first: value}
    inner = [nested(body[first][0], rest.removeprefix("0."), value)]
    return body | {first: inner}


@pytest.mark.parametrize(
    ("name", "path", "place", "row"),
    [
        ("invoices", "invoices/", "customer", "customer"),
        ("invoices", "invoices/", "details.0.product", "product"),
        ("invoices", "invoices/", "details.0.tax", "tax"),
        ("products", "products/", "default_revenue_account", "bank"),
        ("products", "products/", "default_expense_account", "bank"),
        ("products", "products/", "default_selling_tax", "tax"),
        ("products", "products/", "default_buying_tax", "tax"),
        ("inc_payments", "invoices/{issued}/inc_payments/", "payment_account", "bank"),
        (
            "invoicepayments",
            "invoices/{issued}/invoicepayments/",
            "payment_account",
            "bank",
        ),
        ("invoices", "invoices/", "project", "project"),
        ("bills", "bills/", "vendor", "vendor"),
        ("bills", "bills/", "project", "project"),
        ("bills", "bills/", "cost_shares.0.cost", "cost"),
        ("bills", "bills/", "details.0.product", "product"),
        ("billpayments", "bills/{bill}/billpayments/", "payment_account", "bank"),
        ("exp_payments", "bills/{bill}/exp_payments/", "payment_account", "bank"),
        ("costs", "costs/", "project", "project"),
        ("costs", "costs/", "vendor", "vendor"),
        ("costs", "costs/", "category", "category"),
        ("costs", "costs/", "account", "bank"),
        ("cost_categories", "cost_categories/", "parent", "category"),
        ("recurring", "recurring/", "customer", "customer"),
        ("recurring", "recurring/", "details.0.product", "product"),
        ("recurring", "recurring/", "details.0.tax", "tax"),
    ],
)
def test_their_rows_in_a_body_are_like_rows_that_never_were(
    cast: Cast, name: str, path: str, place: str, row: str
) -> None:
    ours = cast.ours
    door = Door(ours.business, a_key(ours.business))
    path = path.format(issued=ours.issued.public_id, bill=ours.bill.public_id)
    targets: dict[str, Any] = {
        "invoices": ours.draft,
        "products": ours.spare,
        "inc_payments": ours.payment,
        "invoicepayments": ours.payment,
        "bills": ours.waiting,
        "billpayments": ours.paid_out,
        "exp_payments": ours.paid_out,
        "costs": ours.spare_cost,
        "cost_categories": ours.category,
        "recurring": ours.sending.recurring,
    }
    update = f"{name}/{targets[name].public_id}/"
    expected = wrong(place, "There is no such row.")
    with unchanged():
        for public_id in (getattr(cast.theirs, row).public_id, "dd921fea0"):
            body = nested(ours.bodies()[name], place, {"id": public_id})
            for answer in (door.post(path, body), door.put(update, body)):
                cast.cells += 1
                assert read(answer, 400) == expected


def test_their_partner_as_a_filter_finds_nothing(cast: Cast) -> None:
    door = Door(cast.ours.business, a_key(cast.ours.business))
    for word in (f"partner={cast.theirs.customer.public_id}", "q=omega"):
        assert read(door.get(f"invoices?{word}")) == []
    for word in ("invoice_no=omega-1", "reference=omega-r"):
        assert read(door.get(f"invoices?{word}")) == []
    for word in (
        f"partner={cast.theirs.vendor.public_id}",
        f"project={cast.theirs.project.public_id}",
        "q=omega",
        "bill_no=omega-B",
        "reference=omega-b",
    ):
        assert read(door.get(f"bills?{word}")) == []
    assert read(door.get("deliveries", invoice=cast.theirs.issued.public_id)) == []
    for word in (f"project={cast.theirs.project.public_id}", "unique_cost_id=omega"):
        assert read(door.get(f"costs?{word}")) == []
