"""What is to be undone of one tag on one object: pure."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from state.entry import Action, Entry, Origin, Standing

PRESENT = frozenset({"found", "ours", "theirs"})

TOUCHED = "it was changed since, by a person or an earlier undo"
TAKEN_BACK = "the rule itself has taken it off again"
UNKNOWN = "Intercom did not say whether it was there before"


@dataclass(frozen=True, slots=True)
class Reversal:
    """What undoes the rule's change."""

    action: Action


@dataclass(frozen=True, slots=True)
class Left:
    """The rule's change is left alone: why."""

    why: str


Finding = Reversal | Left


def find(entry: Entry, rules: AbstractSet[str], since: float) -> Finding | None:
    """What is to become of what `rules` did from `since` on (Unix seconds, Intercom's clock); None if they did nothing.

    Only the last call for a tag is known, and that is all that can be undone of it.
    """
    pending, by = entry.pending, _rules(entry.origin)
    if pending is not None and not rules.isdisjoint(_rules(pending.origin)) and pending.at >= since:
        return _reversed(pending.action, _rules(pending.origin), entry.standing, entry, rules)
    if rules.isdisjoint(by) or entry.at < since:
        return None
    match entry.standing:
        case "ours":
            return _reversed("add", by, entry.before, entry, rules)
        case "removed":
            return _reversed("remove", by, entry.before, entry, rules)
        case "theirs" | "vetoed":
            return Left(TOUCHED)
        case _:
            return None


def _rules(origin: Origin | None) -> tuple[str, ...]:
    return origin.rules if origin is not None else ()


def _reversed(action: Action, by: tuple[str, ...], before: Standing, entry: Entry, rules: AbstractSet[str]) -> Finding:
    """`by` are the rules for which the call was made, `before` is what the tag's standing was then."""
    if action == "add":
        return _wanted(set(entry.claiming) - rules) or Reversal("remove")
    if entry.verdict != "remove" or entry.removal is None:
        return Left(TAKEN_BACK)
    others = _wanted({*by, *entry.removal.rules} - rules)
    return others or (Reversal("add") if before in PRESENT else Left(UNKNOWN))


def _wanted(others: AbstractSet[str]) -> Left | None:
    if not others:
        return None
    verb = "wants" if len(others) == 1 else "want"
    return Left(f"rule {', '.join(sorted(others))} {verb} it so, too")
