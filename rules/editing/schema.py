"""The shape of rule files as JSON Schema, from the tables that the loader reads them by: for completion in editors.

Draft 7, which all YAML editors know. https://json-schema.org/draft-07
"""

import re
from collections.abc import Iterable
from typing import Any

from rules.deciding.rule import EXPECTATIONS, MODES, UNMATCHED
from rules.language import fields
from rules.language.fields import KINDS, Field, Type
from rules.language.group import PICKS
from rules.language.operators import BY_TYPE, EXACT_CASE, OPERATORS, Takes
from rules.language.topics import ALL as TOPICS

DRAFT = "http://json-schema.org/draft-07/schema#"

_Schema = dict[str, Any]

_ATTRIBUTES = rf"^({'|'.join(KINDS)})\.attributes\..+$"
_NAME = "^[A-Za-z][A-Za-z0-9_]*$"
_ID = "^[a-z0-9]+(-[a-z0-9]+)*$"
_REFERENCE: _Schema = {"type": "string", "pattern": r"^\$"}
_TEXT: _Schema = {"type": ["string", "number", "boolean"]}
"""An editor's YAML reads 200 as a number and true as an answer; here they are what their place makes of them."""

_BARE = frozenset({Type.STRING, Type.ENUM, Type.ATTRIBUTE, Type.YES_NO, Type.NUMBER})


def schema() -> _Schema:
    """The whole schema: one for every kind of rule file."""
    return {
        "$schema": DRAFT,
        "title": "Rules of autotagger",
        **_block(_FILE, required=("version",)),
        "definitions": _definitions(),
    }


def _definitions() -> _Schema:
    return {
        "value": _TEXT,
        "values": _one_or_more(_ref("value")),
        "number": _number(r"[+-]?[0-9]+(\.[0-9]+)?"),
        "answer": {"enum": ["yes", "no", True, False, "true", "false", "Yes", "No", "YES", "NO"]},
        "condition": _condition(),
        "conditions": {"type": "array", "items": _ref("condition"), "minItems": 1},
        "event": _event(),
        "rule": _block(_RULE, required=("id", "if", "then")),
        "then": _block(_THEN),
        "window": _block(_WINDOW, required=("timezone", "open")),
        "test": _block(_TEST, required=("name", "given", "expect")),
        "matching": _block(_EXPECT),
        **{asked(field_type): _asked(field_type) for field_type in Type},
    }


def asked(field_type: Type) -> str:
    """The name of the definition of what can be asked of a type, such as `asked-of-yes-no`.

    It stands in a `$ref`, which is a URI whose fragment is a JSON Pointer: no space, and no slash.
    """
    return f"asked-of-{'-'.join(re.findall('[a-z]+', field_type.value))}"


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/definitions/{name}"}


def _one_or_more(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _block(properties: _Schema, required: Iterable[str] = ()) -> _Schema:
    block: _Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**block, "required": list(required)} if required else block


def _said(sentence: str, schema: _Schema) -> _Schema:
    """A schema with what editors show about it. Beside a `$ref` draft 7 would not see anything else."""
    return {"description": sentence, **({"allOf": [schema]} if "$ref" in schema else schema)}


def _words(words: Iterable[str]) -> _Schema:
    return {"enum": list(words)}


def _number(pattern: str, **bounds: int) -> _Schema:
    """A number, which may stand in quotes too."""
    kind = "number" if "." in pattern else "integer"
    return {"anyOf": [{"type": kind, **bounds}, {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}]}


def _named(schema: _Schema) -> _Schema:
    return {"type": "object", "patternProperties": {_NAME: schema}, "additionalProperties": False}


# Conditions and events


def _condition() -> _Schema:
    joints = {
        "all": _said("All of these must hold", _ref("conditions")),
        "any": _said("At least one of these must hold", _ref("conditions")),
        "none": _said("None of these may hold", _ref("conditions")),
        "use": _said("The name of a condition", _TEXT),
    }
    tested = {field.path: _said(field.sentence, _tested(field)) for field in fields.FIELDS.values()}
    of_attribute = _said("A custom attribute", _anyhow(Type.ATTRIBUTE, _ref("value")))
    return {**_block({**joints, **tested}), "patternProperties": {_ATTRIBUTES: of_attribute}, "minProperties": 1}


def _tested(field: Field) -> _Schema:
    if field.type not in _BARE:
        return _ref(asked(field.type))
    if field.type is Type.YES_NO:
        return _anyhow(field.type, _ref("answer"))
    return _anyhow(field.type, _words(field.values) if field.values else _ref("value"))


def _anyhow(field_type: Type, bare: _Schema) -> _Schema:
    """A value without an operator, the name of a list, or a block of operators."""
    either = {"anyOf": [bare, _REFERENCE]} if "enum" in bare else bare
    return {"anyOf": [*_one_or_more(either)["anyOf"], _ref(asked(field_type))]}


def _asked(field_type: Type) -> _Schema:
    names = [name for name in BY_TYPE[field_type] if name != EXACT_CASE]
    operators = {name: _said(_takes(name), _TAKEN[OPERATORS[name].takes]) for name in names}
    if EXACT_CASE in BY_TYPE[field_type]:
        operators[EXACT_CASE] = _said("yes: upper and lower case are not alike", _ref("answer"))
    return {**_block(operators), "minProperties": 1}


def _takes(name: str) -> str:
    operator = OPERATORS[name]
    twin = f"; holds exactly where {operator.negates} does not" if operator.negates in OPERATORS else ""
    return f"Takes {operator.takes.value}{twin}"


