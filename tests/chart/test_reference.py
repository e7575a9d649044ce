"""What the chart says about its values is written once, in values.yaml."""

import json
from typing import Any

import pytest

from tests.chart import reference
from tests.chart.reference import README, SCHEMA, Value

RENEW = "make chart"
SCHEMA_NOW: dict[str, Any] = json.loads(SCHEMA.read_text())


@pytest.mark.parametrize("value", reference.values(), ids=lambda value: value.name)
def test_every_value_has_its_comment(value: Value) -> None:
    assert value.comment


def test_the_readme_says_what_the_values_say() -> None:
    assert reference.filled(README.read_text()) == README.read_text(), RENEW


def test_the_schema_says_what_the_values_say() -> None:
    now = json.dumps(SCHEMA_NOW)

    assert json.dumps(reference.described(json.loads(now))) == now, RENEW


def properties(schema: dict[str, Any], above: str = "") -> dict[str, dict[str, Any]]:
    """Every key that a schema names, with the keys around it."""
    found: dict[str, dict[str, Any]] = {}
    for name, inner in schema.get("properties", {}).items():
        found |= {f"{above}{name}": inner} | properties(inner, f"{above}{name}.")
    return found


def test_every_key_of_the_schema_is_described() -> None:
    named = properties(SCHEMA_NOW)
    for definition in SCHEMA_NOW["$defs"].values():
        named |= properties(definition)

    undescribed = {name for name, inner in named.items() if "description" not in inner}
    assert undescribed == set()


def test_the_schema_knows_every_value_and_nothing_else() -> None:
    written = {value.name for value in reference.values()}
    of_rules = {f"rules.{name}" for name in properties(SCHEMA_NOW["$defs"]["rules"])}
    of_global = {name for name in properties(SCHEMA_NOW) if name.startswith("global.")}

    assert properties(SCHEMA_NOW).keys() | of_rules == written | of_global | {"enabled"}


def test_every_group_of_keys_is_closed() -> None:
    """So that a typo is refused wherever it is made."""
    groups = {"": SCHEMA_NOW, **properties(SCHEMA_NOW), **SCHEMA_NOW["$defs"]}

    is_open = {
        name
        for name, inner in groups.items()
        if "properties" in inner and inner.get("additionalProperties") is not False
    }
    assert is_open == {"global"}
