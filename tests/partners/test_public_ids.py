"""Short opaque ids, alike in Python and in SQL."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from partners.models import Partner
from partners.public_ids import decode, encode, encode_sql
from tests.factories import PartnerFactory, a_draft

KINDS = st.sampled_from(["business", "partner", "invoice", "payment", "product", "tax"])
# Sixteen digits would be more than PostgreSQL's bigint; no sequence comes so far.
PKS = st.integers(0, (2**28 - 1) * 2**32 - 1) | st.integers(0, 2**33)


@given(kind=KINDS, pk=PKS)
@example("invoice", 2**32 - 1)
@example("invoice", 2**32)
def test_an_id_leads_back_to_its_row(kind, pk):
    public_id = encode(kind, pk)
    assert decode(kind, public_id) == pk
    assert re.fullmatch(r"[1-9a-f][0-9a-f]{8,14}", public_id)


@given(kind=KINDS, pk=PKS, other=PKS)
def test_no_two_rows_share_an_id(kind, pk, other):
    assert (encode(kind, pk) == encode(kind, other)) == (pk == other)


@given(text=st.text("0123456789abcdef", max_size=18) | st.text(max_size=20))
@example("000000001")
@example("1" * 9)
@example("DD921FEA0")
@example("٣" * 9)
@example("-11111111")
def test_any_other_text_is_no_id(text):
    pk = decode("invoice", text)
    assert pk is None or (encode("invoice", pk) == text and pk >= 0)


def test_an_id_of_one_kind_is_another_row_of_another():
    assert decode("partner", encode("invoice", 7)) != 7


@pytest.mark.django_db
@given(kind=KINDS, pks=st.lists(PKS, min_size=1, max_size=20))
@example("invoice", [2**32 - 1, 2**32, 2**59])
def test_sql_and_python_agree(kind, pks):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {encode_sql(kind, 'pk')} FROM unnest(%s::bigint[]) "  # noqa: S608
            "WITH ORDINALITY AS given (pk, place) ORDER BY place",
            [pks],
        )
        assert [text for (text,) in cursor] == [encode(kind, pk) for pk in pks]


def test_rows_show_the_id_of_their_own_kind(business):
    partner: Partner = PartnerFactory(business=business)
    draft = a_draft(business)
    assert decode("business", business.public_id) == business.pk
    assert decode("partner", partner.public_id) == partner.pk
    assert decode("invoice", draft.public_id) == draft.pk
    assert str(draft) == f"draft {draft.public_id}"
