"""`create_api_key` prints what each dialect's client sends, and it works as printed."""

from __future__ import annotations

import io
import re
import subprocess
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from partners.models import Business, Membership
from partners.models.api_key import DIALECTS
from tests.books import contents
from tests.factories import MembershipFactory


@pytest.fixture
def member(business: Business) -> Membership:
    found: Membership = MembershipFactory(business=business, role="owner")
    return found


def made(member: Membership, stdin: str = "", **options: Any) -> str:
    """What the command prints for a key of this member."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(stdin))
        call_command(
            "create_api_key",
            business=member.business.slug,
            user=member.user.email,
            stdout=out,
            **options,
        )
    return out.getvalue()


def header(printed: str, dialect: str) -> dict[str, str]:
    """The header on a dialect's line."""
    found = re.search(rf"^  {dialect} +(\S+): (.*)$", printed, re.MULTILINE)
    assert found, printed
    return {found[1]: found[2]}


def answers(printed: str, business: Business) -> dict[str, int]:
    """The status of a list of invoices in each dialect."""
    slug = re.search(r"\?organization_id=(\S+)", printed)
    guid = re.search(r"OrganizationGuid: (\S+)", printed)
    root = re.search(r"under (/businesses/\w+/)", printed)
    assert slug and guid and root
    paths = {
        "native": f"{root[1]}invoices/",
        "cannlytics": f"/api/invoices?organization_id={slug[1]}",
        "finario": "/api/invoices",
        "nutcache": "/webapi/invoices",
    }
    found = {}
    for dialect, path in paths.items():
        headers = header(printed, dialect) | {"OrganizationGuid": guid[1]}
        found[dialect] = Client().get(path, headers=headers).status_code
    return found


def test_every_printed_credential_opens_its_dialect(member: Membership) -> None:
    printed = made(member, "password\n", password_stdin=True)
    assert answers(printed, member.business) == dict.fromkeys(DIALECTS, 200)
    assert printed.splitlines()[-1].startswith("cf_")


def test_without_the_password_a_command_prints_nutcaches(member: Membership) -> None:
    printed = made(member)
    command = re.search(r"printf .*$", printed, re.MULTILINE)
    assert command
    text = command[0].replace("PASSWORD", "password")
    done = subprocess.run(
        ["sh", "-c", text], capture_output=True, text=True, check=True
    )
    headers = {
        "Authorization": f"nut-basic {done.stdout.strip()}",
        "OrganizationGuid": str(member.business.guid),
    }
    assert Client().get("/webapi/invoices", headers=headers).status_code == 200


def test_a_key_for_some_dialects_is_printed_for_these_only(member: Membership) -> None:
    printed = made(member, dialects="finario, native")
    lines = re.findall(r"^  (\w+) +\S+: ", printed, re.MULTILINE)
    assert lines == ["finario", "native"]


@pytest.mark.parametrize(
    ("options", "stdin", "message"),
    [
        ({"dialects": "esperanto"}, "", "Unknown dialect esperanto"),
        ({"dialects": ""}, "", "--dialects is empty: leave it out"),
        ({"scopes": " , "}, "", "--scopes is empty: leave it out"),
        ({"password_stdin": True}, "wrong\n", "this is not .* password"),
    ],
)
def test_nonsense_makes_no_key(
    member: Membership, options: dict[str, Any], stdin: str, message: str
) -> None:
    before = contents()
    with pytest.raises(CommandError, match=message):
        made(member, stdin, **options)
    assert contents() == before
