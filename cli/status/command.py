"""`autotagger status`, as it is called."""

import asyncio
import json
import os
import sys
from typing import NoReturn

import click

from cli import options, process
from cli.settings import SettingsError, limits, redis_settings
from cli.status import document, figures, verdict
from cli.status.verdict import Verdict
from state.apps import Allowance
from state.connection import FAILURES, for_work
from state.settings import RedisSettings
from state.status import Status, look

PATIENCE = 10.0
"""Seconds in which Redis has to have told all."""


@click.command()
@options.as_json
def status(*, as_json: bool) -> None:
    """Say in a line whether it works, what is stuck and whether anything is lost; then why, then figures.

    Needs Redis only. Exits with 0 if nothing is to be looked at, with 1 if something is, Redis that does not answer
    among it, and with 2 if it is called wrongly.
    """
    try:
        known, settings = limits(os.environ), redis_settings(os.environ)
    except SettingsError as error:
        process.refuse(error.mistakes)
    if settings is None:
        process.refuse(("REDIS_URL is missing: which Redis?",))
    try:
        found = asyncio.run(_look(settings, known))
    except FAILURES as error:
        _unknown(error, as_json=as_json)
    told = verdict.of(found)
    if as_json:
        click.echo(json.dumps(document.of(found, told), indent=2))
    else:
        _say(told)
        click.echo()
        figures.show(found)
    sys.exit(bool(told.troubles))


async def _look(settings: RedisSettings, known: dict[str, Allowance]) -> Status:
    async with asyncio.timeout(PATIENCE), for_work(settings, connections=2) as redis:
        return await look(redis, known)


def _unknown(error: Exception, *, as_json: bool) -> NoReturn:
    """Without Redis nothing works, and nothing else is known; that nothing is lost meanwhile is the receiver's work."""
    told = verdict.without_redis(error)
    if as_json:
        click.echo(json.dumps(document.without_redis(told), indent=2))
    else:
        _say(told)
    sys.exit(1)


def _say(told: Verdict) -> None:
    figures.headline(told.line)
    if told.troubles:
        click.echo()
    for trouble in told.troubles:
        figures.item(trouble.text, trouble.remedy)
