"""Every field for every kind of object: where a rule may ask for it the rule works, elsewhere it is refused."""

from datetime import UTC, datetime

import pytest

from rules.deciding.decision import Decision
from rules.language import fields
from rules.language.fields import KINDS, Field, Type
from rules.language.values import Facts, Kind, Value
from tests.rules.sets import codes, rule, rule_set

NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)
VALUES: dict[Type, tuple[str, Value]] = {
    Type.TEXT: ("{mentions_any: [refund]}", "A refund!"),
    Type.STRING: ("Acme", "ACME"),
    Type.YES_NO: ("yes", True),
    Type.NUMBER: ("{between: [1, 3]}", 2),
    Type.LIST: ("{has_any: [vip]}", ("VIP",)),
    Type.TIME: ("{before: 2026-09-03}", NOON),
    Type.ATTRIBUTE: ("[gold, platinum]", "Gold"),
}

# Section 8 of the specification: group, then which kinds of objects have it.
TARGETS: dict[str, set[Kind]] = {
    "event": {"conversation", "ticket", "contact", "company"},
    "message": {"conversation", "ticket"},
    "conversation": {"conversation"},
    "ticket": {"ticket"},
    "contact": {"conversation", "ticket", "contact"},
    "company": {"conversation", "ticket", "contact", "company"},
}


def asked(field: Field) -> tuple[str, Value]:
    """What a rule asks of a field, and a value for which it holds."""
    return (field.values[0], field.values[0]) if field.values else VALUES[field.type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", tuple(fields.table()), ids=lambda field: field.path)
def test_a_field_can_be_asked_for_where_the_object_has_it(field: Field, kind: Kind) -> None:
    path = field.path.replace("<Name>", "Billing tier")
    wanted, value = asked(field)
    condition = f"{{{path}: {wanted}}}"

    if kind not in TARGETS[field.group]:
        assert (5, "wrong-target") in codes(rule(condition, applies_to=kind))
        return
    found = fields.find(path)
    assert found is not None
    rules = rule_set(rule(condition, applies_to=kind))
    others: dict[str, Value] = {} if found.path == "message.from" else {"message.from": "customer"}

    assert rules.decide(Facts(kind, {**others, found.path: value})).matches
    assert rules.decide(Facts(kind, others)) == Decision()
    assert rules.decide(Facts(kind, others, frozenset({found.path}))).undecided == {"a-rule": (found.path,)}
