"""`autotagger tags rename` and `delete`: what cannot be taken back by asking for the opposite."""

import json

import click

from cli import options, session
from cli.operator import operator
from cli.session import Session
from cli.settings.forms import shown
from cli.tags import catalog, listing
from rules.language.values import attribute_name as folded
from state.tag_ids import TagIds
from workers.intercom.answers import Tag


@click.command()
@click.argument("tag")
@click.argument("name")
@options.yes
@operator
@options.workspace
@options.as_json
def rename(tag: str, name: str, app_id: str | None, by: str, *, yes: bool, as_json: bool) -> None:
    """Give the tag TAG, a name or an id, the name NAME. Its id stays, and so do all the places where it is.

    Says which rules use it by its old name, and asks first.
    """
    name = options.checked_name(name)
    options.must_be_able_to_ask(yes=yes)
    listing.show(session.run(app_id, lambda it: _rename(it, tag, name, yes=yes), by=by), as_json=as_json)


@click.command()
@click.argument("tag")
@options.yes
@operator
@options.workspace
@options.as_json
def delete(tag: str, app_id: str | None, by: str, *, yes: bool, as_json: bool) -> None:
    """Delete the tag TAG, a name or an id, from the workspace. Intercom has no way to bring it back.

    Says which rules use it, and asks first. Intercom refuses while a segment or the like is made with it, and says so.
    """
    options.must_be_able_to_ask(yes=yes)
    deleted = session.run(app_id, lambda it: _delete(it, tag, yes=yes), by=by)
    if as_json:
        click.echo(json.dumps({**listing.document(deleted), "deleted": True}, indent=2))
    else:
        click.echo(f"deleted {shown(deleted.name)} (id {deleted.id})")


async def _rename(it: Session, text: str, name: str, *, yes: bool) -> Tag:
    tags = await catalog.all_tags(it)
    tag = catalog.meant_of(tags, text, it.workspace)
    other = catalog.named(tags, name)
    if other is not None and other.id != tag.id:
        session.refuse(f"there is another tag called {shown(other.name)} (id {other.id}); Intercom has each name once")
    what = f"renames {shown(tag.name)} (id {tag.id}) to {shown(name)} in workspace {it.workspace.app_id}"
    options.ask(f"{what}{await _warning(it, tag)}", yes=yes)
    await it.note("tags rename", f"{shown(tag.name)} (id {tag.id}) to {shown(name)}")
    return (await it.caller.call(lambda intercom: intercom.rename_tag(tag.id, name))).value


async def _delete(it: Session, text: str, *, yes: bool) -> Tag:
    tag = await catalog.meant(it, text)
    what = f"deletes {shown(tag.name)} (id {tag.id}) from workspace {it.workspace.app_id}"
    options.ask(f"{what}{await _warning(it, tag)}", yes=yes)
    await it.note("tags delete", f"{shown(tag.name)} (id {tag.id})")
    await it.caller.call(lambda intercom: intercom.delete_tag(tag.id))
    return tag


async def _warning(it: Session, tag: Tag) -> str:
    """Who in the rules means the tag: by its name, or by one that it had when workers first found it."""
    known = await TagIds(it.redis, it.workspace.app_id).known()
    before = [name for name, tag_id in known.items() if tag_id == tag.id and name != folded(tag.name)]
    found = [(catalog.users(it.workspace.rules, tag.name), "this name")]
    found += [(catalog.users(it.workspace.rules, name), f"its old name {shown(name)}") for name in before]
    return "".join(f"; {using} by {name}, so change the rules too" for using, name in found if using)
