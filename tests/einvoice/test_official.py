"""The official rules find what is wrong, from any thread and process, and come back."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from invoices.einvoice import official
from invoices.einvoice.cii import cii
from invoices.einvoice.framing import send
from invoices.einvoice.official import findings
from invoices.einvoice.ubl import ubl
from tests.einvoice.samples import line, note, plain, rich

ROOT = Path(__file__).resolve().parents[2]


def without_date(xml: bytes) -> bytes:
    return xml.replace(b"2026-03-07", b"").replace(b"20260307", b"")


@pytest.mark.parametrize("write", [cii, ubl])
@pytest.mark.parametrize("facts", [rich(), note()], ids=["invoice", "credit note"])
def test_the_stylesheets_find_a_planted_fault(write, facts):
    assert findings(write(facts)) == []
    assert findings(without_date(write(facts))) != []


@pytest.mark.parametrize("write", [cii, ubl])
def test_the_schema_finds_what_the_stylesheets_do_not(write):
    """A name of no meaning at all, where only the schema minds."""
    xml = write(plain()).replace(b"Name>", b"Nonsense>", 2)
    assert findings(xml) != []


def test_many_threads_ask_at_once():
    right, wrong = ubl(plain()), without_date(ubl(plain()))
    asked = [right, wrong] * 8
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(findings, asked))
    assert [bool(answer) for answer in answers] == [False, True] * 8


def test_a_process_that_died_is_replaced():
    findings(ubl(plain()))
    process = official._checkers[-1]._process
    assert process is not None
    process.kill()
    process.wait()
    assert findings(ubl(plain())) == []
    assert official._checkers[-1]._process is not process


def test_a_process_that_says_nothing_is_not_waited_for(monkeypatch):
    findings(ubl(plain()))
    process = official._checkers[-1]._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(official, "PATIENCE", 0.01)
    with pytest.raises(official.Unchecked):
        findings(ubl(plain()))
    monkeypatch.undo()
    assert findings(ubl(plain())) == []


def test_a_process_that_cannot_start_is_told(monkeypatch):
    checker = official._Checker()
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(official.Unchecked):
        checker.ask(ubl(plain()))
    monkeypatch.undo()
    assert checker.ask(ubl(plain())) == b"[]"
    checker.close()


DYING = """
import os
from invoices.einvoice import official
from invoices.einvoice.ubl import ubl
from tests.einvoice.samples import plain
assert official.findings(ubl(plain())) == []
os.kill(os.getpid(), 9)
"""


def test_the_process_ends_with_ours_however_that_ends():
    """It shares the error output, which ends with the last that holds it."""
    done = subprocess.run(
        [sys.executable, "-c", DYING],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")


IMPATIENT = """
import sys
from invoices.einvoice import official
official.PATIENCE = 1
from invoices.einvoice.stylesheets import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""


def test_a_process_that_nobody_waits_for_ends_itself():
    lines = tuple(line(number) for number in range(1, 4001))
    question = io.BytesIO()
    send(question, cii(plain(lines=lines)))
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT],
        cwd=ROOT,
        input=question.getvalue(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"")


FORKING = """
import os
from invoices.einvoice.official import findings
from invoices.einvoice.ubl import ubl
from tests.einvoice.samples import plain
assert findings(ubl(plain())) == []
if child := os.fork():
    assert findings(ubl(plain())) == []
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert findings(ubl(plain())) == []
assert findings(ubl(plain(number=""))) != []
"""


def test_both_sides_of_a_fork_go_on_asking():
    """In a process of its own: a fork is no place for a test's threads."""
    done = subprocess.run(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
