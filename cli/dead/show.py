"""`autotagger dead show`."""

import json
import sys

import click
from redis.asyncio import Redis

from cli import options, session, store
from cli.dead.listing import document
from cli.dead.payload import told
from cli.settings.forms import printable, shown
from state.dead import DeadLetters


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@options.as_json
def show(ids: tuple[str, ...], *, as_json: bool) -> None:
    """Show all about dead letters: the reason, earlier deaths, and what the event was.

    What customers wrote is masked. Exits with 1 if there is no such dead letter.
    """
    found = store.run(lambda redis: _read(redis, tuple(dict.fromkeys(ids))))
    if as_json:
        click.echo(json.dumps(list(found.values()), indent=2))
    else:
        click.echo("\n\n".join("\n".join(_lines(one)) for one in found.values()))
    missing = [job_id for job_id in ids if job_id not in found]
    for job_id in missing:
        session.say(f"there is no dead letter {shown(job_id)}")
    sys.exit(bool(missing))


async def _read(redis: Redis, ids: tuple[str, ...]) -> dict[str, dict[str, object]]:
    letters = DeadLetters(redis)
    found = await letters.named(ids)
    return {letter.id: document(letter) | {"job": told(await letters.payload(letter.id))} for letter in found}


def _lines(value: object, indent: str = "") -> list[str]:
    """A document as an indented outline."""
    lines: list[str] = []
    pairs = value.items() if isinstance(value, dict) else [("-", inner) for inner in value]  # type: ignore[attr-defined]
    for key, inner in pairs:
        if isinstance(inner, (dict, list, tuple)) and inner:
            lines += [f"{indent}{key}:" if key != "-" else f"{indent}-", *_lines(inner, f"{indent}  ")]
        else:
            told_ = "-" if inner in (None, "", (), [], {}) else printable(str(inner))
            lines.append(f"{indent}{key}: {told_}" if key != "-" else f"{indent}- {told_}")
    return lines
