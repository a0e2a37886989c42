"""The models of the partners room: businesses, people and who they trade with."""

from partners.models.alias import PartnerAlias
from partners.models.api_key import ApiKey
from partners.models.business import Business
from partners.models.membership import Membership
from partners.models.partner import Partner
from partners.models.user import User

__all__ = ["ApiKey", "Business", "Membership", "Partner", "PartnerAlias", "User"]
