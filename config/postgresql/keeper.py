"""A sleeping process that stops the embedded server after its last user.

It waits for the exclusive lock on a file of which every user holds a shared one.
The kernel drops a dead process's locks, so this holds after SIGKILL as well.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys


def main(users: str, turn: int, user: str, stop_command: list[str]) -> None:
    """Wait until nobody uses the server, then stop it.

    `turn` is the inherited descriptor whose lock says that a keeper is awake.
    """
    with open(users) as nobody_else:
        fcntl.flock(nobody_else, fcntl.LOCK_EX)
        if _is_still_the_file(users, nobody_else.fileno()):
            subprocess.run(stop_command, user=user or None, check=False)
        # First this lock, then the users': who comes next must see no keeper.
        os.close(turn)


def _is_still_the_file(path: str, descriptor: int) -> bool:
    """Say whether the directory is the one waited for, not a new one in its place."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
