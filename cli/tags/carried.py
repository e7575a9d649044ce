"""`autotagger tags of`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click

from cli import options, session, table
from cli.session import Session
from cli.target import HELP, Named, named
from facts.target import Target
from state.entry import Entry
from state.ledger import Ledger
from workers.intercom.answers import Tag


@dataclass(frozen=True, slots=True)
class Carried:
    """The tags of one object; of a ticket, which Intercom does not tell, what rules put there, by the tags' ids."""

    tags: tuple[Tag, ...] | None
    ours: Mapping[str, Entry] = field(default_factory=dict)


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
            target_of_ours = Target(it.workspace.app_id, target.kind, target.id)
            entries = await Ledger(it.redis).entries(target_of_ours)
            return Carried(None, {tag_id: entry for tag_id, entry in entries.items() if entry.standing == "ours"})
    if found is None:
        session.refuse(f"Intercom's answer about {target} holds no list of tags")
    return Carried(found)


def _show_ours(target: Named, ours: Mapping[str, Entry]) -> None:
    rows = [(tag_id, entry.tag, _iso(entry.at), ", ".join(entry.claiming)) for tag_id, entry in ours.items()]
    table.show(("id", "name", "added at", "by rules"), rows)
    found = "these are those that our rules put there" if ours else f"our rules have put none on {target}"
    session.say(f"Intercom never tells the tags of a ticket; {found}, as far as our own record goes")


def _cells(tag: Tag) -> tuple[str, str, str, str]:
    return tag.id, tag.name, _moment(tag.applied_at) or "-", tag.applied_by or "-"


def _document(target: Named, carried: Carried) -> dict[str, object]:
    if carried.tags is not None:
        return {"target": str(target), "tags": [_tag(tag) for tag in carried.tags], "our_record": None}
    ours = [_ours(tag_id, entry) for tag_id, entry in carried.ours.items()]
    return {"target": str(target), "tags": None, "our_record": ours}


def _ours(tag_id: str, entry: Entry) -> dict[str, object]:
    return {"id": tag_id, "name": entry.tag, "added_at": _iso(entry.at), "rules": entry.claiming}


def _tag(tag: Tag) -> dict[str, object]:
    return {"id": tag.id, "name": tag.name, "applied_at": _moment(tag.applied_at), "applied_by": tag.applied_by}


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else _iso(seconds)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
