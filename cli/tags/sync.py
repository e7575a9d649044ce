"""`autotagger tags sync`."""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

import click

from cli import options, session, table
from cli.caller import NoBudget, NoSlot
from cli.operator import operator
from cli.rules import output
from cli.session import Session
from cli.tags import catalog, comparison, listing
from cli.tags.comparison import DIFFERENCES, Kind, Row
from rules.deciding.ruleset import RuleSet
from rules.reading.loader import load
from rules.telling.report import plural
from state.tag_ids import TagIds
from workers.intercom.answers import Tag
from workers.intercom.errors import IntercomError
from workers.settings import Workspace


@dataclass(slots=True)
class Synced:
    """What was compared, and the tags that were made for it."""

    workspace: str
    rows: tuple[Row, ...]
    created: list[Tag] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The names that the workspace lacks, as `tags.yaml` spells them."""
        return [row.name for row in self.rows if row.kind == "missing" and row.name is not None]


@click.command()
@click.option("--apply", is_flag=True, help="Create the tags that are missing. Nothing is renamed or deleted.")
@options.yes
@operator
@options.workspace
@options.as_json
def sync(app_id: str | None, by: str, *, apply: bool, yes: bool, as_json: bool) -> None:
    """Compare the workspace with tags.yaml of its rules: what is missing, renamed, spelt differently, unused.

    Changes nothing without --apply, and exits with 1 if a tag is missing, renamed or spelt differently; tags that no
    rule uses, or that only the workspace has, are shown and count for nothing. With --apply the missing tags are
    created, nothing else is done, and it exits with 0. A renamed tag goes on to be used under its new name.
    """
    if apply:
        options.must_be_able_to_ask(yes=yes)
    synced = session.run(app_id, lambda it: _sync(it, apply=apply, yes=yes), by=by)
    if as_json:
        click.echo(json.dumps(_document(synced), indent=2))
    else:
        _show(synced)
    raise SystemExit(_status(synced, apply=apply))


async def _sync(it: Session, *, apply: bool, yes: bool) -> Synced:
    workspace = it.workspace
    rule_set = _rules(workspace)
    used = [tag for rule in rule_set.rules for tag in rule.tags]
    known = await TagIds(it.redis, workspace.app_id).known()
    rows = comparison.compare(rule_set.tags, used, await catalog.all_tags(it), known)
    synced = Synced(workspace.app_id, rows)
    if apply and synced.missing:
        options.ask(
            f"creates {plural(len(synced.missing), 'tag')} in workspace {workspace.app_id}: "
            f"{', '.join(synced.missing)}; nothing is renamed or deleted",
            yes=yes,
        )
        await it.note("tags sync", f"creates {', '.join(synced.missing)}")
        await _create(it, synced)
    return synced


async def _create(it: Session, synced: Synced) -> None:
    """Create what is missing; what was created before Intercom refused is told, whatever becomes of the rest."""
    progress = click.progressbar(synced.missing, label="creating tags", file=sys.stderr)
    try:
        with progress as names:
            for name in names:
                await _create_one(it, synced, name)
    except (IntercomError, NoSlot, NoBudget):
        session.say(f"created {len(synced.created)} of {plural(len(synced.missing), 'tag')}")
        raise


async def _create_one(it: Session, synced: Synced, name: str) -> None:
    answer = await it.caller.call(lambda intercom: intercom.create_tag(name))
    synced.created.append(answer.value)


def _rules(workspace: Workspace) -> RuleSet:
    loaded = load(workspace.rules)
    if loaded.rule_set is None:
        output.complain(finding for finding in loaded.findings if finding.severity == "error")
        session.refuse("the rules have errors, so there is nothing to compare with: mend them first")
    return loaded.rule_set


def _show(synced: Synced) -> None:
    rows = [_cells(row, made=row.kind == "missing" and bool(synced.created)) for row in synced.rows]
    table.show(("what", "in tags.yaml", "in the workspace", "id"), rows)
    session.say(_summary(synced))


def _cells(row: Row, *, made: bool) -> tuple[str, str, str, str]:
    found = row.found
    return "created" if made else row.kind, row.name or "-", found.name if found else "-", found.id if found else "-"


def _summary(synced: Synced) -> str:
    counts = Counter(row.kind for row in synced.rows)
    found = ", ".join(f"{counts[kind]} {kind}" for kind in get_args(Kind) if counts[kind])
    if synced.created:
        found += f"; {plural(len(synced.created), 'tag')} created"
    elif counts["missing"]:
        found += "; --apply creates what is missing"
    return f"workspace {synced.workspace}: {found or 'the same tags as in tags.yaml'}"


def _document(synced: Synced) -> dict[str, object]:
    rows = [
        {
            "what": row.kind,
            "difference": row.kind in DIFFERENCES,
            "name": row.name,
            "found": listing.document(row.found) if row.found else None,
        }
        for row in synced.rows
    ]
    created = [listing.document(tag) for tag in synced.created]
    return {"workspace": synced.workspace, "rows": rows, "created": created}


def _status(synced: Synced, *, apply: bool) -> int:
    return int(not apply and any(row.kind in DIFFERENCES for row in synced.rows))
