"""`autotagger tags of`."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from cli import table
from cli.tags import options, session
from cli.tags.record import Done, left, record
from cli.tags.session import Session
from cli.target import HELP, Named, named
from workers.intercom.answers import Tag


@dataclass(frozen=True, slots=True)
class Carried:
    """The tags of one object; of a ticket, which Intercom does not tell, `ours` is what we put there ourselves."""

    tags: tuple[Tag, ...] | None
    ours: tuple[Done, ...] = ()


@click.command(help=f"List the tags of TARGET, with when and by whom as far as Intercom tells.\n\n{HELP}")
@click.argument("target", type=named)
@options.workspace
@options.as_json
def of(target: Named, app_id: str | None, *, as_json: bool) -> None:
    """List the tags of something."""
    carried = session.run(app_id, lambda it: _carried(it, target), linked=target.app_id)
    if as_json:
        click.echo(json.dumps(_document(target, carried), indent=2))
    elif carried.tags is not None:
        table.show(("id", "name", "applied at", "applied by"), [_cells(tag) for tag in carried.tags])
        if not carried.tags:
            session.say(f"{target} has no tags")
    else:
        _show_ours(target, carried.ours)


async def _carried(it: Session, target: Named) -> Carried:
    match target.kind:
        case "conversation":
            found = (await it.caller.call(lambda intercom: intercom.find_conversation(target.id))).value.tags
        case "contact":
            found = (await it.caller.call(lambda intercom: intercom.tags_of_contact(target.id))).value
        case "company":
            found = (await it.caller.call(lambda intercom: intercom.find_company(target.id))).value.tags
        case "ticket":
            # That there is such a ticket is all that Intercom can say here.
            await it.caller.call(lambda intercom: intercom.find_ticket(target.id))
            return Carried(None, left(await record(it.redis, it.workspace.app_id, target)))
    if found is None:
        session.refuse(f"Intercom's answer about {target} holds no list of tags")
    return Carried(found)


def _show_ours(target: Named, ours: tuple[Done, ...]) -> None:
    table.show(("name", "added at", "by rules"), [(done.tag, _iso(done.at), ", ".join(done.rules)) for done in ours])
    found = "the tags that autotagger put there" if ours else "nothing"
    session.say(f"Intercom never tells the tags of a ticket; our own record of {target} holds {found}")


def _cells(tag: Tag) -> tuple[str, str, str, str]:
    return tag.id, tag.name, _moment(tag.applied_at) or "-", tag.applied_by or "-"


def _document(target: Named, carried: Carried) -> dict[str, object]:
    ours = [{"name": done.tag, "added_at": _iso(done.at), "rules": done.rules} for done in carried.ours]
    tags = None if carried.tags is None else [_tag(tag) for tag in carried.tags]
    return {"target": str(target), "tags": tags, "our_record": ours if carried.tags is None else None}


def _tag(tag: Tag) -> dict[str, object]:
    return {"id": tag.id, "name": tag.name, "applied_at": _moment(tag.applied_at), "applied_by": tag.applied_by}


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else _iso(datetime.fromtimestamp(seconds, UTC))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
