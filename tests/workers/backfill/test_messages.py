"""Which rules have a backfill read what customers wrote."""

from pathlib import Path

import pytest

from rules.language.values import Kind
from rules.reading.loader import load
from workers.backfill import messages

TAGS = "version: 1\ntags: {vip: V, bug: B, late: L, open: O, first: F}\n"
RULES = """version: 1
rules:
  - {id: plain, if: {conversation.state: open}, then: {add: [open]}}
  - {id: late, if: {event.time: {after: 2020-01-01}}, then: {add: [late]}}
  - {id: first, events: [conversation.user.created], if: {conversation.state: open}, then: {add: [first]}}
  - {id: says, if: {message.text: {mentions_any: [vip]}}, then: {add: [vip]}}
  - {id: rival, if: {conversation.priority: priority}, then: {remove: [vip]}}
  - {id: further, if: {conversation.open: yes}, then: {add: [bug], remove: [vip]}}
  - {id: furthest, if: {conversation.read: yes}, then: {add: [bug]}}
  - {id: shadow, mode: shadow, if: {message.text: {mentions_any: [vip]}}, then: {add: [open]}}
  - {id: ticket, applies_to: ticket, if: {ticket.open: yes}, then: {add: [bug]}}
"""


@pytest.mark.parametrize(
    ("kind", "asked", "reads"),
    [
        ("conversation", (), True),
        ("conversation", ("plain",), False),
        ("conversation", ("says",), True),
        ("conversation", ("plain", "says"), True),
        ("conversation", ("late",), True),
        ("conversation", ("first",), True),
        ("conversation", ("rival",), True),
        ("conversation", ("furthest",), True),
        ("ticket", (), False),
    ],
)
def test_messages_are_read_where_the_outcome_depends_on_them(
    tmp_path: Path, kind: Kind, asked: tuple[str, ...], reads: bool
) -> None:
    (tmp_path / "tags.yaml").write_text(TAGS)
    (tmp_path / "rules.yaml").write_text(RULES)
    loaded = load(tmp_path)
    assert loaded.rule_set is not None, loaded.findings

    assert messages.needed(loaded.rule_set, kind, asked) is reads
