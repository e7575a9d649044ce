"""`autotagger rules fields`."""

import json

import click

from cli.rules import arguments
from rules.language import fields


@click.command("fields")
@arguments.as_json
def list_fields(*, as_json: bool) -> None:
    """List every field that a rule may read."""
    rows = [{"path": field.path, "type": field.type.value, "sentence": field.sentence} for field in fields.table()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    widest = max(len(row["path"]) for row in rows)
    for row in rows:
        click.echo(f"{row['path']:{widest}}  {row['type']:16}  {row['sentence']}")
