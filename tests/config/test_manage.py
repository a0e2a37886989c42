"""manage.py decides rightly whether to install, and asks for nothing it has."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import manage


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A folder with the two locks and an empty .venv, taken for the project."""
    (tmp_path / "tests").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "manage.py").touch()
    (tmp_path / "requirements.lock").write_text("django==5.2\n")
    (tmp_path / "tests/requirements.lock").write_text("django==5.2\npytest==9\n")
    monkeypatch.setattr(manage, "ROOT", tmp_path)
    monkeypatch.setattr(manage, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(manage, "VENV_PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(manage, "STAMP", tmp_path / ".venv/installed-locks.txt")
    monkeypatch.setattr(manage, "RUNTIME_LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(manage, "TEST_LOCK", tmp_path / "tests/requirements.lock")
    return tmp_path


@pytest.fixture
def steps(monkeypatch) -> list[list[str]]:
    """The commands an installation would run, kept instead of run."""
    taken: list[list[str]] = []
    monkeypatch.setattr(manage, "run", taken.append)
    monkeypatch.setattr(manage, "python_with_pip", lambda: sys.executable)
    return taken


@pytest.fixture
def goes_on(monkeypatch) -> list[list[str]]:
    """The command lines this process would become."""
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda path, line: became.append(line))
    return became


def test_the_packages_of_this_interpreter_are_seen() -> None:
    assert manage.packages_are_here(testing=True)


def test_a_missing_package_is_noticed(monkeypatch) -> None:
    monkeypatch.setattr(manage, "TEST_MODULES", ("pytest", "not_to_be_found"))

    assert manage.packages_are_here(testing=False)
    assert not manage.packages_are_here(testing=True)


def test_an_empty_clone_is_installed_then_left_for_its_venv(
    project, steps, goes_on, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "check", "--deploy"])

    manage.continue_in_venv(testing=False)

    python = str(project / ".venv/bin/python")
    lock = project / "requirements.lock"
    assert [" ".join(step[1:]) for step in steps] == [
        f"-m venv --without-pip {project}/.venv",
        f"-m pip --python {python} install -qq --require-hashes -r {lock}",
    ]
    assert goes_on == [[python, str(project / "manage.py"), "check", "--deploy"]]
    said = capsys.readouterr()
    assert "Installing the packages of requirements.lock" in said.err
    assert said.out == ""


def test_what_is_installed_is_not_installed_again(project, steps, goes_on) -> None:
    manage.install(manage.RUNTIME_LOCK)
    steps.clear()

    manage.continue_in_venv(testing=False)

    assert steps == []
    assert len(goes_on) == 1


def test_the_test_lock_is_enough_for_other_commands_but_not_the_reverse(
    project, steps
) -> None:
    manage.install(manage.RUNTIME_LOCK)
    assert not manage.is_installed(manage.TEST_LOCK)

    manage.install(manage.TEST_LOCK)
    assert manage.is_installed(manage.TEST_LOCK)
    assert manage.is_installed(manage.RUNTIME_LOCK)


def test_a_changed_lock_is_installed(project, steps) -> None:
    manage.install(manage.RUNTIME_LOCK)
    manage.RUNTIME_LOCK.write_text("django==5.2.1\n")

    assert not manage.is_installed(manage.RUNTIME_LOCK)


def test_an_interrupted_installation_is_begun_anew(project, monkeypatch, steps) -> None:
    def interrupt(command: list[str]) -> None:
        if "install" in command:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(manage, "run", interrupt)
        manage.install(manage.RUNTIME_LOCK)
    assert not manage.is_installed(manage.RUNTIME_LOCK)

    manage.install(manage.RUNTIME_LOCK)

    assert "--clear" in steps[0]
    assert manage.is_installed(manage.RUNTIME_LOCK)


def test_a_damaged_venv_is_reported_instead_of_entered_for_ever(
    project, steps, goes_on, monkeypatch
) -> None:
    manage.install(manage.RUNTIME_LOCK)
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))

    with pytest.raises(SystemExit, match="damaged: delete it"):
        manage.continue_in_venv(testing=False)

    assert goes_on == []


def test_an_old_python_is_told_what_is_needed(monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        manage.main()


def test_a_failed_step_ends_with_its_code_and_says_how_to_go_on(capsys) -> None:
    with pytest.raises(SystemExit) as end:
        manage.run([sys.executable, "-c", "raise SystemExit(7)"])

    assert end.value.code == 7
    assert "running the command again retries" in capsys.readouterr().err
