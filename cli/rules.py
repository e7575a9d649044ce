"""`autotagger rules`: check and try rules before they are deployed."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from rules import fields, report, trial
from rules.finding import Finding
from rules.loader import Loaded, load
from rules.trial import Outcome

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _folder(command: _Command) -> _Command:
    of_type = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("folder", type=of_type, envvar="AUTOTAGGER_RULES")(command)


def _form(command: _Command) -> _Command:
    chosen = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
    short = click.option("--json", "form", flag_value="json", help="The same as --format json.")
    return chosen(short(command))


@click.group()
def rules() -> None:
    """Check and try the rules of a FOLDER."""


@rules.command()
@_folder
@_form
def check(folder: Path, form: str) -> None:
    """Say what is wrong in the rules of FOLDER (AUTOTAGGER_RULES where none is given).

    Exits with 0 if there is no error, with 1 if there is one.
    """
    loaded = load(folder)
    if form == "json":
        _print_json(loaded.findings)
    else:
        _print_findings(loaded)
    sys.exit(loaded.rule_set is None)


@rules.command()
@_folder
@_form
def test(folder: Path, form: str) -> None:
    """Try the examples that stand in the rules of FOLDER, each rule alone.

    Exits with 0 if every example came out as its author says, with 1 if one did not, or if nothing could be tried.
    """
    loaded = load(folder)
    outcomes = tuple(trial.trials(loaded.rule_set)) if loaded.rule_set else ()
    failures = tuple(trial.failure(outcome) for outcome in outcomes if not outcome.as_expected)
    if form == "json":
        _print_json((*_errors(loaded), *failures, *_nothing(loaded, outcomes, folder)))
    elif loaded.rule_set is None:
        _print_findings(loaded)
    else:
        _print_outcomes(outcomes, failures)
    sys.exit(bool(failures) or not outcomes)


@rules.command("fields")
@click.option("--json", "as_json", is_flag=True, help="As a list of objects.")
def list_fields(*, as_json: bool) -> None:
    """List every field that a rule may read."""
    rows = [{"path": field.path, "type": field.type.value, "sentence": field.sentence} for field in fields.table()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    widest = max(len(row["path"]) for row in rows)
    for row in rows:
        click.echo(f"{row['path']:{widest}}  {row['type']:16}  {row['sentence']}")


def _print_json(findings: Iterable[Finding]) -> None:
    click.echo(json.dumps([report.as_json(finding) for finding in findings], indent=2))


def _print_findings(loaded: Loaded) -> None:
    for finding in loaded.findings:
        click.echo(report.as_text(finding))
    click.echo(report.summary(loaded))


def _print_outcomes(outcomes: tuple[Outcome, ...], failures: tuple[Finding, ...]) -> None:
    for finding in failures:
        click.echo(trial.as_text(finding))
    click.echo(trial.summary(outcomes))


def _errors(loaded: Loaded) -> tuple[Finding, ...]:
    return tuple(finding for finding in loaded.findings if finding.severity == "error")


def _nothing(loaded: Loaded, outcomes: tuple[Outcome, ...], folder: Path) -> tuple[Finding, ...]:
    """A finding for a rule set without examples: a test that tests nothing has not passed."""
    if outcomes or loaded.rule_set is None:
        return ()
    return (Finding(str(folder), 1, 1, "error", "no-examples", trial.summary(outcomes)),)
