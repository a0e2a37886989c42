"""Projects by their code: found, or made when a document first names them."""

from __future__ import annotations

from invoices.models.project import Project
from partners import master
from partners.access import Actor, Capability
from partners.exceptions import NotAllowed
from partners.models import Business


def project_with_code(business: Business, code: str, *, by: Actor) -> Project:
    """The project with this code; if there is none, a new one that is named like it.

    Of two who would make it at the same time the second gets the first one's. Raises
    NotAllowed where it would be made by somebody who may not keep master data, and
    Django's ValidationError for a code that is too long.
    """
    by.require(Capability.DRAFT, business.pk)
    projects = Project.objects.for_business(business)
    found = projects.filter(code=code).first()
    if found is not None:
        return found
    if not by.may(Capability.MASTER):
        raise NotAllowed(
            f"There is no project “{code}”, and to make one needs the capability "
            f"“{Capability.MASTER}”.",
            field="project",
        )
    try:
        return master.save(Project(business=business), _new(code), by=by)
    except master.CodeTaken:
        return projects.get(code=code)


def _new(code: str) -> dict[str, object]:
    return {"code": code, "name": code}
