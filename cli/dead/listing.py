"""`autotagger dead list`."""

import json
import sys

import click
from redis.asyncio import Redis

from cli import options, session, store, table
from cli.dead.choice import fitting
from state.dead import DeadLetters, Death, Filter, Letter


@click.command("list")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@fitting
@options.as_json
def list_letters(
    most: int,
    reasons: tuple[str, ...],
    rules: tuple[str, ...],
    targets: tuple[str, ...],
    app_id: str | None,
    since: int | None,
    before: int | None,
    *,
    as_json: bool,
) -> None:
    """Show dead letters, the newest first, without the customer's words. Exits with 1 if there are any."""
    wanted = Filter(reasons, rules, targets, app_id, since, before)
    count, letters = store.run(lambda redis: _read(redis, wanted, most))
    if as_json:
        click.echo(json.dumps([document(letter) for letter in letters], indent=2))
    elif not count:
        click.echo("no dead letters" if wanted == Filter() else "no such dead letters")
    elif sys.stdout.isatty():
        headings = ("died", "id", "reason", "target", "rules", "tries", "last error")
        table.show(headings, [_cells(letter) for letter in letters])
        session.say(f"{len(letters):,} of {count:,} dead letters")
    else:
        for letter in letters:
            click.echo("  ".join(_cells(letter)))
    sys.exit(1 if count else 0)


async def _read(redis: Redis, wanted: Filter, most: int) -> tuple[int, tuple[Letter, ...]]:
    letters = DeadLetters(redis)
    if wanted == Filter():
        return await letters.count(), await letters.newest(most)
    found = await letters.fitting(wanted)
    return len(found), found[:most]


def document(letter: Letter) -> dict[str, object]:
    """A letter for programs."""
    return {
        "id": letter.id,
        "workspace": letter.app_id,
        "died_at": letter.died_at.isoformat(),
        "reason": letter.reason,
        "target": letter.target,
        "topic": letter.topic,
        "rules": letter.rules,
        "attempts": letter.attempts,
        "first_error": letter.first_error,
        "last_error": letter.last_error,
        "request_id": letter.request_id,
        "calls": letter.calls,
        "earlier_deaths": [_death(death) for death in letter.deaths],
    }


def _death(death: Death) -> dict[str, object]:
    return {
        "died_at": options.iso(death.died_at),
        "retried_at": options.iso(death.retried_at),
        "reason": death.reason,
        "attempts": death.attempts,
        "first_error": death.first_error,
        "last_error": death.last_error,
        "request_id": death.request_id,
    }


def _cells(letter: Letter) -> tuple[str, ...]:
    died, rules = letter.died_at.strftime("%Y-%m-%dT%H:%M:%SZ"), ",".join(letter.rules) or "-"
    tries = f"{letter.attempts} {'try' if letter.attempts == 1 else 'tries'}"
    if letter.deaths:
        tries += f", died {len(letter.deaths) + 1} times"
    return died, letter.id, letter.reason, letter.target or "-", rules, tries, letter.last_error
