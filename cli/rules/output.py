"""Findings on their way out, in the form that was asked for."""

import json
from collections.abc import Callable, Iterable
from importlib.metadata import version

import click

from cli.rules.arguments import Form
from rules.findings.finding import Finding
from rules.telling import github, report, sarif


def write(findings: Iterable[Finding], form: Form, as_text: Callable[[Finding], str] = report.as_text) -> None:
    """Print findings. `as_text` is how people get one of them."""
    if form == "json":
        click.echo(json.dumps([report.as_json(finding) for finding in findings], indent=2))
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
