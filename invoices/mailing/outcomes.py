"""What can become of a mail that is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What is known of the mail afterwards."""

    TAKEN = "taken"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate and the reason for it: the server's answer, or what went wrong.

    Temporary and permanent say that the mail was surely not taken; uncertain, that it
    may have been. `refused_copies` are addresses that were left out, each with why.
    """

    fate: Fate
    reason: str
    refused_copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bytes of a mail, with CRLF, and whom to give them to.

    Only the recipient decides whether the mail goes out; `copies` are told in the
    headers or not.
    """

    sender: str
    recipient: str
    copies: tuple[str, ...]
    content: bytes
