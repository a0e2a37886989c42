"""The backend's two hooks: start the server before connecting, and find its psql."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client
from psycopg import OperationalError

from config.postgresql import server


class DatabaseClient(client.DatabaseClient):
    """`dbshell` through the psql that comes with the embedded server."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """Point psql at the running server, starting it first."""
        place = _place(settings_dict)
        there = {**settings_dict, "HOST": place["host"], "USER": place["user"]}
        args, env = super().settings_to_cmd_args_env(there, parameters)
        return [str(server.binaries() / args[0]), *args[1:]], env


class DatabaseWrapper(base.DatabaseWrapper):
    """A PostgreSQL connection to a server that runs while somebody uses it."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Start the server if need be, so that commands without SQL start none."""
        return {**super().get_connection_params(), **_place(self.settings_dict)}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, to a new server where the known one was killed."""
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            server.forget(_home(self.settings_dict))
            again = {**conn_params, **_place(self.settings_dict)}
            return super().get_new_connection(again)


def _home(settings_dict: dict[str, Any]) -> Path:
    return Path(settings_dict["EMBEDDED"]["DIRECTORY"])


def _place(settings_dict: dict[str, Any]) -> dict[str, str]:
    """Return where to connect, as psycopg's words."""
    durable = settings_dict["EMBEDDED"].get("DURABLE", True)
    address = server.ensure_running(_home(settings_dict), durable=durable)
    return {"host": address.host, "user": address.user}
