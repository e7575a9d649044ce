"""`autotagger tags create`."""

import click

from cli import options, session
from cli.operator import operator
from cli.session import Session
from cli.settings.forms import shown
from cli.tags import catalog, listing
from workers.intercom.answers import Tag


@click.command()
@click.argument("name")
@operator
@options.workspace
@options.as_json
def create(name: str, app_id: str | None, by: str, *, as_json: bool) -> None:
    """Make a tag called NAME, unless there is one: Intercom takes upper and lower case for the same name."""
    name = options.checked_name(name)
    tag, made = session.run(app_id, lambda it: _create(it, name), by=by)
    if not made:
        session.say(f"there was a tag of that name before: {shown(tag.name)}")
    listing.show(tag, as_json=as_json, created=made)


async def _create(it: Session, name: str) -> tuple[Tag, bool]:
    before = {tag.id for tag in await catalog.all_tags(it)}
    await it.note("tags create", shown(name))
    tag = (await it.caller.call(lambda intercom: intercom.create_tag(name))).value
    return tag, tag.id not in before
