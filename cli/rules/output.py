"""Findings on their way out, in the form that was asked for."""

import json
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

import click

from cli.rules.arguments import Form
from rules.findings.finding import Finding
from rules.telling import github, report, sarif


def write(
    findings: Iterable[Finding],
    form: Form,
    as_text: Callable[[Finding], str] = report.as_text,
    as_json: Callable[[Finding], dict[str, Any]] = report.as_json,
) -> None:
    """Print findings. `as_text` is how people get one of them, `as_json` how programs do."""
    if form == "json":
        click.echo(json.dumps(list(map(as_json, findings)), indent=2))
    elif form == "sarif":
        click.echo(json.dumps(sarif.document(findings, version("autotagger")), indent=2))
    else:
        line = github.as_command if form == "github" else as_text
        for finding in findings:
            click.echo(line(finding))


def complain(findings: Iterable[Finding]) -> None:
    """Print findings where they do not mix with what a program reads."""
    for finding in findings:
        click.echo(report.as_text(finding), err=True)
