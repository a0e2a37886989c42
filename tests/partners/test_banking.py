"""IBANs and BICs are taken as banks print them, and refused where they cannot be."""

from __future__ import annotations

import pytest

from partners.banking import clean_bic, clean_iban
from partners.exceptions import Invalid


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("FR14\u00a02004\u202f1010\t0505 0001 3M02 606", "FR1420041010050500013M02606"),
        ("NO93 8601 1117 947", "NO9386011117947"),
    ],
)
def test_an_iban_is_kept_without_spaces(printed: str, kept: str) -> None:
    assert clean_iban(printed) == kept


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("DE89 3704 0044 0532 0130 01", "check digits"),
        ("DE98 3704 0044 0532 0130 00", "check digits"),
        ("8937 0400 4405 3201 3000", "two letters"),
        ("DE89-3704-0044", "two letters"),
        ("DE89 3704 ٠٠٤٤ 0532 0130 00", "two letters"),
        ("X" * 5000, "two letters"),
    ],
)
def test_what_is_no_iban_is_refused_at_its_field(printed: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        clean_iban(printed)
    assert caught.value.field == "iban"


@pytest.mark.parametrize(
    ("printed", "kept"),
    [("", ""), ("cobadeff xxx", "COBADEFFXXX"), ("DEUTDEFF", "DEUTDEFF")],
)
def test_a_bic_is_kept_without_spaces(printed: str, kept: str) -> None:
    assert clean_bic(printed) == kept


@pytest.mark.parametrize("printed", ["DEUTDEF", "DEUTDEFF5", "DEUT-DEFF", "1EUTDEFF"])
def test_what_is_no_bic_is_refused_at_its_field(printed: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean_bic(printed)
    assert caught.value.field == "bic"
