"""`autotagger why`: how an object came by its tags, and what was decided and not done."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace

import click
from redis.asyncio import Redis

from cli import options, process, refusal, session, store
from cli.caller import NoBudget, NoSlot
from cli.session import Session
from cli.settings import SettingsError, limits
from cli.since import told
from cli.target import HELP, Named, named
from cli.why import words
from cli.why.blocks import Block, blocks
from cli.why.document import document
from cli.why.evidence import Evidence, Now, gather
from facts.target import Target
from workers.intercom.answers import Tag
from workers.intercom.errors import IntercomError, TargetGone

_TICKET = "Intercom never tells the tags of a ticket; what follows is this service's own record"
_OFFLINE = "Intercom was not asked; what follows is this service's own record"


@click.command(help=f"Say of each tag of TARGET who put it there and why, and what was decided and not done.\n\n{HELP}")
@click.argument("target", type=named)
@click.option("--offline", is_flag=True, help="Do not ask Intercom which tags are there now: needs nothing but Redis.")
@click.option("--most", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Lines of history.")
@options.workspace
@options.as_json
def why(target: Named, most: int, app_id: str | None, *, offline: bool, as_json: bool) -> None:
    """Show where tags come from."""
    if offline:
        meant = Target(_workspace(app_id, target.app_id), target.kind, target.id)
        evidence = store.run(lambda redis: _recorded(redis, meant))
    else:
        evidence = session.run(app_id, lambda it: _asked(it, target), linked=target.app_id)
    found = blocks(evidence)
    if as_json:
        click.echo(json.dumps(document(evidence, found, most), indent=2))
    else:
        click.echo("\n".join(_lines(evidence, found, most)))
    sys.exit(evidence.gone is not None or evidence.now.failed or not evidence.now.is_there or _is_unknown(evidence))


def _is_unknown(evidence: Evidence) -> bool:
    """Whether it is as likely as not that there is no such object."""
    return evidence.is_empty and evidence.now.tags is None and evidence.target.kind != "ticket"


def _workspace(app_id: str | None, linked: str | None) -> str:
    """Which workspace is meant, without its token; anything unclear ends the command as called wrongly."""
    if app_id and linked and app_id != linked:
        process.refuse((f"the link is of workspace {linked}, and --workspace says {app_id}",))
    try:
        known = limits(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    wanted = app_id or linked
    if wanted is None and len(known) != 1:
        process.refuse(
            (f"--workspace is missing: which of {', '.join(known)}?" if known else "--workspace is missing",)
        )
    if wanted is not None and known and wanted not in known:
        process.refuse((f"there is no workspace {wanted} in the settings; there is {', '.join(known)}",))
    return wanted or next(iter(known))


async def _recorded(redis: Redis, target: Target) -> Evidence:
    why_not = _TICKET if target.kind == "ticket" else _OFFLINE
    return replace(await gather(redis, target), now=Now(why_not=why_not))


async def _asked(it: Session, target: Named) -> Evidence:
    evidence = await gather(it.redis, Target(it.workspace.app_id, target.kind, target.id))
    if evidence.gone is not None:
        return evidence
    return replace(evidence, now=await _now(it, target))


async def _now(it: Session, target: Named) -> Now:
    """What Intercom says. That it cannot be asked keeps nobody from being told the rest."""
    try:
        tags = await _tags(it, target)
    except TargetGone:
        return Now(
            why_not=f"Intercom says that there is no {target} in workspace {it.workspace.app_id}", is_there=False
        )
    except (IntercomError, NoSlot, NoBudget) as error:
        reason = str(error)
        if isinstance(error, IntercomError) and not error.maybe_applied:
            reason = "; ".join(refusal.told(error))
        return Now(why_not=f"Intercom could not be asked, what follows is our own record: {reason}", failed=True)
    return Now(tags, why_not="" if tags is not None else _TICKET)


async def _tags(it: Session, target: Named) -> tuple[Tag, ...] | None:
    match target.kind:
        case "conversation":
            return (await it.caller.call(lambda intercom: intercom.find_conversation(target.id))).value.tags
        case "contact":
            return (await it.caller.call(lambda intercom: intercom.tags_of_contact(target.id))).value
        case "company":
            return (await it.caller.call(lambda intercom: intercom.find_company(target.id))).value.tags
        case _:
            # That there is such a ticket is all that Intercom can say here.
            await it.caller.call(lambda intercom: intercom.find_ticket(target.id))
            return None


def _lines(evidence: Evidence, found: tuple[Block, ...], most: int) -> Iterator[str]:
    yield words.heading(evidence, found)
    if evidence.gone is not None:
        yield _gone(evidence)
    if evidence.now.why_not:
        yield evidence.now.why_not
    if evidence.is_empty and evidence.gone is None:
        yield "this service has no record of it: no event about it had a rule do anything, or that is too long ago"
    for block in found:
        yield ""
        yield from words.block(block, evidence)
    yield from _section("Not handled yet", words.unhandled(evidence))
    yield from _section("Dead letters", map(words.letter, evidence.letters))
    lines = sorted(words.history(evidence), key=lambda line: line[0], reverse=True)
    yield from _section("History, the newest first", (f"{told(at)}  {line}" for at, line in lines[:most]))
    if len(lines) > most:
        yield f"   and {len(lines) - most:,} more: --most {len(lines)}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield f"{title}:"
        yield from (f"   {line}" for line in found)


def _gone(evidence: Evidence) -> str:
    if evidence.gone is None or evidence.gone.how == "deleted":
        return "it was deleted in Intercom, and with it all that was kept of it"
    into = evidence.merged_into
    return f"it became part of {into}: ask for that one" if into else "it became part of another contact"
