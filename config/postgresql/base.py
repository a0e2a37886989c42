"""The backend's two hooks: start the server before connecting, and find its psql."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client

from config.postgresql import server


class DatabaseClient(client.DatabaseClient):
    """`dbshell` through the psql that comes with the embedded server."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """Point psql at the running server, starting it first."""
        address = _address(settings_dict)
        there = {**settings_dict, "HOST": address.host, "USER": address.user}
        args, env = super().settings_to_cmd_args_env(there, parameters)
        path = f"{server.binaries()}{os.pathsep}{os.environ.get('PATH', '')}"
        return [str(server.binaries() / args[0]), *args[1:]], {
            **(env or {}),
            "PATH": path,
        }


class DatabaseWrapper(base.DatabaseWrapper):
    """A PostgreSQL connection to a server that runs while somebody uses it."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server if need be, so that commands without SQL start none."""
        address = _address(self.settings_dict)
        return {
            **super().get_connection_params(),
            "host": address.host,
            "user": address.user,
        }


def _address(settings_dict: dict[str, Any]) -> server.Address:
    embedded = settings_dict["EMBEDDED"]
    return server.ensure_running(
        Path(embedded["DIRECTORY"]), durable=embedded.get("DURABLE", True)
    )
