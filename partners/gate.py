"""Who counts as signed in: the one place that asks for the second factor.

A session holds whether the second factor was given, and of which factor. Whoever has one
and did not give it, or lacks one that a business demands, is a stranger to every view,
in the admin, on the pages and anywhere else: `request.user` is anonymous, and each door
leads to the sign-in page, which knows better (`standing_before`) and asks for the code.
API keys do not pass here.

Rule: somebody whom one business asks for a second factor needs it for all they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from partners import sign_ins
from partners.models import Business, Membership, User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

_GIVEN = "second_factor"
BACKEND = "partners.gate.People"


class People(ModelBackend):
    """Finds people by address and password, and by the key that a session holds."""

    def get_user(self, user_id: int) -> User | None:
        """The person, if active, with what the gate asks; one query."""
        demanding = Business.objects.filter(demands_totp=True)
        member = Membership.objects.filter(
            user=OuterRef("pk"), active=True, business__demands_totp=True
        )
        rows = User.objects.annotate(
            factor_id=F("second_factor__id"),
            must_have_factor=Exists(member)
            | (Q(is_superuser=True) & Exists(demanding)),
        )
        found = rows.filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None


def has_passed(user: Any, session: SessionBase) -> bool:
    """Whether a person whom `People` found has given all that is asked of them."""
    if user.factor_id is not None:
        return bool(session.get(_GIVEN) == user.factor_id)
    return not user.must_have_factor


def note_second_factor(session: SessionBase, factor_id: int) -> None:
    """The person of this session has just given a code of this factor."""
    session[_GIVEN] = factor_id


def standing_before(request: HttpRequest) -> Any:
    """Whose session it is, whether or not they have passed; None for nobody.

    Only for the pages at which people pass.
    """
    real = getattr(request, "before_gate", request.user)
    return real if real.is_authenticated else None


class GateMiddleware:
    """Lets nobody be somebody before they have passed; costs no query of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as to the person, or as to a stranger."""
        real: Any = request.user

        def seen() -> Any:
            if not real.is_authenticated or has_passed(real, request.session):
                return real
            return AnonymousUser()

        async def seen_later() -> Any:
            raise NotImplementedError("The doors of this house are synchronous.")

        request.before_gate = real  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(seen)  # type: ignore[assignment]
        request.auser = seen_later
        response = self.get_response(request)
        sign_ins.refresh(request)
        return response
