"""`autotagger rules pack`."""

import re
import sys
from pathlib import Path

import click

from cli.rules import arguments, output
from rules.editing import pack as packing
from rules.findings.finding import Findings
from rules.reading import loader

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)
_LONGEST = 253


def _name(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:  # noqa: ARG001 - click's
    """A subdomain as DNS has them: labels with dots between them."""
    if name is not None and not (len(name) <= _LONGEST and all(map(_LABEL.fullmatch, name.split(".")))):
        raise click.BadParameter(f'"{name}" is not a name that Kubernetes takes, such as autotagger-rules')
    return name


def _label(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:  # noqa: ARG001 - click's
    if name is not None and not _LABEL.fullmatch(name):
        raise click.BadParameter(f'"{name}" is not a name that Kubernetes takes for a namespace, such as support')
    return name


@click.command(short_help="Print the rules as a ConfigMap for Kubernetes.")
@arguments.folder
@click.option("--name", default="autotagger-rules", show_default=True, callback=_name, help="The ConfigMap's name.")
@click.option("--namespace", callback=_label, help="The ConfigMap's namespace.")
def pack(folder: Path, name: str, namespace: str | None) -> None:
    """Print the rules of FOLDER as the manifest of a ConfigMap: `autotagger rules pack rules | kubectl apply -f -`.

    Exits with 1, and prints no manifest, if there is an error in the rules or they are too large.
    """
    loaded = arguments.loaded(folder)
    if loaded.rule_set is None:
        output.complain(finding for finding in loaded.findings if finding.severity == "error")
        sys.exit(1)
    findings = Findings()
    data = packing.data(loader.read_files(folder, findings), str(folder), findings)
    if findings.errors:
        output.complain(findings.sorted())
        sys.exit(1)
    manifest = packing.manifest(data, loaded.rule_set.hash, name, namespace)
    if len(manifest.encode()) > packing.LARGEST_APPLIED:
        click.echo("more than 256 KiB: apply it with   kubectl apply --server-side -f -", err=True)
    click.echo(manifest, nl=False)
