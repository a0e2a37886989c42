"""Setting how a business's papers look and where they say to pay."""

from __future__ import annotations

from django.db import transaction

from invoices.models import DocumentSettings, Event, Logo
from invoices.models.webhook import new_secret
from partners import history
from partners.access import Actor, Capability
from partners.banking import clean_bic, clean_iban


def set_papers(
    settings: DocumentSettings,
    *,
    by: Actor,
    logo: bytes | None = None,
    without_logo: bool = False,
) -> DocumentSettings:
    """Save a business's settings, `logo` being an uploaded picture for letterheads.

    Documents made final before keep theirs. Raises Invalid, naming the field, for a
    picture, an IBAN or a BIC that is none; NotAllowed.
    """
    from invoices.documents.logos import clean_logo

    by.require(Capability.SETTINGS, settings.business_id)
    settings.iban = clean_iban(settings.iban)
    settings.bic = clean_bic(settings.bic)
    picture = None if logo is None else clean_logo(logo)
    with transaction.atomic():
        if picture is not None:
            settings.logo = Logo.keep(settings.business_id, picture)
        elif without_logo:
            settings.logo = None
        before = history.stored(settings)
        settings.save()
        history.write(settings, before, by=by)
        facts = {"iban": settings.iban, "logo": settings.logo_id}
        Event.record(settings, "papers.set", by=by, **facts)
    return settings


def renew_bounce_secret(settings: DocumentSettings, *, by: Actor) -> str:
    """Make a new secret with which bounces are signed; the old one ends.

    Raises NotAllowed.
    """
    by.require(Capability.SETTINGS, settings.business_id)
    with transaction.atomic():
        before = history.snapshot(settings)
        settings.bounce_secret = new_secret()
        settings.save(update_fields=["bounce_secret"])
        history.write(settings, before, by=by)
        Event.record(settings, "papers.bounce_secret_renewed", by=by)
    return settings.bounce_secret
