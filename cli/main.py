"""`autotagger`: every command, and nothing else."""

import importlib
from typing import ClassVar

import click


class _Commands(click.Group):
    """Imports a command when it is wanted: `autotagger rules check` need not wait for a web server to load."""

    PLACES: ClassVar[dict[str, str]] = {
        "dead": "cli.dead:dead",
        "demo": "cli.demo.command:demo",
        "dev": "cli.dev:dev",
        "doctor": "cli.doctor:doctor",
        "rules": "cli.rules:rules",
        "serve": "cli.serve:serve",
        "simulator": "cli.simulator:simulator",
        "tags": "cli.tags:tags",
        "version": "cli.version:version",
        "worker": "cli.worker:worker",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, as help shows them."""
        return list(self.PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of that name, if there is one."""
        place = self.PLACES.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autotagger", prog_name="autotagger", message="%(prog)s %(version)s")
def main() -> None:
    """Tag an Intercom inbox by rules: signed webhooks in, the right tags out, nothing lost on the way."""


if __name__ == "__main__":
    main()
