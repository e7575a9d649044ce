"""`autotagger`: every command, and nothing else."""

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
    "version": "cli.version:version",
    "why": "cli.why.command:why",
    "worker": "cli.worker:worker",
}


@click.group(cls=Commands, places=_PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autotagger", prog_name="autotagger", message="%(prog)s %(version)s")
def main() -> None:
    """Tag an Intercom inbox by rules: signed webhooks in, the right tags out, nothing lost on the way."""


if __name__ == "__main__":
    main()