_TAKEN: dict[Takes, _Schema] = {
    Takes.PHRASES: _ref("values"),
    Takes.PIECES: _ref("values"),
    Takes.PATTERNS: _ref("values"),
    Takes.VALUES: _ref("values"),
    Takes.VALUE: _ref("value"),
    Takes.NUMBER: _ref("number"),
    Takes.BOUNDS: {"anyOf": [{"type": "array", "items": _ref("number"), "minItems": 2, "maxItems": 2}, _REFERENCE]},
    Takes.COUNT: _number("[+]?[0-9]+", minimum=0),
    Takes.TIME: {"type": "string"},
    Takes.LENGTH: {"type": "string", "pattern": r"^\s*[0-9]{1,5}\s*[mhdw]\s*$"},
    Takes.ANSWER: _ref("answer"),
    Takes.WINDOW: _TEXT,
}


def _event() -> _Schema:
    given = {field.path: _said(field.sentence, _given(field)) for field in fields.FIELDS.values()}
    return {**_block(given), "patternProperties": {_ATTRIBUTES: {"anyOf": [_ref("values"), {"type": "null"}]}}}


def _given(field: Field) -> _Schema:
    none: _Schema = {"type": "null"}
    if field.type is Type.YES_NO:
        return {"anyOf": [_ref("answer"), none]}
    if field.type is Type.LIST:
        return {"anyOf": [_ref("values"), none]}
    return {"anyOf": [_words(field.values) if field.values else _ref("value"), none]}


# Files and what is in them

_NAMED: _Schema = {**_TEXT, "pattern": _ID}
_IDS: _Schema = _one_or_more(_NAMED)
_CHANGES: _Schema = {
    "add": _said("The tags to add", _ref("values")),
    "remove": _said("The tags to remove", _ref("values")),
}
_THEN: _Schema = {
    **_CHANGES,
    "contact": _said("The tags to change on the contact", _block(_CHANGES)),
    "company": _said("The tags to change on the contact's company", _block(_CHANGES)),
}
_SETTINGS: _Schema = {
    "applies_to": _said("What gets the tag; conversation if left out", _one_or_more(_words(KINDS))),
    "events": _said("The topics it looks at; all if left out", _one_or_more(_words(TOPICS))),
    "mode": _said("live, shadow (decide and record, but change nothing) or disabled", _words(MODES)),
    "priority": _said("Of rules that disagree about a tag the higher one wins; 0 if left out", _number("[+-]?[0-9]+")),
    "admin_id": _said("The id of the teammate whose name the change bears", _TEXT),
    "owner": _said("Whom to ask", _TEXT),
    "shadow_until": _said("After this date a rule in shadow mode gives a warning", {"type": "string"}),
    "if_unmatched": _said("Whether the tag goes when the rule no longer matches", _words(UNMATCHED)),
    "limits": _said(
        "More than that, and the rule is stopped until somebody looks",
        _block({"max_objects_per_hour": _number("[+]?[0-9]+", minimum=1)}),
    ),
}
_EXAMPLES: _Schema = {name: _one_or_more({"anyOf": [_TEXT, _ref("event")]}) for name in EXPECTATIONS}
_RULE: _Schema = {
    "id": _said("Its name: small letters, digits and hyphens, never used again", _NAMED),
    "description": _said("A sentence for the next person", _TEXT),
    **_SETTINGS,
    "group": _said("The group of which at most one rule acts", _TEXT),
    "if": _said("When it matches", _ref("condition")),
    "then": _said("Which tags to add or remove", _ref("then")),
    "examples": _said("What it should match and what not", _block(_EXAMPLES)),
}
_OPENING: _Schema = {
    "days": _said("mon, mon-fri or [mon, wed]", _one_or_more({"type": "string"})),
    "from": _said("A time of day such as 09:00", {"type": "string"}),
    "to": _said("A time of day such as 18:00; 24:00 is midnight", {"type": "string"}),
}
_WINDOW: _Schema = {
    "timezone": _said("A time zone such as Europe/Dublin", {"type": "string"}),
    "open": _said("When it is open", _one_or_more(_block(_OPENING, required=_OPENING))),
    "closed_on": _said("Dates on which it is closed", _one_or_more({"type": "string"})),
}
_GROUP: _Schema = {"id": _NAMED, "pick": _words(PICKS)}
_TEST: _Schema = {
    "name": _said("What should be so, in a sentence", _TEXT),
    "applies_to": _said("What the event is about, if its fields do not say it", _words(KINDS)),
    "given": _said("The fields of the event", _ref("event")),
    "expect": _said("What all rules together should make of it", _ref("matching")),
}
_EXPECT: _Schema = {
    **{name: _said(part["description"], part) for name, part in _THEN.items()},
    "matched": _said("The ids of all rules that should match", _IDS),
    "acted": _said("The ids of all rules that should change something", _IDS),
}
_FILE: _Schema = {
    "version": _said("The version of the rule language", {"enum": [1, "1"]}),
    "owner": _said("Whom to ask about the rules of this file", _TEXT),
    "defaults": _said("What holds for the rules of this file unless they say otherwise", _block(_SETTINGS)),
    "lists": _said("Lists by name, used as $name", _named(_ref("values"))),
    "conditions": _said("Conditions by name, used as use: name", _named(_ref("condition"))),
    "windows": _said("Times of the week by name, used as during: name", _named(_ref("window"))),
    "groups": _said(
        "Rules of which at most one acts",
        {"type": "array", "items": _block(_GROUP, required=("id", "pick"))},
    ),
    "rules": _said("The rules", {"type": "array", "items": _ref("rule")}),
    "tags": _said(
        "Every tag that a rule may add or remove, with what it is for",
        {"type": "object", "additionalProperties": {"type": [*_TEXT["type"], "null"]}},
    ),
    "tests": _said("What all rules together should make of an event", {"type": "array", "items": _ref("test")}),
}
