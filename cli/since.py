"""How far back: a length of time before now, a day, or a moment."""

import time
from datetime import UTC, datetime

import click

from cli.settings.forms import shown
from rules.language import moment

WANTED = "a length of time such as 90m, 12h, 7d or 2w, or a time such as 2026-09-01 or 2026-09-01T18:00:00+02:00"


def since(text: str) -> int:
    """Unix seconds, as the type of a command's option: anything else ends the command as called wrongly."""
    now = time.time()
    length, at = moment.length(text.strip()), moment.read(text.strip())
    if length is not None:
        found = now - length.total_seconds()
    elif at is not None:
        found = at.timestamp()
    else:
        raise click.BadParameter(f"{shown(text)} is no time; wanted {WANTED}")
    if not 0 < found <= now:
        raise click.BadParameter(f"{shown(text)} is not in the past; wanted {WANTED}")
    return int(found)


def told(moment_: float) -> str:
    """A moment for people, in UTC."""
    return datetime.fromtimestamp(moment_, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
