"""`autotagger tags`: the tags of a workspace, and of what is in it."""

import click

from cli.tags.carried import of
from cli.tags.change import add, remove
from cli.tags.create import create
from cli.tags.edit import delete, rename
from cli.tags.listing import find, list_tags
from cli.tags.sync import sync


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def tags() -> None:
    """Look at and change tags in Intercom, within the rate limit that the workers keep.

    Reads the worker's settings. Every command ends with 0 if all is well, with 1 if something is wrong or Intercom
    refuses, with 2 if it was called wrongly.
    """


for command in (list_tags, find, create, rename, delete, sync, add, remove, of):
    tags.add_command(command)
