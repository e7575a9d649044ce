"""`autotagger rules check`."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from cli.rules import arguments, output
from cli.rules.arguments import Form
from rules.findings.finding import Finding
from rules.findings.suggestion import nearest
from rules.proof.proofs import checked
from rules.reading.loader import Loaded
from rules.telling import report
from rules.telling.codes import CODES


@click.command(short_help="Say what is wrong in the rules of FOLDER.")
@click.argument("folder", type=arguments.FOLDER, envvar="AUTOTAGGER_RULES", required=False)
@arguments.form
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--explain", "code", metavar="CODE", help="Say what a code means, with an example, and check nothing.")
def check(folder: Path | None, form: Form, code: str | None, *, strict: bool) -> None:
    """Say what is wrong in the rules of FOLDER (AUTOTAGGER_RULES where none is given).

    Exits with 0 if there is no error, with 1 if there is one.
    """
    if code is not None:
        _explain(code)
        return
    if folder is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    loaded = checked(arguments.loaded(folder))
    if strict:
        loaded = _stricter(loaded)
    output.write(loaded.findings, form)
    if form == "text":
        click.echo(report.summary(loaded))
    sys.exit(any(finding.severity == "error" for finding in loaded.findings))


def _stricter(loaded: Loaded) -> Loaded:
    return replace(loaded, findings=tuple(map(_as_error, loaded.findings)))


def _as_error(finding: Finding) -> Finding:
    return replace(finding, severity="error") if finding.severity == "warning" else finding


def _explain(name: str) -> None:
    code = CODES.get(name)
    if code is None:
        close = nearest(name, CODES)
        advice = f'did you mean "{close}"?' if close else f"there are: {', '.join(CODES)}"
        raise click.BadParameter(f'there is no code "{name}"; {advice}', param_hint="--explain")
    click.echo(code.as_text())
