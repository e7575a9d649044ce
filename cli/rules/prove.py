"""`autotagger rules prove`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cli.rules import arguments, output
from rules.language.values import Value
from rules.proof.proofs import Proofs
from rules.proof.proofs import prove as proved
from rules.proof.told import Proof
from rules.proof.witness import Witness
from rules.telling import report
from rules.telling.report import plural


@click.command(short_help="Find rules that do nothing, or disagree.")
@arguments.folder
@arguments.as_json
def prove(folder: Path, *, as_json: bool) -> None:
    """Find the rules of FOLDER that can never match, do nothing besides others, or disagree with others.

    Each comes with an event that shows it, in the lines that `explain` reads. What could not be decided is told too.
    Exits with 0 if nothing is found, with 1 if something is, with 2 if the rules have errors.
    """
    loaded = arguments.loaded(folder)
    if loaded.rule_set is None:
        output.complain(finding for finding in loaded.findings if finding.severity == "error")
        click.echo(f"{folder}: nothing can be proved of these rules before they are mended", err=True)
        sys.exit(2)
    proofs = proved(loaded.rule_set)
    if as_json:
        click.echo(json.dumps(_as_json(proofs), indent=2))
    else:
        for proof in (*proofs.undecided, *proofs.found):
            click.echo(report.as_text(proof.finding))
        click.echo(_summary(loaded.rules, proofs))
    sys.exit(bool(proofs.found))


def _summary(rules: int, proofs: Proofs) -> str:
    return f"{plural(rules, 'rule')}: {plural(len(proofs.found), 'finding')}, {len(proofs.undecided):,} not decided"


def _as_json(proofs: Proofs) -> dict[str, Any]:
    return {"findings": list(map(_proof, proofs.found)), "undecided": list(map(_proof, proofs.undecided))}


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        **report.as_json(proof.finding),
        "rules": list(proof.rules),
        "reasons": [] if proof.witness else list(proof.finding.notes),
        "witness": _witness(proof.witness) if proof.witness else None,
    }


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "kind": witness.kind,
        "given": {path: _plain(value) for path, value in witness.values.items()},
        "sheet": "\n".join(witness.lines),
    }


def _plain(value: Value) -> Any:  # noqa: ANN401 - JSON is of any type
    return value if isinstance(value, bool | int | float | str | tuple) else value.isoformat()
