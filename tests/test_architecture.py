"""What the house rules say and a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "partners", "invoices", "payments")
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
# Spelled with classes of one letter, so that no host's name stands in this file either.
REGISTRY = re.compile(
    r"\b(py[p]i|python[h]osted|npm[j]s|ana[c]onda|js[d]elivr)\.(org|com|net)\b"
)


def tool(name: str, *arguments: str) -> None:
    """Run a tool of this interpreter; its findings are the failure's message."""
    program = Path(sys.executable).with_name(name)
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def production_files() -> list[Path]:
    """Return our Python files, without migrations, which are generated."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [
        ROOT / "manage.py",
        *sorted(path for path in files if "migrations" not in path.parts),
    ]


def tracked_files() -> Iterator[Path]:
    """Yield the files of the repository; skip where there is none, as in an archive."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("This is no git repository.")
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    yield from (path for path in paths if path.is_file())


def test_ruff_finds_nothing() -> None:
    tool("ruff", "check", "--no-cache", ".")


def test_the_code_is_formatted() -> None:
    tool("ruff", "format", "--no-cache", "--check", ".")


def test_mypy_finds_nothing() -> None:
    tool("mypy", "--no-error-summary")


def test_rooms_import_only_what_they_may() -> None:
    tool("lint-imports", "--no-cache")


def test_dialects_do_not_know_each_other() -> None:
    """A folder in invoices/api is a dialect; what dialects share is a file there."""
    graph = grimp.build_graph("invoices", cache_dir=None)
    home = ROOT / "invoices" / "api"
    dialects = {f"invoices.api.{path.parent.name}" for path in home.glob("*/urls.py")}
    meetings = {
        (one, other)
        for one in dialects
        for other in dialects - {one}
        if graph.direct_import_exists(importer=one, imported=other, as_packages=True)
    }
    assert meetings == set()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run")


def test_functions_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in [*production_files(), *(ROOT / "tests").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_files_are_short() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in production_files()
        if len(path.read_text().splitlines()) > LONGEST_FILE
    ]
    assert long == []


def test_only_money_rounds() -> None:
    rounding = {
        str(path.relative_to(ROOT))
        for path in production_files()
        if re.search(r"\.quantize\(|\bROUND_", path.read_text())
    }
    assert rounding <= {"invoices/money.py"}


def test_no_tracked_file_names_a_package_registry() -> None:
    naming = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked_files()
        if (found := REGISTRY.search(path.read_text(errors="ignore")))
    ]
    assert naming == []
