"""`autotagger pause` and `resume`: tagging stands still while webhooks go on being taken."""

import json
import os

import click
from redis.asyncio import Redis

from cli import options, process, session, store
from cli.operator import operator
from cli.settings import SettingsError, limits
from cli.settings.forms import APP_ID, shown
from rules.findings.suggestion import nearest
from state.pauses import EVERYTHING, Paused, Pauses


def _workspace(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:  # noqa: ARG001 - click's
    """A workspace that there is, as far as the settings tell: a typo would pause nothing, and nobody would notice."""
    if given is None:
        return None
    try:
        name, known = APP_ID.parse(given), limits(os.environ)
    except ValueError:
        raise click.BadParameter(f"{shown(given)}; wanted {APP_ID.wanted}") from None
    except SettingsError as error:
        process.refuse(error.mistakes)
    if known and name not in known:
        close = nearest(name, known)
        advice = f"; did you mean {close}?" if close else f"; there is {', '.join(known)}"
        raise click.BadParameter(f"there is no workspace {name} in the settings{advice}")
    if not known:
        session.say(f"no settings of workspaces are here, so that nobody knows whether there is a workspace {name}")
    return name


_which = click.option("--workspace", "app_id", metavar="APP_ID", callback=_workspace, help="Only there; else all.")


@click.command()
@_which
@operator
@options.as_json
def pause(app_id: str | None, by: str, *, as_json: bool) -> None:
    """Have no worker tag, from about two seconds from now until `autotagger resume`.

    Webhooks go on being taken: their jobs wait, at no cost to them, and nothing is lost. It outlives restarts.
    """
    _tell(store.run(lambda redis: _pause(redis, app_id or EVERYTHING, by)), app_id, as_json=as_json)


@click.command()
@_which
@operator
@options.as_json
def resume(app_id: str | None, by: str, *, as_json: bool) -> None:
    """Have the workers tag again. Without --workspace, pauses of single workspaces stay, and are told."""
    _tell(store.run(lambda redis: _resume(redis, app_id or EVERYTHING, by)), app_id, as_json=as_json)


async def _pause(redis: Redis, app_id: str, by: str) -> Paused:
    pauses = Pauses(redis)
    await pauses.pause(by, app_id)
    return await pauses.read()


async def _resume(redis: Redis, app_id: str, by: str) -> Paused:
    pauses = Pauses(redis)
    await pauses.resume(by, app_id)
    return await pauses.read()


def _tell(paused: Paused, app_id: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document(paused), indent=2))
        return
    others = {name: pause for name, pause in paused.workspaces.items() if name != (app_id or EVERYTHING)}
    click.echo(_sentence(paused, app_id))
    for name, other in others.items():
        session.say(f"paused in {'all workspaces' if name == EVERYTHING else f'workspace {name}'} by {other}")


def _sentence(paused: Paused, app_id: str | None) -> str:
    """How it is now in what the command was about."""
    here = paused.workspaces.get(app_id or EVERYTHING)
    place = f"workspace {app_id}" if app_id else "all workspaces"
    if here is not None:
        return f"tagging is paused in {place}, by {here}"
    if app_id and EVERYTHING in paused.workspaces:
        return f"tagging stays paused in {place}, for it is in all: `autotagger resume` without --workspace ends that"
    if app_id or not paused.workspaces:
        return f"tagging is not paused in {place if app_id else 'any workspace'}"
    return "tagging is paused in single workspaces only"


def document(paused: Paused) -> dict[str, object]:
    """What is paused, for programs; the name of all workspaces is `*`."""
    return {
        "workspaces": {
            app_id: {"by": pause.by, "at": options.iso(pause.at)} for app_id, pause in paused.workspaces.items()
        },
        "rules": [
            {
                "workspace": app_id,
                "rule": rule,
                "by": pause.by,
                "at": options.iso(pause.at),
                "tripped": pause.objects or None,
            }
            for (app_id, rule), pause in paused.rules.items()
        ],
    }
