"""Who gives a command: what is done is kept with a name."""

import getpass
import socket
from collections.abc import Callable
from typing import Any, TypeVar

import click

from cli.settings.forms import shown

_Command = TypeVar("_Command", bound=Callable[..., Any])

LONGEST = 100


def operator(command: _Command) -> _Command:
    """Who gives the command, as `by`."""
    return click.option(
        "--as",
        "by",
        envvar="AUTOTAGGER_OPERATOR",
        metavar="NAME",
        callback=_by,
        help="Who you are, for `autotagger actions`; your login name and this machine are kept in any case.",
    )(command)


def _by(ctx: click.Context, param: click.Parameter, given: str | None) -> str:  # noqa: ARG001 - click's
    name = (given or "").strip()
    if len(name) > LONGEST or not name.isprintable():
        raise click.BadParameter(f"{shown(name)} is no name; wanted at most {LONGEST} printable characters")
    return f"{name} ({login()})" if name else login()


def login() -> str:
    """The login name and the machine, as `ada@laptop`."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unknown"  # a container's user need not have a name
    return f"{name}@{socket.gethostname()}"
