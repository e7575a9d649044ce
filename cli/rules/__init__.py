"""`autotagger rules`: check, try and understand rules before they are deployed."""

import click

from cli.commands import Commands
from rules.reading import collector

_PLACES = {
    "check": "cli.rules.check:check",
    "test": "cli.rules.test:test",
    "explain": "cli.rules.explain:explain",
    "diff": "cli.rules.diff:diff",
    "prove": "cli.rules.prove:prove",
    "fmt": "cli.rules.fmt:fmt",
    "pack": "cli.rules.pack:pack",
    "fields": "cli.rules.fields:list_fields",
    "pause": "cli.rules.pause:pause",
    "resume": "cli.rules.pause:resume",
    "status": "cli.rules.status:status",
    "schema": "cli.rules.schema:print_schema",
}


@click.group(cls=Commands, places=_PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def rules(ctx: click.Context) -> None:
    """Check, try and understand the rules of a FOLDER, and pause some of those at work.

    Every command ends with 0 if all is well, with 1 if something is to be looked at, with 2 if it was called wrongly.
    """
    ctx.with_resource(collector.at_rest())
