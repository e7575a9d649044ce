"""A finding about a rule names whom to ask about it."""

import pytest

from tests.rules.sets import findings

OWNED = """version: 1
owner: billing-ops
rules:
- {id: a-rule, if: {mesage.text: x}, then: {add: vip}}
- {id: b-rule, owner: success, if: {message.text: {mentions_any: [x]}}, then: {add: vpi}}
- {id: c-rule, owner: success, if: {message.text: {mentions_any: [x]}}, then: {add: vip}}
lists: {words: [one]}
"""


def owners(text: str) -> set[tuple[str, str | None]]:
    return {(finding.code, finding.owner) for finding in findings(text)}


def test_it_is_the_rules_own_or_else_the_files() -> None:
    found = owners(OWNED)

    assert ("unknown-field", "billing-ops") in found
    assert ("unknown-tag", "success") in found
    assert ("no-examples", "success") in found


def test_what_is_about_no_rule_has_none() -> None:
    assert ("unused-list", None) in owners(OWNED)
    assert owners("version: 2\nowner: billing-ops\nrules: []\n") >= {("bad-version", None)}


@pytest.mark.parametrize("defaults", ["owner: [x]", "defaults: {owner: [x]}"])
def test_an_owner_that_cannot_be_read_is_none(defaults: str) -> None:
    assert {owner for _, owner in owners(f"{defaults}\n{OWNED.replace('owner: billing-ops', '')}")} <= {"success", None}
