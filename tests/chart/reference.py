"""What the chart says about its values: one comment each, in values.yaml, from which README and schema have it.

`python -m tests.chart.reference` writes both anew.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[2] / "helm" / "autotagger"
VALUES, SCHEMA, README = CHART / "values.yaml", CHART / "values.schema.json", CHART / "README.md"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its keys from the outermost on, the chart's default, and what is said of it ("" if nothing is)."""

    path: tuple[str, ...]
    default: Any
    comment: str
    is_section: bool

    @property
    def name(self) -> str:
        """As it is written with --set."""
        return ".".join(self.path)


def values() -> tuple[Value, ...]:
    """Every value that a comment is to be about, and the sections they stand in, in the order of the file."""
    text = VALUES.read_text()
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)
    return tuple(_walk(root, yaml.safe_load(text), text.splitlines(), ()))


def _walk(node: yaml.MappingNode, defaults: Any, lines: list[str], above: tuple[str, ...]) -> Iterator[Value]:
    for key, value in node.value:
        path = (*above, key.value)
        # What stands on one line with its key is one value, whatever is in it.
        is_section = isinstance(value, yaml.MappingNode) and not value.flow_style and _commented(value, lines)
        yield Value(path, defaults[key.value], _comment(key, lines), is_section)
        if is_section:
            yield from _walk(value, defaults[key.value], lines, path)


def _commented(node: yaml.MappingNode, lines: list[str]) -> bool:
    return any(_comment(key, lines) for key, _ in node.value)


def _comment(key: yaml.Node, lines: list[str]) -> str:
    """The lines of comment right above a key."""
    found: list[str] = []
    for line in reversed(lines[: key.start_mark.line]):
        if not line.startswith(" " * key.start_mark.column + "# "):
            break
        found.insert(0, line.strip().removeprefix("# "))
    return " ".join(found)


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, with the comments as its descriptions."""
    for value in values():
        place = schema
        for key in value.path:
            place = _referred(schema, place)["properties"][key]
        if value.comment:
            place["description"] = value.comment
    return schema


def _referred(schema: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    name = place.get("$ref", "").removeprefix("#/$defs/")
    return dict(schema["$defs"][name]) if name else place


def filled(readme: str) -> str:
    """The README, with its tables."""
    for name, rows in (("values", _values()), ("workspace", _workspace())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = readme.partition(begin)
        _, _, after = rest.partition(end)
        readme = "".join((before, begin, *(f"{row}\n" for row in rows), end, after))
    return readme


def _values() -> Iterator[str]:
    yield from ("| value | unless told | meaning |", "|---|---|---|")
    for value in values():
        if not value.is_section:
            yield f"| `{value.name}` | {_default(value.default)} | {_cell(value.comment)} |"


def _workspace() -> Iterator[str]:
    yield from ("| key | meaning |", "|---|---|")
    for key, schema in json.loads(SCHEMA.read_text())["$defs"]["workspace"]["properties"].items():
        yield f"| `{key}` | {_cell(schema['description'])} |"


def _default(default: Any) -> str:
    text = json.dumps(default, ensure_ascii=False)
    return "" if default == "" else f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _write() -> None:
    schema = described(json.loads(SCHEMA.read_text()))
    SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    README.write_text(filled(README.read_text()))


if __name__ == "__main__":
    _write()
