"""What a decision would change on objects whose tags are known: a tag that is there is not added again."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from rules.deciding.decision import Change, Decision
from rules.language.values import Absent, Facts, Kind
from rules.words.text import fold

Verb = Literal["add", "remove", "take back"]


class Effect(NamedTuple):
    """One tag on one object, what happens to it, and through which rules."""

    kind: Kind
    tag: str
    verb: Verb
    rules: tuple[str, ...]


def effects(decision: Decision, facts: Facts) -> tuple[Effect, ...]:
    """What the changes of a decision come to. Where the tags of an object are not known, every change counts.

    Tags are taken back only where they are known to be there, and no other rule adds them.
    """
    made = tuple(_made(decision.changes, facts))
    return (*made, *_taken_back(decision, facts))


def _made(changes: Iterable[Change], facts: Facts) -> Iterator[Effect]:
    for change in changes:
        present = _present(change.kind, facts)
        if present is None or (fold(change.tag) in present) is (change.action == "remove"):
            yield Effect(change.kind, change.tag, change.action, change.rules)


def _taken_back(decision: Decision, facts: Facts) -> Iterator[Effect]:
    decided = {(change.kind, change.tag) for change in decision.changes}
    rules: dict[tuple[Kind, str], list[str]] = {}
    for given_up in decision.withdrawals:
        rules.setdefault((given_up.kind, given_up.tag), []).append(given_up.rule)
    for (kind, tag), by in rules.items():
        if (kind, tag) not in decided and fold(tag) in (_present(kind, facts) or ()):
            yield Effect(kind, tag, "take back", tuple(by))


def _present(kind: Kind, facts: Facts) -> frozenset[str] | None:
    """The tags that an object has, as they are compared; None where nobody has said."""
    tags = facts.get(f"{kind}.tags")
    if isinstance(tags, Absent) or not isinstance(tags, tuple):
        return None
    return frozenset(map(fold, tags))
