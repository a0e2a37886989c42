"""The models of the partners room: businesses, people and who they trade with."""

from partners.models.alias import PartnerAlias
from partners.models.api_key import ApiKey
from partners.models.business import Business
from partners.models.change import Change
from partners.models.invitation import Invitation
from partners.models.membership import Membership
from partners.models.partner import Partner
from partners.models.second_factor import RecoveryCode, SecondFactor
from partners.models.sign_in import Attempts, SignIn
from partners.models.user import User

__all__ = [
    "ApiKey",
    "Attempts",
    "Business",
    "Change",
    "Invitation",
    "Membership",
    "Partner",
    "PartnerAlias",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "User",
]
