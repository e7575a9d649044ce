"""`autotagger tags list` and `find`."""

import json

import click

from cli import options, session, table
from cli.tags import catalog
from workers.intercom.answers import Tag


@click.command("list")
@options.workspace
@options.as_json
def list_tags(app_id: str | None, *, as_json: bool) -> None:
    """List every tag of the workspace."""
    tags = session.run(app_id, catalog.all_tags)
    if as_json:
        click.echo(json.dumps([document(tag) for tag in tags], indent=2))
    else:
        table.show(("id", "name"), [(tag.id, tag.name) for tag in tags])


@click.command()
@click.argument("tag")
@options.workspace
@options.as_json
def find(tag: str, app_id: str | None, *, as_json: bool) -> None:
    """Find the tag that is called TAG, upper and lower case alike, or else has TAG as its id.

    Exits with 1 if there is none.
    """
    show(session.run(app_id, lambda it: catalog.meant(it, tag)), as_json=as_json)


def show(tag: Tag, *, as_json: bool, **more: object) -> None:
    """Print one tag; `more` is for programs."""
    if as_json:
        click.echo(json.dumps({**document(tag), **more}, indent=2))
    else:
        table.show(("id", "name"), [(tag.id, tag.name)])


def document(tag: Tag) -> dict[str, object]:
    """A tag for programs."""
    return {"id": tag.id, "name": tag.name}
