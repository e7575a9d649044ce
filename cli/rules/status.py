"""`autotagger rules status`."""

import json
from collections.abc import Iterator

import click

from cli import options, session, store, table
from rules.reading.loader import load
from state.pauses import Pause, Pauses


@click.command(short_help="Say which rules are paused, and by whom or by what limit.")
@options.workspace
@options.as_json
def status(app_id: str | None, *, as_json: bool) -> None:
    """List the rules of a workspace: their mode, and whether they are paused: by whom, or by their own limit (tripped).

    A paused rule that there is no more is listed too, as gone: it would be paused if it came back. Exits with 1 if the
    rules have errors.
    """
    _, workspace = session.chosen(app_id)
    rules = load(workspace.rules).rule_set
    if rules is None:
        session.refuse(f"the rules have errors: `autotagger rules check {workspace.rules}` says which")
    paused = store.run(lambda redis: Pauses(redis).read()).of(workspace.app_id)
    rows = list(_rows({rule.id: rule.mode for rule in rules.rules}, paused))
    if as_json:
        documents = [
            {"rule": rule, "mode": mode, "paused": _paused(pause), "tripped": _tripped(pause)}
            for rule, mode, pause in rows
        ]
        click.echo(json.dumps(documents, indent=2))
        return
    cells = [(rule, mode, pause.told if pause else "-") for rule, mode, pause in rows]
    table.show(("rule", "mode", "paused"), cells)


def _rows(modes: dict[str, str], paused: dict[str, Pause]) -> Iterator[tuple[str, str, Pause | None]]:
    for rule, mode in modes.items():
        yield rule, mode, paused.get(rule)
    for rule in paused.keys() - modes.keys():
        yield rule, "gone", paused[rule]


def _paused(pause: Pause | None) -> dict[str, object] | None:
    return None if pause is None or pause.objects else {"by": pause.by, "at": options.iso(pause.at)}


def _tripped(pause: Pause | None) -> dict[str, object] | None:
    return {"objects": pause.objects, "at": options.iso(pause.at)} if pause is not None and pause.objects else None
