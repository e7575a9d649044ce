"""The schema takes what the loader takes, and knows every name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.editing.schema import asked, schema
from rules.language import fields
from rules.language.operators import BY_TYPE
from rules.reading import settings
from rules.reading.rule_file import KEYS, RULE_KEYS
from rules.reading.scenario_file import EXPECT_KEYS, TEST_KEYS
from tests.rules.sets import TAGS, loaded
from tests.rules.test_faulty import SAMPLES

SCHEMA: dict[str, Any] = schema()
HOUSE = Path(__file__).parents[3]
GOOD = [*(HOUSE / "rules" / "examples").glob("*.yaml"), *(Path(__file__).parents[1] / "tour").glob("*.yaml")]
NAMES_ONLY = ("unknown-key", "unknown-field", "unknown-operator", "missing-key", "bad-version")

TYPES: dict[str, Any] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


class EditorLoader(yaml.CSafeLoader):
    """Reads YAML as editors do, by the core schema of YAML 1.2: yes, NO and 09:00 are texts."""


EditorLoader.yaml_implicit_resolvers = {}
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("(true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("null|~|$"), ["n", "~", ""])
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))


def faults(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """What draft 7 says is wrong, as far as the schema uses it."""
    unknown = schema.keys() - {*CHECKS, "description", "title", "$schema", "definitions", "additionalProperties"}
    assert not unknown, f"the schema uses {unknown}, which this test does not check"
    for keyword, check in CHECKS.items():
        if keyword in schema:
            yield from check(value, schema, path)


def _reference(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    yield from faults(value, pointed_at(schema["$ref"]), path)


def pointed_at(reference: str) -> Any:
    """What a reference inside the schema means to an editor: a URI whose fragment is a JSON Pointer (RFC 6901)."""
    assert re.fullmatch(r"#(/[-A-Za-z0-9_]+)+", reference), f"{reference} is no fragment of a URI"
    found: Any = SCHEMA
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def _type(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(TYPES[name](value) for name in types):
        yield f"{path} is no {types}"


def _any_of(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    if all(any(True for _ in faults(value, part, path)) for part in schema["anyOf"]):
        yield f"{path} is none of these"


def _all_of(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    for part in schema["allOf"]:
        yield from faults(value, part, path)


def _properties(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    patterns = schema.get("patternProperties", {})
    for key, inner in value.items() if isinstance(value, dict) else ():
        parts = [part for pattern, part in patterns.items() if re.search(pattern, key)]
        parts += [schema["properties"][key]] if key in schema.get("properties", {}) else []
        if not parts and schema.get("additionalProperties") is False:
            yield f"{path}.{key} is unknown"
        for part in parts:
            yield from faults(inner, part, f"{path}.{key}")


def _patterns(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    if "properties" not in schema:
        yield from _properties(value, schema, path)


def _items(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    for at, item in enumerate(value if isinstance(value, list) else ()):
        yield from faults(item, schema["items"], f"{path}[{at}]")


def _check(holds: Any) -> Any:
    def check(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
        if not holds(value, schema):
            yield f"{path} is {value!r}"

    return check


CHECKS: dict[str, Any] = {
    "$ref": _reference,
    "type": _type,
    "anyOf": _any_of,
    "allOf": _all_of,
    "properties": _properties,
    "patternProperties": _patterns,
    "items": _items,
    "enum": _check(lambda value, schema: any(value == one and type(value) is type(one) for one in schema["enum"])),
    "pattern": _check(lambda value, schema: not isinstance(value, str) or re.search(schema["pattern"], value)),
    "required": _check(lambda value, schema: not isinstance(value, dict) or set(schema["required"]) <= value.keys()),
    "minProperties": _check(lambda value, schema: not isinstance(value, dict) or len(value) >= schema["minProperties"]),
    "minItems": _check(lambda value, schema: not isinstance(value, list) or len(value) >= schema["minItems"]),
    "maxItems": _check(lambda value, schema: not isinstance(value, list) or len(value) <= schema["maxItems"]),
    "minimum": _check(lambda value, schema: isinstance(value, str) or value >= schema["minimum"]),
}


def told(text: str) -> list[str]:
    return list(faults(yaml.load(text, EditorLoader), SCHEMA))  # noqa: S506 - a safe loader with fewer types


@pytest.mark.parametrize("file", GOOD, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_an_editor_finds_nothing_wrong_in_good_files(file: Path) -> None:
    assert told(file.read_text(encoding="utf-8")) == []


VALUES = """
yes|no|true|True|NO|Yes|3|-1|3.5|"3"|x|"x y"|[x]|[x, true, 3]|[1, 2]|["1", "2"]|[]|{}||~|$words|[$words]|$numbers
2026-09-01|2026-09-01T10:00:00Z|7d|office|open|email|customer|conversation|shadow|remove|+47|refund*|007|404|{x: y}
""".strip().replace("\n", "|")
FRAME = """\
version: 1
lists: {{words: [x, y], numbers: [1, 2]}}
windows: {{office: {{timezone: Europe/Dublin, open: [{{days: mon-fri, from: 09:00, to: 18:00}}]}}}}
rules:
- id: {id}
  applies_to: {kind}
  if: {{{test}}}
  then: {{add: {add}}}
  {more}
