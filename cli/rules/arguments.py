"""What several of the commands take."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from rules.reading.loader import Loaded, load

Form = Literal["text", "json", "github", "sarif"]
FORMS = ("text", "json", "github", "sarif")

_Command = TypeVar("_Command", bound=Callable[..., Any])

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def folder(command: _Command) -> _Command:
    """The folder of rules."""
    return click.argument("folder", type=FOLDER, envvar="AUTOTAGGER_RULES")(command)


def form(command: _Command) -> _Command:
    """How findings are written."""
    sentence = "For people, for programs, for the log of a GitHub workflow, for code scanning."
    chosen = click.option(
        "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help=sentence
    )
    short = click.option("--json", "form", flag_value="json", help="The same as --format json.")
    return chosen(short(command))


def as_json(command: _Command) -> _Command:
    """Whether a program reads the output: `--format json`, or `--json` for short."""
    chosen = click.option(
        "--format",
        "as_json",
        type=click.Choice(("text", "json")),
        default="text",
        callback=_is_json,
        show_default=True,
        help="For people, or for programs.",
    )
    short = click.option("--json", "as_json", flag_value="json", callback=_is_json, help="The same as --format json.")
    return chosen(short(command))


def _is_json(ctx: click.Context, param: click.Parameter, form: str | None) -> bool:  # noqa: ARG001 - click's
    return form == "json"


def loaded(folder: Path) -> Loaded:
    """The rules of a folder, as they are today."""
    return load(folder, datetime.now(UTC).date())
