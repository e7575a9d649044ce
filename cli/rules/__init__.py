"""`autotagger rules`: check, try and understand rules before they are deployed."""

import click

from cli.rules.check import check
from cli.rules.diff import diff
from cli.rules.explain import explain
from cli.rules.fields import list_fields
from cli.rules.fmt import fmt
from cli.rules.pack import pack
from cli.rules.prove import prove
from cli.rules.schema import print_schema
from cli.rules.test import test


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def rules() -> None:
    """Check, try and understand the rules of a FOLDER.

    Every command ends with 0 if all is well, with 1 if something is to be looked at, with 2 if it was called wrongly.
    """


for command in (check, test, explain, diff, prove, fmt, pack, list_fields, print_schema):
    rules.add_command(command)
