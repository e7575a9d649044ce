"""`autotagger rules pause` and `resume`."""

import json

import click
from redis.asyncio import Redis

from cli import options, session, store
from cli.operator import operator
from rules.deciding.ruleset import RuleSet
from rules.findings.suggestion import nearest
from rules.reading.loader import load
from state.pauses import Pause, Pauses


@click.command(short_help="Have a rule act as in shadow mode.")
@click.argument("rule", metavar="ID")
@operator
@options.workspace
@options.as_json
def pause(rule: str, by: str, app_id: str | None, *, as_json: bool) -> None:
    """Have the rule ID act as in shadow mode, for every event from about two seconds from now on.

    What it would change is recorded, and nothing changed, until `autotagger rules resume`. It outlives restarts and
    changes of the rules.
    """
    _, workspace = session.chosen(app_id)
    rules = load(workspace.rules).rule_set
    if rules is None:
        session.say("the rules have errors, so that nobody knows whether there is such a rule")
    elif rule not in {known.id for known in rules.rules}:
        raise click.BadParameter(
            f'there is no rule "{rule}" in {workspace.rules}{advice(rule, rules)}', param_hint="ID"
        )

    async def work(redis: Redis) -> Pause | None:
        pauses = Pauses(redis)
        before = (await pauses.read()).of(workspace.app_id)
        await pauses.pause_rule(by, workspace.app_id, rule)
        return before.get(rule)

    before = store.run(work)
    how = "is paused" if before is None else f"{before.of_rule}, and stays so"
    _tell(workspace.app_id, rule, f"{how}: it acts as in shadow mode", paused=True, as_json=as_json)


@click.command(short_help="Have a rule act as it is written again.")
@click.argument("rule", metavar="ID")
@operator
@options.workspace
@options.as_json
def resume(rule: str, by: str, app_id: str | None, *, as_json: bool) -> None:
    """Have the rule ID act as it is written, from about two seconds from now on.

    A rule that there is no more can be resumed too.
    """
    _, workspace = session.chosen(app_id)
    rules = load(workspace.rules).rule_set

    async def work(redis: Redis) -> Pause | None:
        pauses = Pauses(redis)
        before = (await pauses.read()).of(workspace.app_id).get(rule)
        if before is not None:
            await pauses.resume_rule(by, workspace.app_id, rule)
        return before

    before = store.run(work)
    if before is None and rules is not None and rule not in {known.id for known in rules.rules}:
        raise click.BadParameter(
            f'there is no rule "{rule}" in {workspace.rules}{advice(rule, rules)}', param_hint="ID"
        )
    how = "was not paused" if before is None else f"acts as it is written again (paused until now: {before.told})"
    _tell(workspace.app_id, rule, how, paused=False, as_json=as_json)


def advice(rule: str, rules: RuleSet) -> str:
    """What somebody may have meant."""
    close = nearest(rule, [known.id for known in rules.rules])
    return f'; did you mean "{close}"?' if close else ""


def _tell(app_id: str, rule: str, how: str, *, paused: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"workspace": app_id, "rule": rule, "paused": paused}, indent=2))
    else:
        click.echo(f"workspace {app_id}: rule {rule} {how}")
