"""`autotagger`: every command, and nothing else."""

import os
import signal
import sys

import click

from cli.commands import Commands

_PLACES = {
    "actions": "cli.actions:actions",
    "backfill": "cli.backfill.command:backfill",
    "dead": "cli.dead:dead",
    "demo": "cli.demo.command:demo",
    "dev": "cli.dev:dev",
    "doctor": "cli.doctor:doctor",
    "pause": "cli.pause:pause",
    "resume": "cli.pause:resume",
    "rules": "cli.rules:rules",
    "serve": "cli.serve:serve",
    "simulator": "cli.simulator:simulator",
    "status": "cli.status:status",
    "tags": "cli.tags:tags",
    "undo": "cli.undo.command:undo",
    "version": "cli.version:version",
    "why": "cli.why.command:why",
    "worker": "cli.worker:worker",
}


@click.group(cls=Commands, places=_PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autotagger", prog_name="autotagger", message="%(prog)s %(version)s")
def main() -> None:
    """Tag an Intercom inbox by rules: signed webhooks in, the right tags out, nothing lost on the way."""


def start() -> None:
    """Be the program."""
    # From the first process of a container the kernel keeps what it has no handler for: without this one SIGTERM
    # would mean nothing to most commands, and to the others not while they load.
    if os.getpid() == 1:
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    main()


if __name__ == "__main__":
    start()
