"""`autotagger version`."""

import json
from importlib import metadata

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def version(as_json: bool) -> None:
    """Say which version this is."""
    found = metadata.version("autotagger")
    click.echo(json.dumps({"version": found}) if as_json else f"autotagger {found}")
