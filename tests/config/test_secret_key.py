"""The development machine's signing key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from config.secret_key import stored_secret


def test_the_key_is_made_once_and_kept(tmp_path) -> None:
    path = tmp_path / "var" / "secret_key"

    first = stored_secret(path)

    assert len(first) >= 50
    assert stored_secret(path) == first
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]
    assert path.stat().st_mode & 0o077 == 0


def test_processes_that_start_together_agree_on_the_key(tmp_path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(stored_secret, [tmp_path / "secret_key"] * 16))

    assert len(keys) == 1
