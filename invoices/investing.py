"""Planning purchases: projects with their owners, costs, and categories in each other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from moneyed import CURRENCIES

from invoices import money
from invoices.exceptions import BadDates
from invoices.models import Cost, CostCategory, Project
from partners import master
from partners.access import Actor
from partners.exceptions import Invalid
from partners.models import Business, Membership, User


def member_known_as(
    business: Business, *, name: str = "", email: str = ""
) -> User | None:
    """The active member with this e-mail address, or else the only one of this name."""
    memberships = Membership.objects.for_business(business).filter(active=True)
    members = User.objects.filter(
        pk__in=memberships.values("user_id"), is_active=True
    ).order_by("pk")
    if email:
        return members.filter(email=email.strip().lower()).first()
    found = list(members.filter(name=name)[:2]) if name else []
    return found[0] if len(found) == 1 else None


def save_project(project: Project, values: Mapping[str, Any], *, by: Actor) -> Project:
    """Save a project; one without a code gets a free one made of its name.

    Raises BadDates, and what `master.save` raises.
    """
    named = dict(values)
    if not named.get("code", project.code):
        named["code"] = _free_code(project.business, str(named.get("name", "")))
    starts = named.get("starts_on", project.starts_on)
    ends = named.get("in_service_on", project.in_service_on)
    if starts and ends and ends < starts:
        message = "cannot be before project start date"
        raise BadDates(message, field="in_service_on")
    return master.save(project, named, by=by)


def _free_code(business: Business, name: str) -> str:
    stem = slugify(name, allow_unicode=True)[:100] or "project"
    projects = Project.objects.for_business(business).filter(code__startswith=stem)
    taken = set(projects.values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


def save_cost(cost: Cost, values: Mapping[str, object], *, by: Actor) -> Cost:
    """Save a cost; Invalid for a unique cost id that another cost has.

    Invalid also where quantity x unit price + freight reaches `money.MAX_AMOUNT`.

    A cost stays in its project, because purchases of the project share in it. Raises
    also what `master.save` raises.
    """
    if cost.pk and values.get("project_id", cost.project_id) != cost.project_id:
        raise Invalid("A cost stays in its project.", field="project")
    currency = str(values.get("currency", cost.currency))
    if currency not in CURRENCIES:
        message = f"{currency} is no ISO 4217 currency code."
        raise Invalid(message, field="currency")
    _must_be_bookable(cost, values)
    unique = values.get("unique_cost_id", cost.unique_cost_id)
    others = Cost.objects.for_business(cost.business_id).exclude(pk=cost.pk)
    if unique and others.filter(unique_cost_id=unique).exists():
        raise Invalid("has already been taken", field="unique_cost_id")
    return master.save(cost, values, by=by)


def _must_be_bookable(cost: Cost, values: Mapping[str, object]) -> None:
    quantity, unit_price, freight = (
        Decimal(str(values.get(name, getattr(cost, name))))
        for name in ("quantity", "unit_price", "freight")
    )
    parts = {"freight": freight, "unit_price": money.multiply(quantity, unit_price)}
    parts["unit_price"] = money.add(parts["unit_price"], freight)
    for field, amount in parts.items():
        if abs(amount) >= money.MAX_AMOUNT:
            message = f"makes the cost too large: it stays below {money.MAX_AMOUNT}"
            raise Invalid(message, field=field)


def save_category(
    category: CostCategory,
    values: Mapping[str, object],
    parent_name: str | None = None,
    *,
    by: Actor,
) -> CostCategory:
    """Save a category inside the one of that name, which is made if need be.

    One transaction; with an empty name it lies in none, with None where it was.
    Raises Invalid for a category inside itself or a name taken beside it, and what `master.save` raises.
    """
    with transaction.atomic():
        # Names are not unique in the database: who saves one queues at the business,
        # with a lock stronger than foreign keys take, and no stronger.
        queue = Business.objects.select_for_update(no_key=True).only("id")
        queue.get(pk=category.business_id)
        inside = dict(values)
        if parent_name is not None:
            inside["parent"] = _parent(category, parent_name, by)
        parent_id: Any = inside.get("parent_id")
        must_not_lie_in_itself(category, parent_id)
        _must_have_a_new_name(category, inside)
        return master.save(category, inside, by=by)


def _must_have_a_new_name(category: CostCategory, values: Mapping[str, Any]) -> None:
    parent = values.get("parent")
    above = parent.pk if parent else values.get("parent_id", category.parent_id)
    if "parent" in values and parent is None:
        above = None
    name = values.get("name", category.name)
    if category.pk and (name, above) == (category.name, category.parent_id):
        return  # older rows may share a name
    categories = CostCategory.objects.for_business(category.business_id)
    beside = categories.filter(parent=above).exclude(pk=category.pk)
    if beside.filter(name=name).exists():
        raise Invalid("has already been taken", field="name")


def _parent(category: CostCategory, name: str, by: Actor) -> CostCategory | None:
    if not name:
        return None
    categories = CostCategory.objects.for_business(category.business_id)
    parent = categories.filter(name=name).order_by("pk").first()
    if parent is None:
        parent = CostCategory(business=category.business)
        return master.save(parent, {"name": name}, by=by)
    must_not_lie_in_itself(category, parent.pk)
    return parent


def must_not_lie_in_itself(category: CostCategory, above: int | None) -> None:
    """Raise Invalid where the category is above its new parent; a query for each."""
    categories = CostCategory.objects.for_business(category.business_id)
    while above is not None:
        if above == category.pk:
            raise Invalid("cannot lie inside itself", field="parent")
        found = categories.filter(pk=above).values_list("parent_id", flat=True)
        above = found.first()
