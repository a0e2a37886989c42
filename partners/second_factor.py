"""The second factor: codes from an app (TOTP, RFC 6238), and codes on paper.

The secret is kept encrypted under SECRET_KEY (whose fallbacks still open it), a recovery
code as an HMAC under it. No code works twice: the time step of a code that is taken is
written down in the same statement that checks that none so late was taken before.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from partners import throttling
from partners.exceptions import Conflict, Invalid
from partners.models import Business, RecoveryCode, SecondFactor, User

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
_ISSUER = "Counterfoil"
# Letters and digits that are not taken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Invalid):
    """The code is wrong, out of date, or was used before."""

    code: ClassVar[str] = "wrong_code"


def new_secret() -> str:
    """160 random bits in base 32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_for(user: User, secret: str) -> str:
    """The otpauth:// address that a QR code hands to the app."""
    algorithm = TOTP(_key(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - RFC 6238
    return algorithm.get_provisioning_uri(user.email, _ISSUER)


def set_up(
    user: User, secret: str, code: str, *, now: datetime.datetime
) -> tuple[SecondFactor, list[str]]:
    """Keep the secret after a code has proved that the app has it.

    Returns the factor and the recovery codes, which are shown once. Raises WrongCode,
    TooOften, and Conflict where the person has one already.
    """
    throttling.take(throttling.CODES_OF_PERSON, str(user.pk))
    step = _step_of(secret, code, now, after=0)
    if step is None:
        raise _wrong()
    try:
        with transaction.atomic():
            factor = SecondFactor.objects.create(
                user_id=user.pk, secret=seal(secret), last_counter=step
            )
            codes = _renewed(user)
    except IntegrityError as error:
        said = _("You have a second factor already; remove it first.")
        raise Conflict(said) from error
    throttling.forget(throttling.CODES_OF_PERSON, str(user.pk))
    return factor, codes


def check(user: User, code: str, *, now: datetime.datetime) -> SecondFactor:
    """Take a code from the app or from paper, which then works no more.

    Raises WrongCode, and TooOften where too many were tried. Two processes that are
    given the same code at once: one takes it, the other raises WrongCode.
    """
    throttling.take(throttling.CODES_OF_PERSON, str(user.pk))
    factor = SecondFactor.objects.filter(user_id=user.pk).first()
    if factor is None or not (
        _take_step(factor, code, now) or _take_from_paper(user, code, now)
    ):
        raise _wrong()
    throttling.forget(throttling.CODES_OF_PERSON, str(user.pk))
    return factor


def renew_recovery_codes(user: User, code: str, *, now: datetime.datetime) -> list[str]:
    """New codes on paper instead of all old ones, against a code; shown once.

    Raises as `check` does.
    """
    check(user, code, now=now)
    with transaction.atomic():
        SecondFactor.objects.select_for_update().get(user_id=user.pk)
        return _renewed(user)


def remove(user: User) -> None:
    """Take the second factor and its recovery codes away.

    The door asks for the password and a code before. Raises Conflict where a business
    of the person demands one.
    """
    if names := demanding(user):
        said = _("%(business)s demands a second factor; you cannot do without.")
        raise Conflict(said % {"business": ", ".join(names)})
    forget(user)


def forget(user: User) -> None:
    """The same without asking: for an operator to whom somebody proved who they are."""
    with transaction.atomic():
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        SecondFactor.objects.filter(user_id=user.pk).delete()


def demanding(user: User) -> list[str]:
    """The names of the businesses that demand it of this person."""
    rows = Business.objects.filter(demands_totp=True)
    if not user.is_superuser:
        rows = rows.filter(pk__in=user.business_ids())
    return list(rows.values_list("name", flat=True))


def codes_left(user: User) -> int:
    """How many recovery codes are not used yet."""
    return RecoveryCode.objects.filter(user_id=user.pk, used_at=None).count()


def seal(text: str) -> str:
    """Encrypt what a database backup must not tell."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """The text again; None where it was sealed under a key that is gone."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> list[str]:
    """The key that seals, then those that only open."""
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _box() -> MultiFernet:
    texts = [f"{__name__}:{key}" for key in _keys()]
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each)) for each in digests])


def _key(secret: str) -> bytes:
    return base64.b32decode(secret)


def _take_step(factor: SecondFactor, code: str, now: datetime.datetime) -> bool:
    secret = unseal(factor.secret)
    if secret is None:
        return False
    step = _step_of(secret, code, now, after=factor.last_counter)
    if step is None:
        return False
    row = SecondFactor.objects.filter(pk=factor.pk, last_counter__lt=step)
    return row.update(last_counter=step) == 1


def _step_of(
    secret: str, code: str, now: datetime.datetime, *, after: int
) -> int | None:
    """The time step a code is of: this one or a neighbour, for clocks that differ."""
    given = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    algorithm = HOTP(_key(secret), DIGITS, SHA1())  # noqa: S303 - RFC 6238
    for step in (current, current - 1, current + 1):
        expected = algorithm.generate(step).decode()
        if step > after and constant_time_compare(given, expected):
            return step
    return None


def _take_from_paper(user: User, code: str, now: datetime.datetime) -> bool:
    plain = code.lower().replace("-", "").replace(" ", "")
    digests = [_digest(user, plain, key) for key in _keys()]
    rows = RecoveryCode.objects.filter(user_id=user.pk, digest__in=digests)
    return rows.filter(used_at=None).update(used_at=now) == 1


def _renewed(user: User) -> list[str]:
    plain = [
        "".join(secrets.choice(_ALPHABET) for _ in range(10))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user.pk, digest=_digest(user, each, _keys()[0]))
        for each in plain
    )
    return [f"{each[:5]}-{each[5:]}" for each in plain]


def _digest(user: User, code: str, key: str) -> str:
    text = f"{user.pk}:{code}"
    return salted_hmac(__name__, text, key, algorithm="sha256").hexdigest()


def _wrong() -> WrongCode:
    return WrongCode(
        _(
            "This code is wrong, too old, or was used before. Those of the app change "
            "every half minute; the phone's clock must be right."
        ),
        field="code",
    )
