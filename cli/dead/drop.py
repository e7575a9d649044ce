"""`autotagger dead drop`."""

import json
import sys
from collections.abc import Sequence

import click
from redis.asyncio import Redis

from cli import bars, options, session, store
from cli.dead.choice import Choice, chosen, counted, fitting, told
from cli.operator import operator
from cli.settings.forms import shown
from rules.telling.report import plural
from state.actions import Action, Actions
from state.dead import DeadLetters, Filter

BATCH = 500


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@fitting
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.yes
@operator
@options.as_json
def drop(
    ids: tuple[str, ...],
    reasons: tuple[str, ...],
    rules: tuple[str, ...],
    targets: tuple[str, ...],
    app_id: str | None,
    since: int | None,
    before: int | None,
    by: str,
    *,
    everything: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Forget dead letters for good, by ID, or those that fit the options. Says how many, and asks.

    Exits with 1 if one that was named is none.
    """
    choice = chosen(ids, Filter(reasons, rules, targets, app_id, since, before), everything=everything)
    options.must_be_able_to_ask(yes=yes)
    letters = store.run(choice.find)
    found = [letter.id for letter in letters]
    dropped: list[int] = []
    if letters:
        options.ask(f"drops {counted(letters)}; their events are lost for good", yes=yes)
        action = Action(by, "dead drop", told(choice, letters), app_id or "")
        try:
            store.run(lambda redis: _drop(redis, found, dropped, action))
        except KeyboardInterrupt:
            session.say(f"ended; {plural(len(found) - sum(dropped), 'dead letter')} kept")
        except SystemExit:  # Redis has gone away half-way, which is told by now
            session.say(f"ended; {plural(len(found) - sum(dropped), 'dead letter')} kept, but for those just under way")
            _tell(dropped, choice, found, as_json=as_json)
            raise
    missing = _tell(dropped, choice, found, as_json=as_json)
    sys.exit(bool(missing) or sum(dropped) < len(found))


async def _drop(redis: Redis, ids: Sequence[str], dropped: list[int], action: Action) -> None:
    await Actions(redis).note(action)
    letters = DeadLetters(redis)
    with bars.counting("dropping", len(ids)) as advance:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            await store.whole(letters.drop(batch), dropped.append)
            advance(len(batch))


def _tell(dropped: Sequence[int], choice: Choice, found: Sequence[str], *, as_json: bool) -> list[str]:
    """Say what came of it; the ids that are none."""
    there = set(found)
    missing = [job_id for job_id in choice.ids if job_id not in there]
    if as_json:
        click.echo(json.dumps({"dropped": sum(dropped), "unknown": missing}, indent=2))
    else:
        click.echo(f"{plural(sum(dropped), 'dead letter')} dropped")
    for job_id in missing:
        session.say(f"there is no dead letter {shown(job_id)}")
    return missing
