"""`autotagger dead`: the jobs that could not be done."""

import click

from cli.dead.drop import drop
from cli.dead.listing import list_letters
from cli.dead.retry import retry
from cli.dead.show import show


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def dead() -> None:
    """Look at the jobs that could not be done, have them tried again, or drop them.

    Needs nothing but Redis. Every command ends with 1 if something is to be looked at or could not be done, with 2 if
    it was called wrongly.
    """


for command in (list_letters, show, retry, drop):
    dead.add_command(command)
