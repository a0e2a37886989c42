"""Who acts, and what they may do: roles, capabilities and the actor of every verb."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from partners.exceptions import NotAllowed

if TYPE_CHECKING:
    from partners.models import Business, Membership, User


class Capability(StrEnum):
    """One kind of deed. A key's scopes are these words."""

    VIEW = "view"
    DRAFT = "draft"
    ISSUE = "issue"
    DISPUTE = "dispute"
    CORRECT = "correct"
    APPROVE = "approve"
    PAY = "pay"
    MASTER = "master"
    SETTINGS = "settings"
    MEMBERS = "members"


class Role(StrEnum):
    """A person's part in one business."""

    OWNER = "owner"
    ACCOUNTANT = "accountant"
    CLERK = "clerk"
    APPROVER = "approver"
    VIEWER = "viewer"


_CLERK = frozenset(
    {
        Capability.VIEW,
        Capability.DRAFT,
        Capability.ISSUE,
        Capability.DISPUTE,
        Capability.MASTER,
    }
)
ROLE_CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.VIEWER: frozenset({Capability.VIEW}),
    # Who approves a bill is not who pays it; only an owner may do both.
    Role.APPROVER: frozenset({Capability.VIEW, Capability.APPROVE}),
    Role.CLERK: _CLERK,
    Role.ACCOUNTANT: _CLERK | {Capability.CORRECT, Capability.PAY, Capability.SETTINGS},
    Role.OWNER: frozenset(Capability),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a deed in one business; every verb takes one as `by=`."""

    business_id: int
    user_id: int | None
    name: str
    capabilities: frozenset[Capability]

    @classmethod
    def member(
        cls, membership: Membership, scopes: Iterable[str] | None = None
    ) -> Actor:
        """A person with their role's capabilities, cut down to `scopes` if given."""
        return cls.in_role(
            membership.business_id, membership.user, membership.role, scopes
        )

    @classmethod
    def in_role(
        cls,
        business_id: int,
        user: User,
        role: str,
        scopes: Iterable[str] | None = None,
    ) -> Actor:
        """The same, where the role is known and no Membership is at hand."""
        allowed = ROLE_CAPABILITIES[Role(role)]
        if scopes:
            allowed = allowed & {Capability(word) for word in scopes}
        return cls(business_id, user.pk, user.email, allowed)

    @classmethod
    def operator(cls, business: Business, name: str) -> Actor:
        """A management command, which acts with every capability under its own name."""
        return cls(business.pk, None, name, frozenset(Capability))

    def may(self, capability: Capability) -> bool:
        """Whether this actor has the capability."""
        return capability in self.capabilities

    def require(self, capability: Capability, business_id: int) -> None:
        """Raise NotAllowed unless the actor may do this in that business."""
        if self.business_id != business_id:
            raise NotAllowed("This belongs to another business.")
        if capability not in self.capabilities:
            raise NotAllowed(
                f"This needs the capability “{capability}”, which the role or the "
                "key's scopes of this caller do not include.",
                capability=str(capability),
            )
