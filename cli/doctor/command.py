"""`autotagger doctor`, wired: all checks, whatever the others find, then the lines."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import click
from redis.asyncio import Redis

from cli.caller import calling
from cli.doctor import intercom, rules
from cli.doctor.access import Listed
from cli.doctor.admins import examine_admins
from cli.doctor.line import Line, Verdict
from cli.doctor.redis import examine_redis, known_ids, without_settings
from cli.doctor.secrets import examine_secrets
from cli.settings import Survey, Surveyed, survey
from cli.settings.forms import printable
from rules.deciding.ruleset import RuleSet
from rules.language.fields import KINDS
from rules.language.values import Kind
from rules.reading.loader import Loaded
from state.connection import for_work
from workers.settings import Workspace

COLOURS: dict[Verdict, str] = {"ok": "green", "warning": "yellow", "wrong": "red", "could not be checked": "cyan"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
def doctor(*, as_json: bool) -> None:
    """Check settings, Redis, Intercom and rules of every workspace, a line each, with the remedy.

    Changes nothing. Calls to Intercom are within the workers' budget, but for when Redis, which holds it, is away.
    Exits with 1 if something is wrong; warnings, and what could not be checked, are told and count for nothing.
    """
    lines = asyncio.run(_examine(survey(os.environ)))
    if as_json:
        click.echo(json.dumps([_document(line) for line in lines], indent=2))
    else:
        _show(lines)
    raise SystemExit(int(any(line.verdict == "wrong" for line in lines)))


async def _examine(found: Survey) -> list[Line]:
    lines = _settings(found)
    if found.redis is None:
        return [*lines, *without_settings(found.redis_mistakes), *await _workspaces(found, None)]
    async with for_work(found.redis, connections=2) as redis:
        about_redis, answers = await examine_redis(redis)
        return [*lines, *about_redis, *await _workspaces(found, redis if answers else None)]


def _settings(found: Survey) -> list[Line]:
    if not found.mistakes:
        return [Line("settings", "ok", "every variable is a setting and can be read")]
    return [Line("settings", "wrong", mistake) for mistake in found.mistakes]


async def _workspaces(found: Survey, redis: Redis | None) -> list[Line]:
    return [line for space in found.workspaces for line in await _workspace(found, space, redis)]


async def _workspace(found: Survey, space: Surveyed, redis: Redis | None) -> list[Line]:
    loaded = None if space.rules is None else await asyncio.to_thread(rules.read, space.rules)
    about_intercom, listed = await _intercom(found, space, redis, _kinds(loaded))
    return [
        *(Line("settings", "wrong", mistake, workspace=space.app_id) for mistake in space.mistakes),
        *about_intercom,
        rules.examine_rules(loaded, space.rules, space.app_id),
        rules.examine_tags(
            loaded, listed.tags, await known_ids(redis, space.app_id), space.app_id, create=found.worker.create_tags
        ),
        examine_admins(loaded, listed.admins, space.app_id),
        examine_secrets(space),
        rules.examine_webhook(loaded, space.app_id),
    ]


async def _intercom(
    found: Survey, space: Surveyed, redis: Redis | None, kinds: frozenset[Kind]
) -> tuple[list[Line], Listed]:
    if space.access_token is None or space.base_url is None:
        missing = "access token" if space.access_token is None else "address of Intercom"
        return intercom.unknown(f"there is no {missing}", space.app_id), Listed()
    # Who has no app_id has no budget either; admin and rules are not what calls are made with.
    workspace = Workspace(
        space.app_id or "", space.base_url, space.access_token, space.admin_id or "", Path(), **space.limits
    )
    metered = redis if space.app_id else None
    if sys.stderr.isatty():
        _say(f"asking Intercom about workspace {space.app_id}")
    async with calling(workspace, metered, call_timeout=found.worker.call_timeout, say=_say) as calls:
        return await intercom.examine_intercom(calls, space, kinds)


def _kinds(loaded: Loaded | None) -> frozenset[Kind]:
    """What the rules are about; without rules, anything."""
    rule_set: RuleSet | None = loaded.rule_set if loaded else None
    if rule_set is None:
        return frozenset(KINDS)
    return frozenset(kind for rule in rule_set.rules for kind in rule.applies_to)


def _say(sentence: str) -> None:
    click.echo(f"autotagger: {sentence}", err=True)


def _document(line: Line) -> dict[str, str | None]:
    return {
        "workspace": line.workspace,
        "subject": line.subject,
        "verdict": line.verdict,
        "words": line.words,
        "remedy": line.remedy or None,
    }


def _show(lines: list[Line]) -> None:
    widest = max(len(line.subject) for line in lines)
    workspace = None
    for line in lines:
        if line.workspace != workspace:
            workspace = line.workspace
            click.echo(f"workspace {workspace}")
        verdict = click.style(f"{line.verdict:{len('could not be checked')}}", fg=COLOURS[line.verdict])
        # Intercom's words may hold anything, and no line of ours is to do anything to a terminal.
        remedy = f" -> {printable(line.remedy)}" if line.remedy else ""
        click.echo(f"{verdict}  {line.subject:{widest}}  {printable(line.words)}{remedy}")
    counts = Counter(line.verdict for line in lines)
    click.echo(", ".join(f"{counts[verdict]} {verdict}" for verdict in get_args(Verdict) if counts[verdict]))
