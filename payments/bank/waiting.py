"""Files that somebody looks at before they are read; one per person and business."""

from __future__ import annotations

import datetime
import hashlib

from django.utils import timezone

from invoices.models import Account
from partners.access import Actor, Capability
from payments.bank.files.kinds import kind_of
from payments.exceptions import BadStatement
from payments.models import WaitingFile

_KEPT = datetime.timedelta(days=1)


def hold(account: Account, content: bytes, name: str, *, by: Actor) -> WaitingFile:
    """Keep a file for the person until they have looked at it, in place of the last.

    Files that nobody came back for are let go after a day. Raises NotAllowed,
    BadStatement for what is no bank's file.
    """
    by.require(Capability.PAY, account.business_id)
    assert by.user_id is not None, "A file waits for a person."  # noqa: S101
    kind_of(content, name)
    old = WaitingFile.objects.for_business(account.business_id)
    old.filter(created_at__lt=timezone.now() - _KEPT).delete()
    old.filter(user_id=by.user_id).delete()
    return WaitingFile.objects.create(
        business_id=account.business_id,
        user_id=by.user_id,
        account=account,
        name=name[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def held(by: Actor, sha256: str = "") -> WaitingFile | None:
    """The person's file in their business.

    With the hash of the one that was looked at, raises BadStatement where another one
    has taken its place meanwhile.
    """
    files = WaitingFile.objects.for_business(by.business_id)
    own = files.filter(user_id=by.user_id or 0).select_related("account__business")
    found = own.first()
    if found is not None and sha256 and found.sha256 != sha256:
        raise BadStatement(
            f"Another file was chosen meanwhile, {found}: look at it first.",
            field="file",
        )
    return found
