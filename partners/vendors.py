"""Vendors under all the names that other systems know them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from partners import history, master, public_ids
from partners.access import Actor
from partners.constraints import broken_constraint
from partners.exceptions import Invalid
from partners.master import CodeTaken
from partners.models import Business, Partner, PartnerAlias


def vendor_known_as(business: Business, name: str) -> Partner | None:
    """The vendor with this public id, else this code, else this alias. One query."""
    if "\0" in name:
        return None
    pk = public_ids.decode("partner", name)
    aliases = PartnerAlias.objects.for_business(business).filter(value=name)
    known = Q(code=name) | Q(pk__in=aliases.values("partner_id"))
    if pk is not None:
        known |= Q(pk=pk)
    found = list(_vendors(business).filter(known)) if name else []

    def nearness(vendor: Partner) -> tuple[bool, bool]:
        return vendor.pk != pk, vendor.code != name

    return min(found, key=nearness, default=None)


def named_vendors(business: Business, name: str) -> list[Partner]:
    """The first two vendors of this very name."""
    if not name or "\0" in name:
        return []
    return list(_vendors(business).filter(name=name).order_by("id")[:2])


def _vendors(business: Business) -> QuerySet[Partner]:
    return Partner.objects.for_business(business).filter(is_vendor=True).order_by()


def save_vendor_known_as(
    business: Business,
    name: str,
    values: Mapping[str, object],
    aliases: Sequence[str] | None = None,
    *,
    by: Actor,
) -> Partner:
    """Save the vendor who is known by this name, or a new one with it as the code.

    Writes nothing where nothing is new. Of two who make one at the same time the
    second changes the first one's. Raises what `save_vendor` raises, and Invalid where
    a new vendor is to have another code than this name.
    """
    known = vendor_known_as(business, name)
    if known is None:
        if values.get("code", name) != name:
            raise Invalid("is not the one in the path", field="vendor_id")
        new = Partner(business=business)
        try:
            return save_vendor(new, {**values, "code": name}, aliases, by=by)
        except CodeTaken:
            known = vendor_known_as(business, name)
            if known is None:
                raise
    if _says_nothing_new(known, values, aliases):
        return known
    return save_vendor(known, values, aliases, by=by)


def _says_nothing_new(
    vendor: Partner, values: Mapping[str, object], aliases: Sequence[str] | None
) -> bool:
    if any(getattr(vendor, column) != value for column, value in values.items()):
        return False
    known = PartnerAlias.objects.for_business(vendor.business_id).filter(partner=vendor)
    wanted = set(aliases or ()) - {vendor.code}
    return aliases is None or wanted == set(known.values_list("value", flat=True))


def save_vendor(
    vendor: Partner,
    values: Mapping[str, object],
    aliases: Sequence[str] | None = None,
    *,
    by: Actor,
) -> Partner:
    """Save a vendor with the other names that are his; without `aliases` they stay.

    A vendor without a code gets one made of the name. One transaction. Raises what
    `master.save` raises, and CodeTaken (`external_ids`) for an alias of another's.
    """
    with transaction.atomic():
        named = {"is_vendor": True, **values}
        # Who has neither gets a code of the name.
        if not named.get("code", vendor.code):
            named["code"] = slugify(str(named.get("name", "")), allow_unicode=True)[:60]
        master.save(vendor, named, by=by)
        if aliases is not None:
            _replace_aliases(vendor, aliases, by)
    return vendor


def _replace_aliases(vendor: Partner, aliases: Sequence[str], by: Actor) -> None:
    wanted = [one for one in dict.fromkeys(aliases) if one != vendor.code]
    if not all(0 < len(one) <= 120 for one in wanted):
        raise Invalid("An external id has 1 to 120 characters.", field="external_ids")
    partners = Partner.objects.for_business(vendor.business_id)
    if wanted and partners.filter(code__in=wanted).exclude(pk=vendor.pk).exists():
        raise _alias_taken()
    aliases_of = PartnerAlias.objects.for_business(vendor.business_id)
    known = list(aliases_of.filter(partner=vendor))
    gone = [alias for alias in known if alias.value not in wanted]
    if gone:
        history.write_deleted(*gone, by=by)
        aliases_of.filter(pk__in=[alias.pk for alias in gone]).delete()
    old = {alias.value for alias in known}
    new = [one for one in wanted if one not in old]
    try:
        with transaction.atomic():
            made = PartnerAlias.objects.bulk_create(
                PartnerAlias(business=vendor.business, partner=vendor, value=one)
                for one in new
            )
            history.write_made(made, by=by)
    except IntegrityError as error:
        if "partners_alias_code_taken" not in broken_constraint(error):
            raise
        raise _alias_taken() from error


def _alias_taken() -> CodeTaken:
    return CodeTaken("Another vendor is known by this.", field="external_ids")
