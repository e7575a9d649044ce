"""`autotagger rules schema`."""

import json

import click

from rules.editing.schema import schema


@click.command("schema", short_help="Print what makes editors complete rule files.")
def print_schema() -> None:
    """Print the JSON Schema of rule files, with which editors complete and explain what you type."""
    click.echo(json.dumps(schema(), indent=2))
