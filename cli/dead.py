"""`autotagger dead`: the jobs that could not be done."""

import asyncio
import json
import os
import sys

import click
from rich.console import Console
from rich.table import Table

from cli import process
from cli.settings import SettingsError, redis_settings
from state.connection import FAILURES, for_work
from state.dead import DeadLetters, Letter
from state.settings import RedisSettings


@click.group()
def dead() -> None:
    """Look at the jobs that could not be done."""


@dead.command("list")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="A list of objects, for programs.")
def list_letters(most: int, as_json: bool) -> None:
    """Show dead letters, the newest first, without the customer's words. Exits with 1 if there are any."""
    try:
        settings = redis_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    if settings is None:
        process.refuse(("REDIS_URL is missing: whose dead letters?",))
    try:
        count, letters = asyncio.run(_read(settings, most))
    except FAILURES as error:
        process.refuse((f"Redis cannot be read: {error}",), status=1)
    if as_json:
        click.echo(json.dumps([_document(letter) for letter in letters], indent=2))
    elif sys.stdout.isatty():
        _show(count, letters)
    else:
        for letter in letters:
            click.echo(_line(letter))
        if not count:
            click.echo("no dead letters")
    raise SystemExit(1 if count else 0)


async def _read(settings: RedisSettings, most: int) -> tuple[int, tuple[Letter, ...]]:
    async with for_work(settings, connections=1) as redis:
        letters = DeadLetters(redis)
        return await letters.count(), await letters.newest(most)


def _document(letter: Letter) -> dict[str, object]:
    return {
        "id": letter.id,
        "died_at": letter.died_at.isoformat(),
        "reason": letter.reason,
        "target": letter.target,
        "topic": letter.topic,
        "rules": letter.rules,
        "attempts": letter.attempts,
        "first_error": letter.first_error,
        "last_error": letter.last_error,
        "request_id": letter.request_id,
    }


def _line(letter: Letter) -> str:
    died, rules = letter.died_at.strftime("%Y-%m-%dT%H:%M:%SZ"), ",".join(letter.rules) or "-"
    tries = f"{letter.attempts} {'try' if letter.attempts == 1 else 'tries'}"
    return "  ".join([died, letter.id, letter.reason, letter.target or "-", rules, tries, letter.last_error])


def _show(count: int, letters: tuple[Letter, ...]) -> None:
    console = Console()
    if not count:
        console.print("no dead letters")
        return
    table = Table("died", "reason", "target", "rules", "tries", "last error", box=None, pad_edge=False)
    for letter in letters:
        died = letter.died_at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(
            died, letter.reason, letter.target, " ".join(letter.rules), str(letter.attempts), letter.last_error
        )
    console.print(table)
    console.print(f"{len(letters)} of {count} dead letters")