"""
USUAL = {"id": "a-rule", "kind": "conversation", "test": "message.text: {exists: yes}", "add": "vip", "more": ""}
TAGGED = TAGS + "  404: A page that is not there\n"
BY_KIND = {field.type: field for field in fields.table() if field.group in {"conversation", "message", "event"}}


def frames() -> Iterator[dict[str, str]]:
    """Where a value may stand: behind each operator of each type, in an example, and behind each key of a rule."""
    for field in BY_KIND.values():
        path = f"{field.path.removesuffix('<Name>')}{'Plan' if field.type is fields.Type.ATTRIBUTE else ''}"
        yield {"test": f"{path}: %s"}
        yield {"more": f"examples: {{match: [{{{path}: %s}}]}}"}
        yield from ({"test": f"{path}: {{{name}: %s}}"} for name in BY_TYPE[field.type])
    yield from ({name: "%s"} for name in ("id", "add"))
    yield from ({"more": f"{key}: %s"} for key in RULE_KEYS if key not in {"id", "if", "then", "applies_to"})
    yield from ({"more": line} for line in ("limits: {max_objects_per_hour: %s}", "examples: {match: %s}"))


def test_an_editor_finds_nothing_wrong_in_what_check_accepts() -> None:
    texts = [
        FRAME.format(**{**USUAL, place: around.replace("%s", value)})
        for frame in frames()
        for place, around in frame.items()
        for value in VALUES.split("|")
    ]

    sound = [text for text in texts if loaded(text, tags=TAGGED).rule_set is not None]

    assert len(sound) > len(texts) / 4
    assert [text for text in sound if told(text)] == []


@pytest.mark.parametrize(
    "sample", [file for file in SAMPLES if file.stem.startswith(NAMES_ONLY)], ids=lambda sample: sample.stem
)
def test_an_editor_sees_names_that_do_not_exist(sample: Path) -> None:
    known_to_check_only = {
        "unknown-key.groups-without-rules",
        "unknown-key.rules-and-tests",
        "missing-key.rule-without",
    }

    assert told(sample.read_text(encoding="utf-8")) != [] or sample.stem in known_to_check_only


def test_the_schema_has_every_key() -> None:
    made = SCHEMA["definitions"]

    assert SCHEMA["properties"].keys() == {*KEYS, "tags", "tests"}
    assert made["rule"]["properties"].keys() == set(RULE_KEYS)
    assert SCHEMA["properties"]["defaults"]["properties"].keys() == set(settings.KEYS)
    assert made["test"]["properties"].keys() == set(TEST_KEYS)
    assert made["matching"]["properties"].keys() == set(EXPECT_KEYS)


def test_the_schema_has_every_field_and_operator() -> None:
    made = SCHEMA["definitions"]

    assert made["condition"]["properties"].keys() == {*fields.FIELDS, "all", "any", "none", "use"}
    assert made["event"]["properties"].keys() == fields.FIELDS.keys()
    for of_type, operators in BY_TYPE.items():
        assert made[asked(of_type)]["properties"].keys() == set(operators)


def test_every_reference_leads_somewhere() -> None:
    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(SCHEMA)))

    assert len(references) > len(BY_TYPE)
    assert all(isinstance(pointed_at(reference), dict) for reference in references)
