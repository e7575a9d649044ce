"""`autotagger tags add` and `remove`: what people do in this way is theirs, and rules leave it alone."""

import json
import time

import click

from cli import options, session
from cli.operator import operator
from cli.session import Session
from cli.settings.forms import ADMIN_ID, shown
from cli.tags import catalog, listing
from cli.target import HELP, Named, named
from facts.target import Target
from state.entry import Action
from state.ledger import Ledger
from workers.intercom.answers import Answer, Tag, Tagged


def _admin(text: str) -> str:
    try:
        return ADMIN_ID.parse(text)
    except ValueError:
        raise click.BadParameter(f"{shown(text)}; wanted {ADMIN_ID.wanted}") from None


_target = click.argument("target", type=named)
_tag = click.argument("tag")
_by = click.option(
    "--admin",
    "admin_id",
    type=_admin,
    metavar="ID",
    help="In whose name, instead of the workspace's admin. Intercom takes none for contacts and companies.",
)


@click.command(help=f"Put the tag TAG, a name or an id that the workspace has, on TARGET.\n\n{HELP}")
@_target
@_tag
@_by
@operator
@options.workspace
@options.as_json
def add(target: Named, tag: str, admin_id: str | None, app_id: str | None, by: str, *, as_json: bool) -> None:
    """Put a tag on something. It must be there already: no tag is made by accident."""
    found = session.run(app_id, lambda it: _add(it, target, tag, admin_id), linked=target.app_id, by=by)
    if as_json:
        _print(target, "add", found)
    else:
        click.echo(f"{target} has the tag {shown(found.name)} now")


@click.command(help=f"Take the tag TAG, a name or an id that the workspace has, off TARGET.\n\n{HELP}")
@_target
@_tag
@_by
@operator
@options.workspace
@options.as_json
def remove(target: Named, tag: str, admin_id: str | None, app_id: str | None, by: str, *, as_json: bool) -> None:
    """Take a tag off something. That it was not there is fine."""
    found, was_there = session.run(app_id, lambda it: _remove(it, target, tag, admin_id), linked=target.app_id, by=by)
    if as_json:
        _print(target, "remove", found, was_there=was_there)
    elif was_there is False:
        click.echo(f"{target} did not have the tag {shown(found.name)}")
    else:
        click.echo(f"{target} has the tag {shown(found.name)} no more")


async def _add(it: Session, target: Named, text: str, admin_id: str | None) -> Tag:
    tag = await catalog.meant(it, text)
    admin = admin_id or it.workspace.admin_id
    await it.note("tags add", f"{shown(tag.name)} (id {tag.id}) on {target}")
    if target.kind == "company":
        answer = await it.caller.call(lambda intercom: intercom.tag_companies(tag.name, [target.id]))
        _check(answer.value, tag, target)
        await _remember(it, target, tag, "add", answer)
    else:
        attached = await it.caller.call(lambda intercom: intercom.attach(target.kind, target.id, tag.id, admin))
        await _remember(it, target, tag, "add", attached)
    return tag


async def _remove(it: Session, target: Named, text: str, admin_id: str | None) -> tuple[Tag, bool | None]:
    """The tag, and whether it was there; None for companies, of which Intercom does not say."""
    tag = await catalog.meant(it, text)
    admin = admin_id or it.workspace.admin_id
    await it.note("tags remove", f"{shown(tag.name)} (id {tag.id}) on {target}")
    if target.kind == "company":
        answer = await it.caller.call(lambda intercom: intercom.untag_companies(tag.name, [target.id]))
        _check(answer.value, tag, target)
        await _remember(it, target, tag, "remove", answer)
        return tag, None
    taken = await it.caller.call(lambda intercom: intercom.detach(target.kind, target.id, tag.id, admin))
    await _remember(it, target, tag, "remove", taken)
    return tag, taken.value is not None


async def _remember(it: Session, target: Named, tag: Tag, action: Action, answer: Answer[object]) -> None:
    place = Target(it.workspace.app_id, target.kind, target.id)
    at = answer.date or time.time()
    await Ledger(it.redis, days=it.ledger_days).changed_by_person(place, tag.id, tag.name, action, at)


def _check(tagged: Tagged, tag: Tag, target: Named) -> None:
    """Companies are tagged by name, which makes a tag where the name is gone since it was looked up."""
    if tagged.tag.id != tag.id:
        session.refuse(
            f"the tag {shown(tag.name)} (id {tag.id}) was renamed or deleted meanwhile, and Intercom made another one "
            f"of that name (id {tagged.tag.id}): see which of them you want"
        )
    if tagged.reached is not None and target.id not in tagged.reached:
        session.refuse(f"Intercom passed {target} over: there is no such company in this workspace")


def _print(target: Named, action: Action, tag: Tag, **more: object) -> None:
    document = {"target": str(target), "action": action, "tag": listing.document(tag), **more}
    click.echo(json.dumps(document, indent=2))
