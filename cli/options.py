"""What several commands take."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from cli import process

_Command = TypeVar("_Command", bound=Callable[..., Any])


def workspace(command: _Command) -> _Command:
    """Which workspace is meant."""
    sentence = "Which workspace; needed where several are configured."
    return click.option("--workspace", "app_id", metavar="APP_ID", help=sentence)(command)


def as_json(command: _Command) -> _Command:
    """Whether a program reads the output."""
    return click.option("--json", "as_json", is_flag=True, help="For programs.")(command)


def yes(command: _Command) -> _Command:
    """Whether somebody has agreed already."""
    return click.option("--yes", is_flag=True, help="Do not ask; for scripts.")(command)


def must_be_able_to_ask(*, yes: bool) -> None:
    """End the command as called wrongly where nobody could answer."""
    if not yes and not sys.stdin.isatty():
        process.refuse(("this asks first, and here nobody can answer: add --yes",))


def ask(what: str, *, yes: bool) -> None:
    """Show what will happen, and go on only if somebody agrees; a no ends the command with 1."""
    click.echo(what, err=True)
    if not yes:
        click.confirm("Go on?", abort=True, err=True)


def iso(seconds: float) -> str:
    """A moment for programs, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def checked_name(name: str) -> str:
    """A name for a tag, without white space around it; ends the command as called wrongly if nothing is left."""
    if not name.strip():
        process.refuse(("the name of a tag cannot be empty",))
    return name.strip()
