"""What every table must keep to, so that businesses can move to machines of their own.

The rules are read off the models and off the database that the migrations made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.db.models import Model

from partners.constraints import SameBusiness
from partners.models import ApiKey, Business, Membership, User
from tests.books import our_models, tenant_models

# Looked up before anyone knows the business; random, so that no two are alike.
GLOBALLY_UNIQUE = {(ApiKey, "digest")}

# Which businesses somebody works for is asked once, across all of them.
ACROSS_BUSINESSES = {(ApiKey, "user_id"), (Membership, "user_id")}


def catalog(query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


def references() -> Iterator[tuple[type[Model], models.ForeignKey[Any, Any]]]:
    """Every foreign key from a tenant table to a tenant table."""
    tenants = tenant_models()
    for model in tenants:
        for field in model._meta.concrete_fields:
            target = field.remote_field and field.remote_field.model
            if isinstance(field, models.ForeignKey) and target in tenants:
                yield model, field


@pytest.mark.parametrize("model", tenant_models())
def test_every_row_names_its_business(model):
    field = model._meta.get_field("business")
    assert isinstance(field, models.ForeignKey)
    assert (field.remote_field.model, field.null) == (Business, False)
    assert field.column == "business_id"


@pytest.mark.django_db
@pytest.mark.parametrize("model", tenant_models())
def test_the_database_too_wants_the_business(model):
    assert catalog(
        "SELECT attnotnull FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attname = 'business_id'",
        model._meta.db_table,
    ) == [(True,)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", tenant_models())
def test_every_index_begins_with_the_business(model):
    """Words begin with it themselves; keys and people are looked for everywhere."""
    indexes = catalog(
        "SELECT i.indisunique, am.amname, a.attname, c.relname "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_am am ON am.oid = c.relam "
        "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE i.indrelid = %s::regclass AND NOT i.indisprimary",
        model._meta.db_table,
    )
    assert indexes
    for unique, method, first, name in indexes:
        if (model, first) in GLOBALLY_UNIQUE:
            continue
        if not unique and (method == "gin" or (model, first) in ACROSS_BUSINESSES):
            continue
        assert first == "business_id", name


@pytest.mark.parametrize("model", tenant_models())
def test_every_unique_constraint_holds_within_a_business(model):
    assert model._meta.unique_together in ((), [])
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            parts: Any = constraint.fields or constraint.expressions
            first = getattr(parts[0], "name", parts[0])
            assert first == "business", constraint.name
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            assert (model, field.name) in GLOBALLY_UNIQUE


@pytest.mark.parametrize("model", tenant_models())
def test_no_tables_appear_by_themselves_between_tenants(model):
    assert not model._meta.local_many_to_many
    assert not [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.OneToOneField)
    ]


@pytest.mark.parametrize("model", our_models())
def test_primary_keys_are_wide(model):
    assert isinstance(model._meta.pk, models.BigAutoField)


@pytest.mark.django_db
def test_no_table_has_a_trigger_of_its_own():
    tables = [model._meta.db_table for model in our_models()]
    assert not catalog(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
        "AND tgrelid = ANY(%s::regclass[])",
        tables,
    )


@pytest.mark.django_db
def test_nothing_is_deleted_by_the_database_itself():
    """confdeltype is `a`: no action; what goes with what is said in Python."""
    tables = [model._meta.db_table for model in our_models()]
    kinds = catalog(
        "SELECT DISTINCT confdeltype::text, confupdtype::text FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        tables,
    )
    assert kinds == [("a", "a")]


@pytest.mark.parametrize(("model", "field"), list(references()))
def test_every_reference_stays_inside_the_business(model, field):
    covered = [
        constraint.field
        for constraint in model._meta.constraints
        if isinstance(constraint, SameBusiness)
    ]
    assert field.name in covered
    assert not field.db_constraint
    assert not field.db_index


@pytest.mark.parametrize("model", [User, Business, LogEntry])
def test_shared_tables_do_not_refer_to_tenants(model):
    tenants = set(tenant_models())
    targets = {
        field.remote_field.model
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    }
    assert not targets & tenants


def test_nothing_shared_is_written_at_every_sign_in():
    assert "last_login" not in {field.name for field in User._meta.concrete_fields}
