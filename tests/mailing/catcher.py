"""A mail server that does at each point of the talk what a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.mailing.mails import delivery_ids

POINTS = ("banner", "ehlo", "mail", "rcpt", "data", "content", "answer")
"""Where something can happen: before the answer to each; `content` is half-way."""


@dataclass
class Session:
    """One connection."""

    number: int
    recipients: list[str] = field(default_factory=list)


Script = Callable[[str, Session], str]
"""For a point of a session: `ok`, a line such as `450 later`, or drop, hang, hold, slow.

`take+drop` at `answer` takes the mail and says nothing.
"""


class _Over(Exception):
    """The connection has ended."""


def well(point: str, session: Session) -> str:
    """Nothing goes wrong."""
    return "ok"


def at(wanted: str, action: str) -> Script:
    """The action at one point, nothing elsewhere."""
    return lambda point, session: action if point == wanted else "ok"


class Catcher:
    """Listens on a free port of the loopback while used as a context."""

    def __init__(self, script: Script = well, *, tls: bool = False) -> None:
        self.script, self.tls = script, tls
        self.taken: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.held: set[str] = set()
        self.release = threading.Event()
        self._over = threading.Event()
        self._sessions = 0
        self._mutex = threading.Lock()

    def __enter__(self) -> Catcher:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self.release.set()
        self._socket.close()

    def mails(self) -> Counter[str]:
        """How often each delivery's mail was taken."""
        return Counter(delivery_ids(content) for content in self.taken)

    def wait_held(self, *points: str, seconds: float = 30) -> None:
        """Wait until sessions are held at all of these points."""
        deadline = time.monotonic() + seconds
        while not set(points) <= self.held:
            assert time.monotonic() < deadline, f"held: {self.held}, not {points}"
            time.sleep(0.02)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._sessions += 1
                session = Session(self._sessions)
                threading.Thread(
                    target=self._talk, args=(connection, session), daemon=True
                ).start()

    def _talk(self, connection: socket.socket, session: Session) -> None:
        with contextlib.suppress(_Over, OSError), connection:
            connection.settimeout(60)
            lines = connection.makefile("rb")
            self._answer(connection, session, "banner", "220 localhost")
            while line := lines.readline():
                self._command(line, connection, session, lines)

    def _command(self, line: bytes, connection, session: Session, lines) -> None:
        verb = line[:4].upper()
        if verb in (b"EHLO", b"HELO"):
            extra = "250-STARTTLS\r\n" if self.tls else ""
            words = f"250-localhost\r\n{extra}250-SIZE 99999999\r\n250 8BITMIME"
            self._answer(connection, session, "ehlo", words)
        elif verb == b"STAR":
            self._answer(connection, session, "starttls", "220 go ahead")
            raise _Over
        elif verb == b"MAIL":
            self._answer(connection, session, "mail", "250 ok")
        elif verb == b"RCPT":
            session.recipients.append(line.decode().strip()[9:-1])
            self._answer(connection, session, "rcpt", "250 ok")
        elif verb == b"DATA":
            if self._answer(connection, session, "data", "354 go on"):
                self._content(connection, session, lines)
        elif verb == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            raise _Over

    def _content(self, connection, session: Session, lines) -> None:
        content = lines.readline()
        self._answer(connection, session, "content", "")
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise _Over
            content += line[1:] if line.startswith(b"..") else line
        if self.script("answer", session) == "take+drop":
            self._take(content, session)
            raise _Over
        # Taken when the answer goes out.
        self._answer(
            connection,
            session,
            "answer",
            "250 taken",
            lambda: self._take(content, session),
        )

    def _take(self, content: bytes, session: Session) -> None:
        with self._mutex:
            self.taken.append(content)
            self.recipients.append(session.recipients)

    def _answer(
        self,
        connection: socket.socket,
        session: Session,
        point: str,
        words: str,
        then: Callable[[], None] = lambda: None,
    ) -> bool:
        """Do what the script says at this point; whether it went well."""
        action = self.script(point, session)
        if action == "hold":
            self.held.add(point)
            self.release.wait(60)
        elif action == "slow":
            time.sleep(0.2)
        elif action == "hang":
            self._over.wait(60)
            raise _Over
        elif action == "drop":
            raise _Over
        elif action != "ok":
            connection.sendall(f"{action}\r\n".encode())
            if action.startswith("421"):
                raise _Over
            return False
        then()
        if words:
            connection.sendall(f"{words}\r\n".encode())
        return True
