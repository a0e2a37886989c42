"""Asking the official rules: one process beside ours, started when first needed."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from invoices.einvoice.framing import receive, send

PATIENCE = 120.0
"""Seconds after which an answer is no longer waited for."""
_ROOT = Path(__file__).resolve().parents[2]
Finding = tuple[str, str]
"""The id of a broken rule, and the rule's own words."""


class Unchecked(Exception):
    """The official rules could not be asked; nothing is known of the document."""


class _Checker:
    """The process and its pipes, for one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, xml: bytes) -> bytes:
        """The answer; a process that died meanwhile is replaced once."""
        with self._lock:
            for _ in range(2):
                answer = self._answer(xml)
                if answer is not None:
                    return answer
                self._stop()
        raise Unchecked("The rules of EN 16931 could not be run.")

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._stop()

    def _answer(self, xml: bytes) -> bytes | None:
        """The process's answer; None where it does not start, dies or takes too long."""
        try:
            process = self._running()
        except OSError:
            return None
        deadline = threading.Timer(PATIENCE, process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            return _exchange(process, xml)
        finally:
            deadline.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        """The process, in a session of its own, so that Ctrl-C ends it by ours alone."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "invoices.einvoice.stylesheets"],
                bufsize=0,
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process:  # closes the pipes and waits
                pass


def _exchange(process: subprocess.Popen[bytes], xml: bytes) -> bytes | None:
    assert process.stdin and process.stdout  # noqa: S101 - both were asked for
    try:
        send(process.stdin, xml)
    except BrokenPipeError:
        return None
    return receive(process.stdout)


_checkers = [_Checker()]


def findings(xml: bytes) -> list[Finding]:
    """The fatal findings of EN 16931's stylesheet, else of the syntax' schema.

    `xml` is a CII or a UBL document. May be called from any thread and after a fork;
    the first call of a process takes about a second. Raises Unchecked.
    """
    answer = json.loads(_checkers[-1].ask(xml))
    return [(rule, words) for rule, words in answer]


def _start_afresh() -> None:
    """Leave the parent's process to the parent; the list keeps its handle unclosed."""
    _checkers.append(_Checker())


def _end() -> None:
    _checkers[-1].close()


os.register_at_fork(after_in_child=_start_afresh)
atexit.register(_end)
