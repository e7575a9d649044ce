"""A group of commands, each imported when it is wanted."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class Commands(click.Group):
    """Commands by name, each as the `module:name` where it stands.

    `autotagger rules check` need not wait for a web server to load, nor for what the other commands need.
    """

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, as help shows them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of that name, if there is one."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command
