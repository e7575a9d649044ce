"""`autotagger actions`: who did what."""

import json

import click

from cli import options, session, store, table
from cli.since import WANTED, since
from state.actions import Actions, Noted


@click.command()
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@click.option("--since", "begin", type=since, metavar="WHEN", help=f"None that is older: {WANTED}.")
@options.as_json
def actions(most: int, begin: int | None, *, as_json: bool) -> None:
    """Show what people had done with this program: who, when, and to what, the newest first.

    An action is noted as soon as somebody has agreed to it, before it is done.
    """
    found = store.run(lambda redis: Actions(redis).newest(most, since=begin))
    if as_json:
        click.echo(json.dumps([_document(noted) for noted in found], indent=2))
        return
    rows = [
        (_at(noted), noted.action.by, noted.action.action, noted.action.app_id or "-", noted.action.what)
        for noted in found
    ]
    table.show(("at", "by", "action", "workspace", "what"), rows)
    if not found:
        session.say("nobody has done anything yet")


def _at(noted: Noted) -> str:
    return options.iso(noted.at.timestamp())


def _document(noted: Noted) -> dict[str, object]:
    action = noted.action
    return {
        "at": _at(noted),
        "by": action.by,
        "action": action.action,
        "workspace": action.app_id or None,
        "what": action.what,
    }
