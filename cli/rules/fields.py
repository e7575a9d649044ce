"""`autotagger rules fields`."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from cli.rules import arguments
from rules.language import fields
from rules.language.fields import KINDS, Field
from rules.language.values import Kind
from rules.telling.origin import MEANINGS, Origin, origins

_Origins = tuple[tuple[Kind, Origin], ...]


@click.command("fields", short_help="List what a rule may ask about, and where it comes from.")
@click.option("--kind", type=click.Choice(KINDS), help="Only what rules on this kind of object may ask about.")
@arguments.as_json
def list_fields(kind: Kind | None, *, as_json: bool) -> None:
    """List every field that a rule may ask about: its type, for which kinds of objects, and where it comes from."""
    listed = [(field, of_kinds) for field in fields.table() if (of_kinds := _origins(field, kind))]
    if as_json:
        click.echo(json.dumps([_as_json(field, of_kinds) for field, of_kinds in listed], indent=2))
        return
    for line in _lines(listed):
        click.echo(line)


def _origins(field: Field, only: Kind | None) -> _Origins:
    return tuple((kind, origin) for kind, origin in origins(field) if only in {None, kind})


# For people


def _lines(listed: list[tuple[Field, _Origins]]) -> Iterator[str]:
    """The fields of one group that come from the same place stand together, below a line that says which that is."""
    widest = max(len(field.path) for field, _ in listed)
    for (group, of_kinds), rows in groupby(sorted(listed, key=_section), lambda row: (row[0].group, row[1])):
        yield f"{group} fields | {_said(of_kinds)}"
        for field, _ in rows:
            yield f"  {field.path:{widest}}  {field.type.value:16}  {field.sentence}"
        yield ""
    for word, meaning in MEANINGS:
        yield f"{word}: {meaning}"


def _section(row: tuple[Field, _Origins]) -> tuple[int, int]:
    """By group in the order of the table, and in a group what costs least first; the rest stays in its order."""
    field, of_kinds = row
    groups = ("event", "message", *KINDS)
    return groups.index(field.group), sum(origin.calls * 10 + (origin.words != "payload") for _, origin in of_kinds)


def _said(of_kinds: _Origins) -> str:
    together: dict[str, list[str]] = {}
    for kind, origin in of_kinds:
        together.setdefault(origin.words, []).append(kind)
    return " | ".join(f"{', '.join(kinds)}: {words}" for words, kinds in together.items())


# For programs


def _as_json(field: Field, of_kinds: _Origins) -> dict[str, Any]:
    return {
        "path": field.path,
        "type": field.type.value,
        "values": list(field.values),
        "targets": [kind for kind, _ in of_kinds],
        "sources": {kind: {"source": origin.words, "calls": origin.calls} for kind, origin in of_kinds},
        "sentence": field.sentence,
    }
